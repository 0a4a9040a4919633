package org.modelledger.examples;

import java.nio.file.Path;

/**
 * The places in the directory of the five-year audit.
 *
 * @param out the directory
 */
record AuditPlace(Path out) {
  /** The registry that the banks share: a transparency log. */
  Path registry() {
    return out.resolve("registry");
  }

  /** Who has what is in here writes the registry; whose command an entry is, its signature says. */
  Path registryKeys() {
    return out.resolve("registry-keys");
  }

  Path registryKey() {
    return registryKeys().resolve("log.key");
  }

  /** The registry as a URI; whoever opens it has the account of their home. */
  String registryUri() {
    return "local:" + registry() + "?log-key=" + registryKey();
  }

  Path home(String bank) {
    return out.resolve(bank);
  }

  /** What the auditor was handed. */
  Path auditor() {
    return out.resolve("auditor");
  }

  /** A bank's evidence pack. */
  Path pack(Bank bank) {
    return auditor().resolve("pack-" + bank.name());
  }

  /** A bank's public key, which the auditor has from elsewhere. */
  Path modelKey(Bank bank) {
    return auditor().resolve(bank.name() + ".pub");
  }

  /** The public key of a bank's receipt log. */
  Path logKey(Bank bank) {
    return auditor().resolve(bank.name() + ".vkey");
  }

  Path attack(String name) {
    return out.resolve("attacks").resolve(name);
  }
}
