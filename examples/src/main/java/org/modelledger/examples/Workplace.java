package org.modelledger.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.modelledger.ModelLedger;
import org.modelledger.lineage.VersionLineage;
import org.modelledger.lineage.export.MlBom;
import org.modelledger.lineage.export.OpenLineage;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.StorageException;
import org.modelledger.receipt.LoggedReceipt;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.ModelVersion;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.tlog.TlogProof;

/** The places in the quickstart's directory. */
record Workplace(Path out) {
  /** Lies in a directory that a quickstart made, and so may clear. */
  private static final String MARKER = ".quickstart";
  private static final String LOCAL = "local:";

  /**
   * Makes an empty directory; clears one that an earlier quickstart made.
   *
   * @throws ConfigurationException if there is anything else in it
   */
  static Workplace prepare(Path out) {
    try {
      Files.createDirectories(out);
      if (Files.exists(out.resolve(MARKER))) {
        for (Path old : list(out)) {
          if (!old.endsWith(MARKER)) {
            Trees.delete(old);
          }
        }
      } else if (!list(out).isEmpty()) {
        throw new ConfigurationException(out + " is not empty and no quickstart made it; expected a"
            + " new directory, an empty one, or one of an earlier run");
      }
      Files.writeString(out.resolve(MARKER), "The quickstart made this directory and clears it.\n",
          StandardCharsets.UTF_8);
      return new Workplace(out);
    } catch (IOException e) {
      throw new StorageException("make room in", out, e);
    }
  }

  Path ledger() {
    return out.resolve("ledger");
  }

  /** The node's chain and the account's key, where the ledger is on Ethereum. */
  Path ethereum() {
    return out.resolve("ethereum");
  }

  /** The member's files and the channel's blocks, where the ledger is on Fabric. */
  Path fabric() {
    return out.resolve("fabric");
  }

  Path blocks() {
    return fabric().resolve("blocks");
  }

  Path receipts() {
    return out.resolve("receipts");
  }

  Path model() {
    return out.resolve("model");
  }

  /** The evidence pack. */
  Path pack() {
    return out.resolve("pack");
  }

  /** Puts the pack's page for people where they look first. */
  Path publishReport() {
    Path report = out.resolve("report.html");
    try {
      return Files.copy(pack().resolve("report.html"), report);
    } catch (IOException e) {
      throw new StorageException("write", report, e);
    }
  }

  /** Copies of the evidence, to be tampered with. */
  Path forged() {
    return out.resolve("forged");
  }

  /** Writes what a stranger needs, beside the two logs. */
  void export(ModelLedger ledger, ModelVersion version, List<LoggedReceipt> receipts)
      throws InterruptedException {
    ledger.exportModel(version, model());
    byte[] bundle = ledger.signatureBundle(version);
    String keys = ledger.receipts().key() + "\n" + registryKey(ledger.registry());
    try {
      Files.write(out.resolve("model.sig"), bundle);
      Files.writeString(out.resolve("model.pub"), ledger.modelSigningKeyPem());
      Files.writeString(out.resolve("log.vkey"), keys);
      Files.writeString(out.resolve("ledger.txt"), ledger.registry().ledgerId() + "\n"
          + ledger.registry().account().map(AccountId::value).orElse("(reads only)") + "\n");
      Path proofs = Files.createDirectories(out.resolve("proofs"));
      for (LoggedReceipt receipt : receipts) {
        TlogProof proof = ledger.receipts().proof(receipt.index());
        Files.writeString(proofs.resolve(receipt.index() + ".tlog-proof"), proof.text());
      }
      exportLineage(ledger, version);
    } catch (IOException e) {
      throw new StorageException("export the evidence to", out, e);
    }
  }

  /** Writes every signed statement about the version and its data, and what other tools want to know. */
  private void exportLineage(ModelLedger ledger, ModelVersion version)
      throws IOException, InterruptedException {
    Path directory = Files.createDirectories(out.resolve("lineage"));
    VersionLineage lineage = ledger.lineage().of(version);
    Files.write(directory.resolve("bom.cdx.json"), MlBom.toJson(lineage));
    Files.write(directory.resolve("openlineage.jsonl"), OpenLineage.toJsonLines(lineage));
    Files.write(directory.resolve("training.dsse.json"), ledger.lineageStatement(version));
    for (Digest statement : ledger.lineage().log().entries()) {
      Files.write(directory.resolve(statement.hex() + ".dsse.json"),
          ledger.lineage().envelope(statement).orElseThrow());
    }
  }

  /** The embedded ledger's id is its log's verifier key; another ledger is no log. */
  private static String registryKey(ModelRegistry registry) {
    String id = registry.ledgerId();
    return id.startsWith(LOCAL) ? id.substring(LOCAL.length()) + "\n" : "";
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
