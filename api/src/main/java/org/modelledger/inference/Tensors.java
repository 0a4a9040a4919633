package org.modelledger.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.modelledger.model.Digest;

/**
 * Tensors by name: the inputs or the outputs of one call. Immutable; keeps the order in which they
 * were given, which means nothing.
 *
 * <h2>Canonical bytes</h2>
 *
 * One sequence of bytes for one meaning, so that a digest of it can be computed by others:
 *
 * <table>
 * <caption>Canonical bytes, version 1; integers are little-endian</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>8</td><td>ASCII {@code MLTENS01}</td></tr>
 * <tr><td>4</td><td>number of tensors; then each, in the order of the UTF-8 bytes of its name:</td>
 * </tr>
 * <tr><td>4, n</td><td>length of the name, the name in UTF-8</td></tr>
 * <tr><td>4, n</td><td>length of the data type's name, the name in ASCII</td></tr>
 * <tr><td>4, 8 each</td><td>number of dimensions, their lengths</td></tr>
 * <tr><td>8, n</td><td>number of bytes of the elements, the elements as {@link Tensor} has them</td>
 * </tr>
 * </table>
 */
public final class Tensors {
  private static final byte[] MAGIC = "MLTENS01".getBytes(StandardCharsets.US_ASCII);

  private final Map<String, Tensor> byName;

  private Tensors(Map<String, Tensor> byName) {
    this.byName = byName;
  }

  /** Returns one named tensor. */
  public static Tensors of(String name, Tensor tensor) {
    return of(Map.of(name, tensor));
  }

  /**
   * Returns two named tensors.
   *
   * @throws IllegalArgumentException if the names are equal
   */
  public static Tensors of(String name1, Tensor tensor1, String name2, Tensor tensor2) {
    LinkedHashMap<String, Tensor> map = new LinkedHashMap<>();
    map.put(name1, tensor1);
    if (map.put(name2, tensor2) != null) {
      throw new IllegalArgumentException("two tensors are named '" + name1 + "'");
    }
    return of(map);
  }

  /**
   * Returns these tensors.
   *
   * @param byName copied, in the map's order
   * @throws IllegalArgumentException if a name is empty or not well-formed Unicode
   */
  public static Tensors of(Map<String, Tensor> byName) {
    LinkedHashMap<String, Tensor> copy = new LinkedHashMap<>();
    byName.forEach((name, tensor) -> {
      TensorSpec.checkName(name);
      copy.put(name, Objects.requireNonNull(tensor, name));
    });
    return new Tensors(Collections.unmodifiableMap(copy));
  }

  /**
   * Returns a tensor by its name.
   *
   * @throws IllegalArgumentException if there is none; names those there are
   */
  public Tensor get(String name) {
    Tensor tensor = byName.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no tensor '" + name + "'; there are " + names());
    }
    return tensor;
  }

  /** Returns a tensor by its name, or empty. */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Set<String> names() {
    return byName.keySet();
  }

  public Map<String, Tensor> asMap() {
    return byName;
  }

  /**
   * Returns these tensors if they are just what a model takes.
   *
   * @throws IllegalArgumentException if one is missing, is not asked for, or does not fit; names it
   */
  public Tensors check(List<TensorSpec> specs) {
    for (TensorSpec spec : specs) {
      Tensor tensor = byName.get(spec.name());
      if (tensor == null) {
        throw new IllegalArgumentException(
            "tensor '" + spec.name() + "' is missing; expected " + specs + ", got " + names());
      }
      spec.check(tensor);
    }
    if (byName.size() != specs.size()) {
      List<String> unknown = new ArrayList<>(names());
      specs.forEach(spec -> unknown.remove(spec.name()));
      throw new IllegalArgumentException("unknown tensors " + unknown + "; expected " + specs);
    }
    return this;
  }

  /**
   * Feeds the canonical bytes to a digest, which may have been fed before and may be after.
   *
   * @return the same digest
   */
  public MessageDigest updateCanonical(MessageDigest digest) {
    digest.update(MAGIC);
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    updateInt(digest, number, byName.size());
    for (byte[] name : sortedNames()) {
      Tensor tensor = get(new String(name, StandardCharsets.UTF_8));
      updateBytes(digest, number, name);
      updateBytes(digest, number, tensor.dataType().name().getBytes(StandardCharsets.US_ASCII));
      Shape shape = tensor.shape();
      updateInt(digest, number, shape.rank());
      for (int i = 0; i < shape.rank(); i++) {
        updateLong(digest, number, shape.length(i));
      }
      ByteBuffer data = tensor.data();
      updateLong(digest, number, data.remaining());
      digest.update(data);
    }
    return digest;
  }

  /** Returns the SHA-256 digest of the canonical bytes. */
  public Digest canonicalDigest() {
    return Digest.of(updateCanonical(Digest.sha256()).digest());
  }

  /** Says whether the same names have equal tensors, in whatever order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensors tensors && byName.equals(tensors.byName);
  }

  @Override
  public int hashCode() {
    return byName.hashCode();
  }

  @Override
  public String toString() {
    return "Tensors" + byName;
  }

  private List<byte[]> sortedNames() {
    List<byte[]> names = new ArrayList<>(byName.size());
    byName.keySet().forEach(name -> names.add(name.getBytes(StandardCharsets.UTF_8)));
    if (names.size() > 1) {
      names.sort(Arrays::compareUnsigned);
    }
    return names;
  }

  private static void updateBytes(MessageDigest digest, ByteBuffer number, byte[] bytes) {
    updateInt(digest, number, bytes.length);
    digest.update(bytes);
  }

  private static void updateInt(MessageDigest digest, ByteBuffer number, int value) {
    digest.update(number.clear().putInt(value).flip());
  }

  private static void updateLong(MessageDigest digest, ByteBuffer number, long value) {
    digest.update(number.clear().putLong(value).flip());
  }
}
