package org.modelledger.examples;

import java.nio.file.Path;
import org.modelledger.ModelLedger;
import org.modelledger.model.AccountId;
import org.modelledger.signing.VerificationKey;
import org.modelledger.tlog.NoteVerifier;

/**
 * A bank of the consortium: what others know of it, and where its own things are.
 *
 * @param name what people call it
 * @param home its keys, its receipts, its models
 * @param account in whose name it acts in the registry
 * @param key of its signatures over models and statements
 * @param log the public key of its receipt log
 */
record Bank(String name, Path home, AccountId account, VerificationKey key, NoteVerifier log) {

  /** Makes a bank's keys, on a registry that it has a part in. */
  static Bank found(String name, Path home, String registry) {
    try (ModelLedger ledger = ModelLedger.builder(registry).home(home).open()) {
      return new Bank(name, home, ledger.account(),
          VerificationKey.parse(ledger.modelSigningKeyPem()), ledger.receipts().key());
    }
  }

  /** The account's private key. */
  Path accountKey() {
    return home.resolve("keys").resolve("account.pem");
  }

  /** The receipt log's private key, which can sign anything in the bank's name. */
  Path logKey() {
    return home.resolve("keys").resolve("receipts-log.key");
  }

  Path receipts() {
    return home.resolve("receipts");
  }

  /** The same bank at another place: a copy of its things. */
  Bank at(Path other) {
    return new Bank(name, other, account, key, log);
  }
}
