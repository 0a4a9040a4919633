package org.modelledger.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.modelledger.ModelLedger;
import org.modelledger.registry.Anchor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Records the state of the receipt log in the registry. */
@Command(name = "anchor", description = "Records the state of the receipt log in the registry, so that"
    + " nothing before it can change unseen.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class AnchorCommand implements Callable<Integer> {

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    Anchor anchor;
    try (ModelLedger ledger = options.open()) {
      if (ledger.receipts().publish().size() == 0) {
        throw new InputException("there is no receipt to anchor yet; expected some, by infer");
      }
      anchor = ledger.anchor();
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("origin", anchor.origin().value());
    members.put("size", anchor.treeSize());
    members.put("root", anchor.rootHash().hex());
    members.put("position", anchor.header().position().toString());
    members.put("transaction", anchor.header().transactionId());
    output.print(anchor.origin() + " holds " + anchor.treeSize() + " receipts, root "
        + anchor.rootHash() + "; in transaction " + anchor.header().transactionId(), members);
    return ExitCode.OK;
  }
}
