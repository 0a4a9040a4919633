package org.modelledger.evidence;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.Tensors;
import org.modelledger.internal.cbor.CborMap;
import org.modelledger.internal.cbor.CborWriter;
import org.modelledger.model.ModelFormatException;

/** Evidence as deterministic CBOR; the fields are those of docs/formats/evidence-store.md. */
final class EvidenceCodec {
  private static final int SCHEMA = 0;
  private static final int INPUT_SALT = 1;
  private static final int OUTPUT_SALT = 2;
  private static final int ATTRIBUTE_SALTS = 3;
  private static final int INPUTS = 4;
  private static final int OUTPUTS = 5;
  private static final int ATTRIBUTES = 6;

  private EvidenceCodec() {}

  static byte[] encode(Evidence evidence) {
    CborWriter out = new CborWriter(256);
    write(evidence, out);
    return out.toByteArray();
  }

  static void write(Evidence evidence, CborWriter out) {
    boolean hasSalts = !evidence.attributeSalts().isEmpty();
    boolean hasValues = !evidence.attributes().isEmpty();
    int pairs = 3 + (hasSalts ? 1 : 0) + (hasValues ? 1 : 0)
        + (evidence.inputs().isPresent() ? 1 : 0) + (evidence.outputs().isPresent() ? 1 : 0);
    var unused = out.map(pairs).number(SCHEMA).number(1).number(INPUT_SALT);
    evidence.inputSalt().writeTo(out);
    unused = out.number(OUTPUT_SALT);
    evidence.outputSalt().writeTo(out);
    if (hasSalts) {
      unused = out.number(ATTRIBUTE_SALTS)
          .map(evidence.attributeSalts(), (to, salt) -> salt.writeTo(to));
    }
    evidence.inputs().ifPresent(inputs -> write(INPUTS, inputs, out));
    evidence.outputs().ifPresent(outputs -> write(OUTPUTS, outputs, out));
    if (hasValues) {
      unused = out.number(ATTRIBUTES).map(evidence.attributes(), CborWriter::text);
    }
  }

  private static void write(int key, Tensors tensors, CborWriter out) {
    int length = Math.toIntExact(CanonicalTensors.length(tensors));
    CanonicalTensors.write(tensors, out.number(key).bytesOf(length));
  }

  /** Returns about how many bytes it takes; more than there are, by less than 100 for each part. */
  static long length(Evidence evidence) {
    long length = 256;
    for (String name : evidence.attributeSalts().keySet()) {
      length += 64 + 3L * name.length();
    }
    for (Map.Entry<String, String> attribute : evidence.attributes().entrySet()) {
      length += 32 + 3L * (attribute.getKey().length() + attribute.getValue().length());
    }
    return length + evidence.inputs().map(CanonicalTensors::length).orElse(0L)
        + evidence.outputs().map(CanonicalTensors::length).orElse(0L);
  }

  static Evidence decode(byte[] bytes) {
    CborMap map = CborMap.decode("evidence", bytes);
    if (map.number(SCHEMA) != 1) {
      throw new ModelFormatException("evidence has the schema version " + map.number(SCHEMA)
          + "; this reader knows version 1");
    }
    map.allowOnly(SCHEMA, INPUT_SALT, OUTPUT_SALT, ATTRIBUTE_SALTS, INPUTS, OUTPUTS, ATTRIBUTES);
    TreeMap<String, Salt> salts = new TreeMap<>();
    map.map(ATTRIBUTE_SALTS, byte[].class).forEach((name, salt) -> salts.put(name, salt(salt)));
    SortedMap<String, String> attributes = map.map(ATTRIBUTES, String.class);
    if (!salts.keySet().containsAll(attributes.keySet())) {
      throw new ModelFormatException("evidence has attributes without a salt");
    }
    return new Evidence(salt(map.bytes(INPUT_SALT)), salt(map.bytes(OUTPUT_SALT)), salts,
        tensors(map, INPUTS), tensors(map, OUTPUTS), attributes);
  }

  private static Salt salt(byte[] bytes) {
    if (bytes.length != Salt.BYTES) {
      throw new ModelFormatException("evidence has a salt of " + bytes.length + " bytes");
    }
    return Salt.of(bytes);
  }

  private static Optional<Tensors> tensors(CborMap map, int key) {
    return map.has(key) ? Optional.of(CanonicalTensors.read(map.bytes(key))) : Optional.empty();
  }
}
