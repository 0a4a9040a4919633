package org.modelledger.examples;

import java.io.PrintStream;
import org.modelledger.audit.RegistryHistory;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.spi.Providers;

/**
 * Prints what a ledger has recorded, one event a line: what happened, who did it, and in which
 * transaction. Takes the ledger's URI.
 */
public final class History {
  private History() {}

  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: history URI");
      System.exit(2);
    }
    try (
        ModelRegistry registry = Providers.openRegistry(args[0], History.class.getClassLoader())) {
      print(registry, System.out);
    } catch (ModelLedgerException e) {
      System.err.println("history: " + e.getMessage());
      System.exit(1);
    }
  }

  static void print(ModelRegistry registry, PrintStream out) {
    for (LedgerEvent event : RegistryHistory.of(registry)) {
      out.println(describe(event) + " by " + event.header().author() + " in "
          + event.header().transactionId());
    }
  }

  static String describe(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.ModelCreated e -> "ModelCreated " + e.model();
      case LedgerEvent.ModelTrained e -> "ModelTrained " + e.version();
      case LedgerEvent.ModelDeployed e -> "ModelDeployed " + e.version() + " to " + e.environment();
      case LedgerEvent.ModelUndeployed e -> "ModelUndeployed " + e.model() + " from "
          + e.environment();
      case LedgerEvent.VersionRevoked e -> "VersionRevoked " + e.version();
      case LedgerEvent.RoleChanged e -> "RoleChanged " + e.model() + " " + e.role()
          + (e.granted() ? " given to " : " taken from ") + e.account();
      case LedgerEvent.OwnershipTransferStarted e -> "OwnershipTransferStarted " + e.model();
      case LedgerEvent.OwnershipTransferred e -> "OwnershipTransferred " + e.model();
      case LedgerEvent.LogAnchored e -> "LogAnchored " + e.origin() + " at " + e.treeSize();
    };
  }
}
