package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.lineage.ApprovalStatement;
import org.modelledger.lineage.Statements;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.StorageException;
import org.modelledger.registry.ModelVersion;
import org.modelledger.signing.SigningKeys;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs that a version may be deployed. */
@Command(name = "approve", description = {
    "Signs that a version may be put into an environment, for who deploys it.",
    "It is about this very version: its number, files and lineage in this ledger. Without --private-key it is signed by this"
        + " ledger's key in the name of its account, and recorded here, too."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class ApproveCommand implements Callable<Integer> {

  /** Who signs, if it is not this ledger. */
  static final class Approver {
    @Option(names = "--private-key", required = true, paramLabel = "FILE", description = "The approver's private key in PEM: EC on P-256, P-384 or P-521, unencrypted.")
    private Path key;

    @Option(names = "--account", required = true, paramLabel = "ACCOUNT", description = "In whose name this is said.")
    private String account;
  }

  @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
  private String version;

  @Parameters(paramLabel = "ENVIRONMENT", description = "Such as production.")
  private String environment;

  @ArgGroup(exclusive = false)
  private @Nullable Approver approver;

  @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "Why, or on what condition.")
  private String comment;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write it, for who deploys: see deploy --approval.")
  private Path out;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    byte[] envelope;
    try (ModelLedger ledger = options.open()) {
      ModelVersion approved = Versions.find(ledger, ModelVersionId.parse(version));
      envelope = approver == null ? here(ledger, approved) : by(approver, ledger, approved);
    }
    try {
      Files.write(out, envelope);
    } catch (IOException e) {
      throw new StorageException("write", out, e);
    }
    print(Digest.sha256(envelope));
    return ExitCode.OK;
  }

  private byte[] here(ModelLedger ledger, ModelVersion approved) throws InterruptedException {
    Digest statement = ledger.lineage().approve(approved, environment, comment).digest();
    return ledger.lineage().envelope(statement).orElseThrow();
  }

  private byte[] by(Approver who, ModelLedger ledger, ModelVersion approved) {
    return Statements.sign(new ApprovalStatement(ledger.registry().ledgerId(), approved.id(),
        approved.artifact(), approved.statement(), EnvironmentName.of(environment),
        AccountId.of(who.account), comment, Instant.now()), SigningKeys.load(who.key));
  }

  private void print(Digest statement) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("version", version);
    members.put("environment", environment);
    members.put("statement", statement.toString());
    members.put("file", out.toString());
    output.print(version + " for " + environment + "  " + statement + "  in " + out, members);
  }
}
