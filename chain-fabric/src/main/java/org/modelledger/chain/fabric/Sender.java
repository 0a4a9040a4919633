package org.modelledger.chain.fabric;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Status;
import org.hyperledger.fabric.client.SubmitException;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.chain.support.Backoff;
import org.modelledger.chain.support.Nanos;
import org.modelledger.chain.support.Outbox;
import org.modelledger.chain.support.OutboxEntry;
import org.modelledger.chain.support.Threads;
import org.modelledger.model.AccountId;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * Sends what is in the outbox, on a thread of its own: one transaction at a time, with all that has
 * gathered meanwhile. Whatever goes wrong, the same commands are sent again; the chaincode skips what it
 * has carried out.
 */
final class Sender {
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final int LOOK_AT_ONCE = 1_000;

  private final Peers peers;
  private final Ledger ledger;
  private final Outbox outbox;
  private final AccountId author;
  private final Lane lane;
  private final BatchSize batch;
  private final Backoff backoff = Backoff.between(Duration.ofMillis(20), Duration.ofSeconds(5));
  private final Thread thread;
  private @Nullable Runnable onHang;
  private volatile boolean closed;
  // The thread's own: the number of the first command that is not in a block for certain.
  private long next;

  Sender(Peers peers, Ledger ledger, Outbox outbox, AccountId author, int mostInBatch) {
    this.peers = peers;
    this.ledger = ledger;
    this.outbox = outbox;
    this.author = author;
    this.lane = new Lane(HexFormat.of().formatHex(outbox.lane()));
    this.batch = new BatchSize(mostInBatch);
    this.thread = Thread.ofPlatform().daemon().name("fabric-sender").unstarted(this::run);
  }

  Lane lane() {
    return lane;
  }

  /**
   * Settles what was carried out before this client was opened, and begins to send the rest.
   *
   * @param nextInLane the number of the next command by the ledger's word; the index has all before it
   * @param onHang called when a peer does not tell what became of a transaction
   */
  void start(long nextInLane, Runnable onHang) {
    this.onHang = onHang;
    long from = 0;
    while (true) {
      List<OutboxEntry> entries = outbox.pending(from, LOOK_AT_ONCE);
      for (OutboxEntry entry : entries) {
        if (entry.sequence() < nextInLane) {
          ledger.index()
              .submission(author, entry.id())
              .ifPresent(indexed -> settle(entry, indexed));
        }
      }
      if (entries.isEmpty() || entries.getLast().sequence() + 1 >= nextInLane) {
        break;
      }
      from = entries.getLast().sequence() + 1;
    }
    next = nextInLane;
    thread.start();
  }

  private void settle(OutboxEntry entry, Indexed indexed) {
    var unused = outbox.settle(entry.id(), place(indexed));
  }

  private static byte[] place(Indexed indexed) {
    return indexed.header()
        .position()
        .toString()
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Settles what a block carried out of this client's lane; called by who follows the blocks. */
  void settle(List<Indexed> added) {
    for (Indexed indexed : added) {
      if (indexed.lane().equals(Optional.of(lane)) && indexed.header().author().equals(author)) {
        indexed.outcome().id().ifPresent(id -> {
          var unused = outbox.settle(id, place(indexed));
        });
      }
    }
  }

  private void run() {
    while (!closed) {
      try {
        if (!outbox.awaitDurable(next, IDLE)) {
          continue;
        }
        long pause = send();
        if (pause > 0) {
          TimeUnit.NANOSECONDS.sleep(pause);
        }
      } catch (InterruptedException e) {
        return; // closed
      } catch (RuntimeException e) {
        if (!closed) {
          ledger.fail(e);
        }
        return;
      }
    }
  }

  /** Sends what there is once; returns how long to wait before the next time. */
  private long send() throws InterruptedException {
    List<Submitted> submissions = new ArrayList<>();
    List<OutboxEntry> entries = outbox.pending(next, batch.commands());
    next = entries.isEmpty() ? next + 1 : entries.getFirst().sequence(); // those before are settled
    for (OutboxEntry entry : entries) {
      if (entry.sequence() != next + submissions.size()) {
        break;
      }
      submissions.add(new Submitted(entry.id(), CommandCodec.read(entry.command())));
    }
    if (submissions.isEmpty()) {
      return 0;
    }
    Peer peer = peers.current();
    long begin = System.nanoTime();
    try {
      Transaction endorsed = peer.propose(new Batch(lane, next, submissions).call()).endorse();
      long nanos = System.nanoTime() - begin;
      Status status = endorsed.submitAsync().getStatus();
      if (status.isSuccessful()) {
        next += submissions.size();
        batch.succeeded(submissions.size(), nanos);
        backoff.reset();
        ledger.submissions().sendTrouble(null);
        return 0;
      }
      return repeat(status);
    } catch (GatewayException e) {
      if (closed) {
        return 0;
      }
      if (e instanceof EndorseException || e instanceof SubmitException) {
        batch.failed(submissions.size(), System.nanoTime() - begin);
      }
      return repeat(peer, e);
    } catch (LedgerUnavailableException e) {
      ledger.submissions().sendTrouble(e);
      return Nanos.of(backoff.next());
    }
  }

  private long repeat(Status status) {
    TxValidationCode code = status.getCode();
    if (code != TxValidationCode.MVCC_READ_CONFLICT
        && code != TxValidationCode.PHANTOM_READ_CONFLICT) {
      ledger.submissions()
          .sendTrouble(new LedgerUnavailableException("transaction " + status.getTransactionId()
              + " in block " + status.getBlockNumber() + " is not valid: " + code
              + "; it is sent again"));
    }
    return Nanos.of(backoff.next());
  }

  private long repeat(Peer peer, GatewayException e) {
    ModelLedgerException trouble = FabricErrors.of(peer.address(), e);
    ledger.submissions().sendTrouble(trouble);
    switch (e.getStatus().getCode()) {
      case UNAVAILABLE, INTERNAL, UNKNOWN, RESOURCE_EXHAUSTED -> peers.leave(peer);
      case DEADLINE_EXCEEDED -> {
        peers.leave(peer);
        if (onHang != null) {
          onHang.run();
        }
      }
      default -> {
        // another peer would say the same
      }
    }
    return Nanos.of(backoff.next());
  }

  void close() {
    closed = true;
    Threads.end(thread);
  }
}
