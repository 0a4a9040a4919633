package org.modelledger.pack;

import org.modelledger.model.Digest;

/** The names of files in a pack: docs/formats/evidence-pack.md. */
final class PackLayout {
  static final String DESCRIPTION = "pack.json";
  static final String SIGNATURE = "pack.sig";
  static final String README = "README.md";
  static final String REPORT = "report.html";
  static final String MODEL_KEY = "keys/model.pub";
  static final String RECEIPTS_KEY = "keys/receipts.vkey";
  static final String REGISTRY_KEY = "keys/registry.vkey";
  static final String STATEMENTS_KEY = "keys/statements.vkey";
  static final String OTHER_KEYS = "keys/trusted-";
  static final String APPROVER_KEYS = "keys/approver-";
  static final String RECEIPTS = "receipts/";
  static final String LOG = "log";
  static final String CHECKPOINT = "checkpoint";
  static final String REGISTRY_LOG = "registry/log";
  static final String REGISTRY_EVENTS = "registry/events.jsonl";
  static final String EVIDENCE = "evidence/";
  static final String STATEMENTS = "statements/";
  static final String REASONS = "reasons/";
  static final String PROOF = ".tlog-proof";
  static final String ENVELOPE = ".dsse";

  private PackLayout() {}

  static String proof(long index) {
    return RECEIPTS + index + PROOF;
  }

  static String model(Digest artifact) {
    return "models/" + artifact.hex() + "/";
  }

  static String modelSignature(Digest artifact) {
    return model(artifact) + "model.sig";
  }

  static String modelFiles(Digest artifact) {
    return model(artifact) + "files/";
  }

  static String envelope(Digest statement) {
    return STATEMENTS + statement.hex() + ENVELOPE;
  }

  static String statementProof(Digest statement) {
    return STATEMENTS + statement.hex() + PROOF;
  }

  static String reason(Digest reason) {
    return REASONS + reason.hex() + ".txt";
  }
}
