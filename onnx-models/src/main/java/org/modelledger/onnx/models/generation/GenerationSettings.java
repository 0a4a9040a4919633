package org.modelledger.onnx.models.generation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * How an answer is generated. As tensors it is, with the prompt, what goes into a {@link TextGeneration},
 * so that a receipt binds all of it.
 *
 * <table>
 * <caption>Inputs of a generation</caption>
 * <tr><th>name</th><th>type and shape</th><th>content</th></tr>
 * <tr><td>{@code prompt}</td><td>INT64 [n]</td><td>the tokens to begin with; at least one</td></tr>
 * <tr><td>{@code max_new_tokens}</td><td>INT64 []</td><td>how many tokens the answer has at most, from
 * 1</td></tr>
 * <tr><td>{@code temperature}</td><td>FP64 []</td><td>0 for the likeliest token each time; otherwise logits
 * are divided by it before a token is drawn</td></tr>
 * <tr><td>{@code top_k}</td><td>INT64 []</td><td>draw among so many of the likeliest tokens; 0 for
 * all</td></tr>
 * <tr><td>{@code top_p}</td><td>FP64 []</td><td>draw among the fewest of the likeliest tokens whose
 * probabilities add up to this much, above 0; 1 for all</td></tr>
 * <tr><td>{@code seed}</td><td>INT64 []</td><td>of the random numbers</td></tr>
 * <tr><td>{@code stop_tokens}</td><td>INT64 [m]</td><td>the answer ends with the first of them; may be
 * empty</td></tr>
 * </table>
 *
 * @param maxNewTokens from 1
 * @param temperature from 0, finite
 * @param topK from 0
 * @param topP above 0, at most 1
 * @param seed any number
 * @param stopTokens from 0
 */
public record GenerationSettings(long maxNewTokens, double temperature, long topK, double topP,
    long seed, List<Long> stopTokens) {
  static final String PROMPT = "prompt";
  private static final String MAX_NEW_TOKENS = "max_new_tokens";
  private static final String TEMPERATURE = "temperature";
  private static final String TOP_K = "top_k";
  private static final String TOP_P = "top_p";
  private static final String SEED = "seed";
  private static final String STOP_TOKENS = "stop_tokens";

  private static final List<TensorSpec> SPECS = List.of(
      new TensorSpec(PROMPT, DataType.INT64, Shape.of(Shape.FREE)),
      new TensorSpec(MAX_NEW_TOKENS, DataType.INT64, Shape.of()),
      new TensorSpec(TEMPERATURE, DataType.FP64, Shape.of()),
      new TensorSpec(TOP_K, DataType.INT64, Shape.of()),
      new TensorSpec(TOP_P, DataType.FP64, Shape.of()),
      new TensorSpec(SEED, DataType.INT64, Shape.of()),
      new TensorSpec(STOP_TOKENS, DataType.INT64, Shape.of(Shape.FREE)));

  /** @throws IllegalArgumentException if a setting is outside its range; names it */
  public GenerationSettings {
    stopTokens = List.copyOf(stopTokens);
    require(maxNewTokens >= 1, MAX_NEW_TOKENS, "at least 1", maxNewTokens);
    require(temperature >= 0 && temperature < Double.POSITIVE_INFINITY, TEMPERATURE,
        "a finite number from 0", temperature);
    require(topK >= 0, TOP_K, "at least 0", topK);
    require(topP > 0 && topP <= 1, TOP_P, "above 0 and at most 1", topP);
    require(stopTokens.stream().allMatch(token -> token >= 0), STOP_TOKENS, "from 0", stopTokens);
  }

  private static void require(boolean holds, String name, String wanted, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + wanted + ", not " + found);
    }
  }

  /** Takes the likeliest token each time. */
  public static GenerationSettings greedy(long maxNewTokens) {
    return new GenerationSettings(maxNewTokens, 0, 0, 1, 0, List.of());
  }

  /** Draws each token from all there are. */
  public static GenerationSettings sampled(long maxNewTokens, double temperature, long seed) {
    return new GenerationSettings(maxNewTokens, temperature, 0, 1, seed, List.of());
  }

  /** Draws among so many of the likeliest tokens only. */
  public GenerationSettings withTopK(long tokens) {
    return new GenerationSettings(maxNewTokens, temperature, tokens, topP, seed, stopTokens);
  }

  /** Draws among the likeliest tokens that together have this probability. */
  public GenerationSettings withTopP(double probability) {
    return new GenerationSettings(maxNewTokens, temperature, topK, probability, seed, stopTokens);
  }

  /** Ends the answer with the first of these tokens. */
  public GenerationSettings withStopTokens(long... tokens) {
    return new GenerationSettings(maxNewTokens, temperature, topK, topP, seed,
        Arrays.stream(tokens).boxed().toList());
  }

  /**
   * Returns the inputs of a generation.
   *
   * @param prompt at least one token; copied
   * @throws IllegalArgumentException if it is empty
   */
  public Tensors inputs(long... prompt) {
    requirePrompt(prompt.length);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put(PROMPT, Tensor.of(prompt, prompt.length));
    inputs.put(MAX_NEW_TOKENS, Tensor.of(new long[]{maxNewTokens}));
    inputs.put(TEMPERATURE, Tensor.of(new double[]{temperature}));
    inputs.put(TOP_K, Tensor.of(new long[]{topK}));
    inputs.put(TOP_P, Tensor.of(new double[]{topP}));
    inputs.put(SEED, Tensor.of(new long[]{seed}));
    inputs.put(STOP_TOKENS, Tensor.of(stopTokens.stream().mapToLong(Long::longValue).toArray(),
        stopTokens.size()));
    return Tensors.of(inputs);
  }

  private static void requirePrompt(long length) {
    if (length < 1) {
      throw new IllegalArgumentException("a prompt has at least one token");
    }
  }

  /**
   * Returns the settings among the inputs of a generation.
   *
   * @throws IllegalArgumentException if one is missing or does not fit; names it
   */
  static GenerationSettings of(Tensors inputs) {
    var unused = inputs.check(SPECS);
    requirePrompt(inputs.get(PROMPT).shape().elements());
    return new GenerationSettings(number(inputs, MAX_NEW_TOKENS), fraction(inputs, TEMPERATURE),
        number(inputs, TOP_K), fraction(inputs, TOP_P), number(inputs, SEED),
        Arrays.stream(inputs.get(STOP_TOKENS).toLongs()).boxed().toList());
  }

  private static long number(Tensors inputs, String name) {
    return data(inputs, name).getLong(0);
  }

  private static double fraction(Tensors inputs, String name) {
    return data(inputs, name).getDouble(0);
  }

  private static ByteBuffer data(Tensors inputs, String name) {
    return inputs.get(name).data().order(ByteOrder.LITTLE_ENDIAN);
  }
}
