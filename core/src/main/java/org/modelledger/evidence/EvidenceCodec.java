package org.modelledger.evidence;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.modelledger.inference.Tensors;
import org.modelledger.internal.cbor.CborMap;
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
    TreeMap<String, byte[]> salts = new TreeMap<>();
    evidence.attributeSalts().forEach((name, salt) -> salts.put(name, salt.bytes()));
    CborMap map = new CborMap("evidence").put(SCHEMA, 1)
        .put(INPUT_SALT, evidence.inputSalt().bytes())
        .put(OUTPUT_SALT, evidence.outputSalt().bytes())
        .putUnlessEmpty(ATTRIBUTE_SALTS, salts)
        .putUnlessEmpty(ATTRIBUTES, evidence.attributes());
    evidence.inputs().ifPresent(inputs -> map.put(INPUTS, CanonicalTensors.write(inputs)));
    evidence.outputs().ifPresent(outputs -> map.put(OUTPUTS, CanonicalTensors.write(outputs)));
    return map.encode();
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
