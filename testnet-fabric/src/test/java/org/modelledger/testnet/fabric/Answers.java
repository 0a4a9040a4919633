package org.modelledger.testnet.fabric;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What a network of Fabric tells its clients, word for word where clients read the words. The same tests run with real
 * networks and with the development peer.
 */
abstract class Answers
    implements
      RefusalAnswers,
      IdentityAnswers,
      TransactionAnswers,
      StateAnswers,
      BlockAnswers,
      LedgerAnswers {
  @SuppressWarnings("NullAway.Init")
  private Conversation talk;

  /** With what network. */
  abstract Ground ground();

  @BeforeEach
  final void begin() {
    talk = new Conversation(ground());
  }

  @AfterEach
  final void end() {
    talk.close();
  }

  @Override
  public final Conversation talk() {
    return talk;
  }
}
