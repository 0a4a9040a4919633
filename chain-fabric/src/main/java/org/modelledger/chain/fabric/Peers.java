package org.modelledger.chain.fabric;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.client.GatewayException;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelLedgerException;

/** The peers that a client may use, one of which is in use. Safe for many threads. */
final class Peers implements AutoCloseable {
  private final List<Peer> peers;
  private final AtomicInteger current = new AtomicInteger();

  private Peers(List<Peer> peers) {
    this.peers = peers;
  }

  static Peers open(FabricRegistryOptions options) {
    List<Peer> peers = new ArrayList<>();
    boolean opened = false;
    try {
      for (String address : options.peers()) {
        peers.add(new Peer(address, options));
      }
      opened = true;
    } finally {
      if (!opened) {
        peers.forEach(Peer::close);
      }
    }
    return new Peers(List.copyOf(peers));
  }

  /** A question to one peer. */
  interface Question<T> {
    T ask(Peer peer) throws GatewayException;
  }

  /** The peer in use. */
  Peer current() {
    return peers.get(current.get());
  }

  /** Takes the next one, unless somebody has done so already. */
  void leave(Peer failed) {
    int index = peers.indexOf(failed);
    current.compareAndSet(index, (index + 1) % peers.size());
  }

  /**
   * Asks the peer in use, and each of the others once if it cannot be reached.
   *
   * @throws ModelLedgerException what was wrong at the last one
   */
  <T> T ask(Question<T> question) {
    ModelLedgerException last = null;
    for (int attempt = 0; attempt < peers.size(); attempt++) {
      Peer peer = current();
      try {
        return question.ask(peer);
      } catch (GatewayException e) {
        last = FabricErrors.of(peer.address(), e);
        if (!last.isRetryable()) {
          throw last;
        }
        leave(peer);
      }
    }
    throw required(last);
  }

  private static ModelLedgerException required(@Nullable ModelLedgerException last) {
    if (last == null) {
      throw new IllegalStateException("no peer was asked");
    }
    return last;
  }

  @Override
  public void close() {
    peers.forEach(Peer::close);
  }
}
