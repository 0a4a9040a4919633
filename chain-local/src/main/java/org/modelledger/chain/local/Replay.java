package org.modelledger.chain.local;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.MerkleTree;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;

/** Builds the state from the log and believes nothing: not the writer, not the authors. */
final class Replay {
  private static final int BATCH = 1 << 12;

  private Replay() {}

  /** An entry that was looked at on its own: either it is in order, or what is wrong with it. */
  private record Checked(@Nullable LogEntry entry, @Nullable LedgerEvent event, String problem) {}

  /**
   * Applies the entries from the state's size up to the checkpoint's. Signatures are checked on all
   * cores, the rules one entry after the other.
   *
   * @throws LedgerCorruptException if the entries do not hash to the checkpoint, or one is malformed,
   *     not signed by its author, or breaks the rules; the state is then at the first such entry
   * @throws org.modelledger.tlog.LogStorageException if the log cannot be read now
   */
  static void apply(RegistryState state, LogReader reader, SignedCheckpoint at, LogOrigin origin) {
    for (long from = state.size(); from < at.size(); from = state.size()) {
      List<byte[]> entries = new ArrayList<>(BATCH);
      try {
        reader.entries(from, Math.min(at.size(), from + BATCH), at,
            (index, bytes) -> entries.add(bytes));
      } catch (ProofException e) {
        throw new LedgerCorruptException("the ledger " + origin + " is damaged: " + e.getMessage(),
            e);
      }
      long first = from;
      Checked[] checked = IntStream.range(0, entries.size())
          .parallel()
          .mapToObj(i -> check(first + i, entries.get(i), origin))
          .toArray(Checked[]::new);
      for (Checked next : checked) {
        apply(state, next, origin);
      }
    }
  }

  private static Checked check(long index, byte[] bytes, LogOrigin origin) {
    try {
      LogEntry entry = LogEntry.decode(bytes);
      if (!entry.signed().isSignedFor(origin)) {
        return new Checked(null, null, "the signature of " + entry.signed().author()
            + " does not verify for this ledger");
      }
      return new Checked(entry, entry.event(index, MerkleTree.leafHash(bytes)), "");
    } catch (MalformedEntryException e) {
      return new Checked(null, null, String.valueOf(e.getMessage()));
    }
  }

  private static void apply(RegistryState state, Checked checked, LogOrigin origin) {
    long index = state.size();
    LogEntry entry = checked.entry();
    LedgerEvent event = checked.event();
    if (entry == null || event == null) {
      throw new LedgerCorruptException(index, origin.value(), checked.problem());
    }
    if (entry.millis() < state.headMillis()) {
      throw new LedgerCorruptException(index, origin.value(), "its time is " + entry.millis()
          + " ms, but the entry before it has " + state.headMillis());
    }
    SignedCommand signed = entry.signed();
    if (state.find(signed.author(), signed.id()) >= 0) {
      throw new LedgerCorruptException(index, origin.value(), "the submission " + signed.id()
          + " of " + signed.author() + " is in the ledger already, as entry "
          + state.find(signed.author(), signed.id()));
    }
    RegistryState.Decision decision;
    try {
      decision = state.decide(signed.command(), signed.author());
    } catch (CommandRefusedException e) {
      throw new LedgerCorruptException(index, origin.value(),
          "the rules forbid it: " + e.getMessage());
    }
    if (!decision.assigned().equals(entry.assigned())) {
      throw new LedgerCorruptException(index, origin.value(), "the ledger assigned "
          + entry.assigned() + ", the rules want " + decision.assigned());
    }
    state.apply(decision, signed.id(), event);
    state.commit(state.size());
  }
}
