package org.modelledger.evidence;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.Tensors;

/**
 * What opens the commitments of one receipt. The owner may hand it, or a part of it, to whom they
 * want to convince: {@link #encode()}. {@link #toString()} shows nothing of it.
 *
 * @param inputSalt opens the commitment to the inputs, together with them
 * @param outputSalt opens the commitment to the outputs
 * @param attributeSalts by the attribute's name
 * @param inputs if they were kept
 * @param outputs if they were kept
 * @param attributes the values that were kept, by name; each has a salt
 */
public record Evidence(Salt inputSalt, Salt outputSalt, SortedMap<String, Salt> attributeSalts,
    Optional<Tensors> inputs, Optional<Tensors> outputs, SortedMap<String, String> attributes) {
  /** @throws IllegalArgumentException if an attribute has no salt */
  public Evidence {
    Objects.requireNonNull(inputSalt, "inputSalt");
    Objects.requireNonNull(outputSalt, "outputSalt");
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(outputs, "outputs");
    attributeSalts = copy(attributeSalts);
    attributes = copy(attributes);
    for (String name : attributes.keySet()) {
      if (!attributeSalts.containsKey(name)) {
        throw new IllegalArgumentException("attribute '" + name + "' has a value but no salt");
      }
    }
  }

  private static <T> SortedMap<String, T> copy(SortedMap<String, T> map) {
    return map.isEmpty()
        ? Collections.emptySortedMap()
        : Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  /** Returns the same with these inputs, for a replay of what the caller kept elsewhere. */
  public Evidence withInputs(Tensors inputs) {
    return new Evidence(inputSalt, outputSalt, attributeSalts, Optional.of(inputs), outputs,
        attributes);
  }

  /** Returns the same with these outputs. */
  public Evidence withOutputs(Tensors outputs) {
    return new Evidence(inputSalt, outputSalt, attributeSalts, inputs, Optional.of(outputs),
        attributes);
  }

  /** Returns the bytes of docs/formats/evidence-store.md, unencrypted. */
  public byte[] encode() {
    return EvidenceCodec.encode(this);
  }

  /**
   * Reads what {@link #encode()} writes.
   *
   * @throws org.modelledger.model.ModelFormatException if the bytes are something else
   */
  public static Evidence decode(byte[] bytes) {
    return EvidenceCodec.decode(bytes);
  }

  @Override
  public String toString() {
    return "Evidence[inputs " + (inputs.isPresent() ? "kept" : "not kept") + ", outputs "
        + (outputs.isPresent() ? "kept" : "not kept") + ", attributes " + attributeSalts.keySet()
        + "]";
  }
}
