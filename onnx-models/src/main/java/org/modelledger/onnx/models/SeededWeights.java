package org.modelledger.onnx.models;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongToIntFunction;
import org.modelledger.model.Digest;

/**
 * Weights before any training: each parameter as its {@link Parameter.Initial} says, random ones from a
 * seed, the same bytes on every JVM.
 *
 * <p>The generator is SplitMix64 (Sebastiano Vigna, 2015, public domain), used as a function of the
 * element's place. For the parameter of name {@code n}, element {@code i} counted from 0 in row-major
 * order:
 *
 * <pre>
 * key  = mix(seed) xor (the first 8 bytes of SHA-256(UTF-8(n)), big-endian)
 * word = mix(key + (i + 1) * 0x9e3779b97f4a7c15)
 * u    = (word &gt;&gt;&gt; 40) * 2^-23 - 1            exact in float32, from -1 up to but without 1
 * element = u * float32(deviation * sqrt(3))       one float32 multiplication
 *
 * mix(z): z = (z xor (z &gt;&gt;&gt; 30)) * 0xbf58476d1ce4e5b9
 *         z = (z xor (z &gt;&gt;&gt; 27)) * 0x94d049bb133111eb
 *         z xor (z &gt;&gt;&gt; 31)
 * </pre>
 *
 * A uniform distribution instead of the customary normal one needs no logarithm, whose last bit may
 * differ between machines; only the deviation matters to a network's beginning.
 *
 * @param seed any number
 */
public record SeededWeights(long seed) implements Weights {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  @Override
  public InputStream open(Parameter parameter) {
    return new FloatStream(parameter.elements(), elements(parameter));
  }

  /** Returns the bits of each element by its place. */
  private LongToIntFunction elements(Parameter parameter) {
    return switch (parameter.initial()) {
      case Parameter.Initial.Fill(float value) -> {
        int bits = Float.floatToRawIntBits(value);
        yield place -> bits;
      }
      case Parameter.Initial.Uniform(double deviation) -> {
        float bound = (float) (deviation * StrictMath.sqrt(3));
        long key = mix(seed) ^ nameKey(parameter.name());
        yield place -> Float.floatToRawIntBits(uniform(mix(key + (place + 1) * GAMMA)) * bound);
      }
    };
  }

  private static float uniform(long word) {
    return (word >>> 40) * 0x1p-23f - 1f;
  }

  private static long nameKey(String name) {
    return ByteBuffer.wrap(Digest.sha256().digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  static long mix(long state) {
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
