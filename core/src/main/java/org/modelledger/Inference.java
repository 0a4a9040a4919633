package org.modelledger;

import java.util.Objects;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.PendingReceipt;

/**
 * What a model made of an input.
 *
 * @param outputs the caller's own
 * @param receipt on its way into the log; drop it, or await it where the answer must not leave before
 *     it is on the disk
 */
public record Inference(Tensors outputs, PendingReceipt receipt) {
  public Inference {
    Objects.requireNonNull(outputs, "outputs");
    Objects.requireNonNull(receipt, "receipt");
  }
}
