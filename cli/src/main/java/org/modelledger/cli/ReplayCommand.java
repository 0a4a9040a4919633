package org.modelledger.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.verification.Replayed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Runs decisions again. */
@Command(name = "replay", description = {
    "Runs inferences again from their receipts and compares what comes of it: to the last bit where the engine promises"
        + " that, else within its tolerance.",
    "What was not kept, or was erased, cannot be run again; that is said and is no failure."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ReplayCommand implements Callable<Integer> {

  @Parameters(arity = "1..*", paramLabel = "N", description = "The numbers of receipts in the log, from 0.")
  private List<Long> receipts;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    boolean holds = true;
    try (ModelLedger ledger = options.open()) {
      for (long index : receipts) {
        Replayed replayed = replay(ledger, index);
        print(index, replayed);
        holds &= !(replayed instanceof Replayed.Differs);
      }
    }
    return holds ? ExitCode.OK : ExitCode.EVIDENCE;
  }

  private static Replayed replay(ModelLedger ledger, long index) throws InterruptedException {
    try {
      return ledger.replay(index);
    } catch (IndexOutOfBoundsException e) {
      throw new InputException("there is no receipt " + index + " in the log: " + e.getMessage(),
          e);
    }
  }

  private void print(long index, Replayed replayed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("receipt", index);
    members.put("result", word(replayed));
    if (replayed instanceof Replayed.WithinTolerance close) {
      members.put("deviation", close.deviation());
      members.put("allowed", close.allowed().epsilon());
    }
    members.put("explanation", replayed.explanation());
    output.print("receipt " + index + "  " + word(replayed) + ": " + replayed.explanation(),
        members);
  }

  private static String word(Replayed replayed) {
    return switch (replayed) {
      case Replayed.BitExact same -> "bit-exact";
      case Replayed.WithinTolerance close -> "within-tolerance";
      case Replayed.Differs other -> "differs";
      case Replayed.NotPossible not -> "not-possible";
    };
  }
}
