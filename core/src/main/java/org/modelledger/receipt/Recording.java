package org.modelledger.receipt;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.Retention;
import org.modelledger.evidence.Salt;
import org.modelledger.inference.Tensors;

/** An inference that is done and waits for its receipt; what costs time is computed when it is written. */
record Recording(ReceiptSession session, long sequence, Instant time, Tensors inputs,
    Tensors outputs, SortedMap<String, String> attributes, PendingReceipt pending, long bytes) {
  /** Says how it ended. */
  void settle(PendingReceipt.Outcome outcome) {
    pending.complete(outcome);
    session.acknowledged();
  }

  /** Draws the salts and computes the commitments. */
  Recorder.Draft draft(SecureRandom random, Retention retention) {
    Salt inputSalt = Salt.random(random);
    Salt outputSalt = Salt.random(random);
    SortedMap<String, Salt> salts = new TreeMap<>();
    SortedMap<String, Commitment> commitments = new TreeMap<>();
    attributes.forEach((name, value) -> {
      Salt salt = Salt.random(random);
      salts.put(name, salt);
      commitments.put(name, Commitment.to(value, salt));
    });
    Receipt receipt = session.receipt(sequence, time, Commitment.to(inputs, inputSalt),
        Commitment.to(outputs, outputSalt), commitments);
    boolean full = retention == Retention.FULL;
    Evidence evidence = new Evidence(inputSalt, outputSalt, salts,
        retention == Retention.SALTS ? Optional.empty() : Optional.of(inputs),
        full ? Optional.of(outputs) : Optional.empty(),
        full ? attributes : Collections.emptySortedMap());
    return Recorder.Draft.of(receipt, evidence);
  }
}
