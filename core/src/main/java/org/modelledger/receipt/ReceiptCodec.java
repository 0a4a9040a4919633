package org.modelledger.receipt;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.internal.cbor.CborMap;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;

/** Entries as deterministic CBOR; the fields are those of docs/formats/receipt.md. */
final class ReceiptCodec {
  private static final long SCHEMA_VERSION = 2;
  private static final long KIND_INFERENCE = 1;
  private static final long KIND_GAP = 2;

  /** How many fields a receipt without attributes has. */
  static final int FIELDS = 13;

  private static final int SCHEMA = 0;
  private static final int KIND = 1;
  private static final int SESSION = 2;
  private static final int SEQUENCE = 3;
  static final int TIME = 4;
  private static final int MODEL = 5;
  private static final int VERSION = 6;
  private static final int ARTIFACT = 7;
  private static final int ENGINE = 8;
  private static final int DETERMINISM = 9;
  static final int INPUT = 10;
  static final int OUTPUT = 11;
  static final int ATTRIBUTES = 12;
  private static final int COUNT = 13;
  private static final int REASON = 14;
  static final int THREADS = 15;

  private ReceiptCodec() {}

  static byte[] encode(Receipt receipt) {
    EngineInfo engine = receipt.engine();
    TreeMap<String, byte[]> attributes = new TreeMap<>();
    receipt.attributes().forEach((name, value) -> attributes.put(name, value.digest().bytes()));
    return common(receipt, KIND_INFERENCE)
        .put(ENGINE, List.of(engine.name(), engine.version(), engine.device()))
        .put(DETERMINISM, receipt.determinism().word())
        .put(INPUT, receipt.input().digest().bytes())
        .put(OUTPUT, receipt.output().digest().bytes())
        .putUnlessEmpty(ATTRIBUTES, attributes)
        .put(THREADS, engine.threads())
        .encode();
  }

  static byte[] encode(Gap gap) {
    return common(gap, KIND_GAP).put(COUNT, gap.count()).put(REASON, gap.reason().word()).encode();
  }

  private static CborMap common(ReceiptEntry entry, long kind) {
    return new CborMap("receipt").put(SCHEMA, SCHEMA_VERSION)
        .put(KIND, kind)
        .put(SESSION, entry.session().bytes())
        .put(SEQUENCE, entry.sequence())
        .put(TIME, ReceiptMaker.micros(entry.time()))
        .put(MODEL, entry.version().model().value())
        .put(VERSION, entry.version().number())
        .put(ARTIFACT, entry.artifact().bytes());
  }

  static ReceiptEntry decode(byte[] leaf) {
    CborMap map = CborMap.decode("receipt", leaf);
    if (map.number(SCHEMA) != SCHEMA_VERSION) {
      throw new ModelFormatException("receipt has the schema version " + map.number(SCHEMA)
          + "; this reader knows version " + SCHEMA_VERSION);
    }
    try {
      long kind = map.number(KIND);
      if (kind == KIND_INFERENCE) {
        return receipt(map);
      }
      if (kind == KIND_GAP) {
        return gap(map);
      }
      throw new ModelFormatException("receipt is of the kind " + kind
          + "; expected 1 (inference) or 2 (gap)");
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException("receipt has a field out of range: " + e.getMessage(), e);
    } catch (ModelFormatException e) {
      throw e;
    } catch (ModelLedgerException e) {
      throw new ModelFormatException("receipt has a field out of range: " + e.getMessage(), e);
    }
  }

  private static Receipt receipt(CborMap map) {
    map.allowOnly(SCHEMA, KIND, SESSION, SEQUENCE, TIME, MODEL, VERSION, ARTIFACT, ENGINE,
        DETERMINISM, INPUT, OUTPUT, ATTRIBUTES, THREADS);
    List<String> engine = map.texts(ENGINE, 3);
    long threads = map.number(THREADS);
    if (threads < 1 || threads > Integer.MAX_VALUE) {
      throw new ModelFormatException(
          "receipt has " + threads + " threads; expected 1 to " + Integer.MAX_VALUE);
    }
    String word = map.text(DETERMINISM);
    Determinism determinism = Determinism.parse(word);
    if (!determinism.word().equals(word)) {
      throw new ModelFormatException(
          "receipt has the determinism '" + word + "'; expected " + determinism.word());
    }
    TreeMap<String, Commitment> attributes = new TreeMap<>();
    map.map(ATTRIBUTES, byte[].class)
        .forEach((name, value) -> attributes.put(name, new Commitment(Digest.of(value))));
    if (map.has(ATTRIBUTES) && attributes.isEmpty()) {
      throw new ModelFormatException("receipt has an empty map of attributes; expected none");
    }
    return new Receipt(SessionId.of(map.bytes(SESSION, SessionId.BYTES)), map.number(SEQUENCE),
        time(map), version(map), Digest.of(map.bytes(ARTIFACT, Digest.BYTES)),
        new EngineInfo(engine.get(0), engine.get(1), engine.get(2), (int) threads), determinism,
        commitment(map, INPUT), commitment(map, OUTPUT), attributes);
  }

  private static Gap gap(CborMap map) {
    map.allowOnly(SCHEMA, KIND, SESSION, SEQUENCE, TIME, MODEL, VERSION, ARTIFACT, COUNT, REASON);
    String word = map.text(REASON);
    Gap.Reason reason = Arrays.stream(Gap.Reason.values())
        .filter(value -> value.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new ModelFormatException("receipt has an unknown reason of a gap"));
    return new Gap(SessionId.of(map.bytes(SESSION, SessionId.BYTES)), map.number(SEQUENCE),
        time(map), version(map), Digest.of(map.bytes(ARTIFACT, Digest.BYTES)), map.number(COUNT),
        reason);
  }

  private static Commitment commitment(CborMap map, int key) {
    return new Commitment(Digest.of(map.bytes(key, Digest.BYTES)));
  }

  private static ModelVersionId version(CborMap map) {
    return new ModelVersionId(new ModelName(map.text(MODEL)), map.number(VERSION));
  }

  private static Instant time(CborMap map) {
    try {
      return Instant.EPOCH.plus(map.number(TIME), ChronoUnit.MICROS);
    } catch (ArithmeticException | DateTimeException e) {
      throw new ModelFormatException("receipt has a time that no calendar has", e);
    }
  }
}
