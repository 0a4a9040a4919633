package org.modelledger.tck;

import org.modelledger.model.AccountId;
import org.modelledger.registry.ModelRegistry;

/**
 * One ledger, fresh for one test, and its clients: what a backend supplies to {@link
 * ModelRegistryTck}.
 *
 * <p>An alias such as {@code alice} stands for one account of the ledger: always the same one, and no
 * two aliases share one. The tests close every registry they opened, and then the fixture.
 *
 * <p>A ledger that permits one writer only may open it once and hand out views that act for
 * different accounts; they are what several clients would be elsewhere, so that closing one leaves
 * the others as they are.
 */
public interface RegistryFixture extends AutoCloseable {
  /** Returns the account of an alias, the same also after {@link #restart()}. */
  AccountId account(String alias);

  /**
   * Opens the ledger for the account of an alias. Several are open at once, also for one alias.
   *
   * @return a registry of its own, which the caller closes
   * @throws Exception if it cannot be opened; the test fails with it
   */
  ModelRegistry open(String alias) throws Exception;

  /**
   * Opens the ledger for nobody, to read only, beside those who write.
   *
   * @return a registry of its own, which the caller closes
   * @throws Exception if it cannot be opened; the test fails with it
   */
  ModelRegistry openReader() throws Exception;

  /**
   * Ends what the fixture itself holds open, as the end of the process would, and keeps the ledger:
   * the next registry starts from what is stored. Called after every registry was closed.
   *
   * @throws Exception if that fails; the test fails with it
   */
  void restart() throws Exception;

  /** Ends the ledger. */
  @Override
  void close();
}
