package org.modelledger.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Destroys evidence; receipts stay, and every proof with them. */
@Command(name = "erase", description = {
    "Destroys the evidence (salts, inputs, outputs, attributes) about a person, or to single receipts, for good.",
    "Receipts, proofs and anchors stay valid: they have commitments alone. Backups are not reached."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class EraseCommand implements Callable<Integer> {

  /** What to erase: one of the two. */
  static final class Given {
    @Option(names = "--subject", paramLabel = "ATTRIBUTE=VALUE", description = "All that is filed under it, such as customer=c-0042;"
        + " see init --subjects. As often as wanted.")
    private Map<String, String> subjects = Map.of();

    @Parameters(arity = "1..*", paramLabel = "N", description = "The numbers of receipts in the log, from 0.")
    private List<Long> receipts = List.of();
  }

  @ArgGroup(multiplicity = "1")
  private Given given;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() {
    try (ModelLedger ledger = options.open()) {
      given.receipts.forEach(index -> requireReceipt(ledger, index));
      for (Map.Entry<String, String> subject : given.subjects.entrySet()) {
        eraseSubject(ledger, subject.getKey(), subject.getValue());
      }
      for (long index : given.receipts) {
        eraseReceipt(ledger, index);
      }
    }
    return ExitCode.OK;
  }

  private void eraseSubject(ModelLedger ledger, String attribute, String value) {
    long erased = ledger.evidence().eraseSubject(attribute, value);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("attribute", attribute);
    members.put("value", value);
    members.put("erased", erased);
    String subject = attribute + "=" + value;
    output.print(erased == 0
        ? subject + "  nothing is filed under it"
        : subject + "  evidence to " + erased + " receipts is erased", members);
  }

  private static void requireReceipt(ModelLedger ledger, long index) {
    long size = ledger.receipts().size();
    if (index < 0 || index >= size) {
      throw new InputException(
          "there is no receipt " + index + " in the log, which has " + size + " entries");
    }
  }

  private void eraseReceipt(ModelLedger ledger, long index) {
    boolean erased = ledger.evidence().erase(index);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("receipt", index);
    members.put("erased", erased ? 1 : 0);
    output.print(
        "receipt " + index + (erased ? "  its evidence is erased" : "  there is no evidence to it"),
        members);
  }
}
