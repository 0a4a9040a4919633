package org.modelledger.receipt;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;

/**
 * States that a model version turned an input into an output, at this time, on this engine.
 *
 * @param session the session in which it happened
 * @param sequence the number of the inference in its session, from 0
 * @param time from 1970 to 9999, to the microsecond; finer parts are cut off
 * @param version the version that ran
 * @param artifact the OMS root digest of its files
 * @param engine what computed: its texts have 1 to 255 bytes in UTF-8
 * @param determinism how far a repetition gives the same
 * @param input commits to the inputs' canonical bytes
 * @param output commits to the outputs' canonical bytes
 * @param attributes commit to the caller's own texts, such as a case number; at most
 *     {@value #MAX_ATTRIBUTES}. The names stand in the log for everyone to read
 */
public record Receipt(SessionId session, long sequence, Instant time, ModelVersionId version,
    Digest artifact, EngineInfo engine, Determinism determinism, Commitment input,
    Commitment output, SortedMap<String, Commitment> attributes)
    implements
      ReceiptEntry {
  /** The greatest number of attributes. */
  public static final int MAX_ATTRIBUTES = 32;

  private static final int MAX_TEXT_BYTES = 255;
  private static final int MAX_NAME_BYTES = 128;
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

  /** @throws IllegalArgumentException if a component is outside its range; names it */
  public Receipt {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(artifact, "artifact");
    Objects.requireNonNull(determinism, "determinism");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(output, "output");
    requireSequence(sequence);
    time = requireTime(time);
    requireEngine(engine);
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    requireAttributes(attributes);
  }

  @Override
  public byte[] encode() {
    return ReceiptCodec.encode(this);
  }

  /**
   * Checks the names of attributes.
   *
   * @throws IllegalArgumentException if there are too many, or a name is not 1 to 128 bytes in UTF-8
   *     without control characters
   */
  static void requireAttributes(SortedMap<String, ?> attributes) {
    if (attributes.size() > MAX_ATTRIBUTES) {
      throw new IllegalArgumentException("a receipt has at most " + MAX_ATTRIBUTES
          + " attributes, not " + attributes.size());
    }
    attributes.keySet().forEach(name -> requireText("attribute name", name, MAX_NAME_BYTES));
  }

  static void requireEngine(EngineInfo engine) {
    requireText("engine name", engine.name(), MAX_TEXT_BYTES);
    requireText("engine version", engine.version(), MAX_TEXT_BYTES);
    requireText("engine device", engine.device(), MAX_TEXT_BYTES);
  }

  private static void requireText(String what, String text, int maxBytes) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    boolean legible = text.codePoints()
        .noneMatch(c -> c < 0x20 || c == 0x7f || (c >= 0xd800 && c <= 0xdfff));
    if (bytes < 1 || bytes > maxBytes || !legible) {
      throw new IllegalArgumentException("a receipt's " + what + " has 1 to " + maxBytes
          + " bytes in UTF-8 and no control characters; this one has " + bytes + " bytes");
    }
  }

  static void requireSequence(long sequence) {
    if (sequence < 0) {
      throw new IllegalArgumentException("a session counts from 0, not " + sequence);
    }
  }

  static Instant requireTime(Instant time) {
    if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
      throw new IllegalArgumentException("a receipt's time lies from 1970 to 9999, not at " + time);
    }
    return time.truncatedTo(ChronoUnit.MICROS);
  }
}
