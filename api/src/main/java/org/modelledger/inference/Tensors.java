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

  private static final int HEAD_BYTES = 128;

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
    // what stands before the first tensor's elements is fed as one piece, and so on: a digest's call costs
    ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    head.put(MAGIC).putInt(byName.size());
    for (byte[] name : sortedNames()) {
      Tensor tensor = get(new String(name, StandardCharsets.UTF_8));
      byte[] type = tensor.dataType().name().getBytes(StandardCharsets.US_ASCII);
      Shape shape = tensor.shape();
      ByteBuffer data = tensor.data();
      head = withRoom(head, name.length + type.length + Long.BYTES * shape.rank());
      head.putInt(name.length).put(name).putInt(type.length).put(type).putInt(shape.rank());
      for (int i = 0; i < shape.rank(); i++) {
        head.putLong(shape.length(i));
      }
      head.putLong(data.remaining());
      digest.update(head.array(), 0, head.position());
      head.clear();
      digest.update(data);
    }
    digest.update(head.array(), 0, head.position());
    return digest;
  }

  /** Returns the buffer, or a larger copy if the parts with four lengths before and between do not fit. */
  private static ByteBuffer withRoom(ByteBuffer head, int parts) {
    int needed = parts + 3 * Integer.BYTES + Long.BYTES;
    return head.remaining() >= needed
        ? head
        : ByteBuffer.allocate(head.position() + needed)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(head.flip());
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
}
