package org.modelledger.onnx.models.generation;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.modelledger.inference.Computation;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;

/**
 * Generates an answer to a prompt with a language model, one token a run: version 1 of the computation
 * {@value #NAME_1}. Inputs are those of {@link GenerationSettings}; the output is {@code answer}, INT64
 * [m], the tokens behind the prompt. Immutable.
 *
 * <p>The model has the inputs {@code input_ids}, {@code attention_mask} and {@code position_ids} and the
 * output {@code logits}, as {@link org.modelledger.onnx.models.Gpt2} has them. If it also has {@code
 * past_key_values.N.key} and so on, each token is computed once and what the model makes of it goes into
 * the next run, without a copy; otherwise each run computes the whole text again.
 *
 * <h2>Which token comes next</h2>
 *
 * From the last row of logits, in float64:
 * <ol>
 * <li>Temperature 0: the token of the greatest logit, of equal ones the lowest.
 * <li>Otherwise tokens are put in order, by falling logits and rising numbers; the first {@code top_k} stay.
 * <li>A token's share is exp((logit − greatest) / temperature); of those that stayed, the fewest first
 * ones stay whose shares, added in this order, reach {@code top_p} of their sum.
 * <li>A number u from 0 to below 1 is drawn: for token i of the answer, counted from 1, {@code (mix(mix(seed)
 * + i * 0x9e3779b97f4a7c15) >>> 11) * 2^-53}, with mix as in {@link
 * org.modelledger.onnx.models.SeededWeights}. The first token at which the shares, added in order, exceed
 * u times their sum is the next one.
 * </ol>
 *
 * So the answer repeats, to the last token, as far as the model's logits do.
 *
 * {@snippet :
 * Inference answer = model.infer(GenerationSettings.greedy(64).inputs(prompt), Map.of(),
 *     new TextGeneration().streaming(token -> show(token)));
 * answer.outputs().get("answer").toLongs();
 * }
 */
public final class TextGeneration implements Computation {
  /** The name that stands in receipts. */
  public static final String NAME_1 = "text-generation.1";
  /** The output. */
  public static final String ANSWER = "answer";

  private static final String PAST = "past_key_values.";
  private static final String PRESENT = "present.";
  private static final String LOGITS = "logits";

  private final LongConsumer listener;

  /** Generates without telling anybody before the end. */
  public TextGeneration() {
    this(token -> {
    });
  }

  private TextGeneration(LongConsumer listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  /**
   * Tells somebody of each token as soon as it is chosen. What it throws ends the generation, without an
   * answer.
   *
   * @param listener called by the thread that generates, in order, once for each token
   */
  public TextGeneration streaming(LongConsumer listener) {
    return new TextGeneration(listener);
  }

  @Override
  public String name() {
    return NAME_1;
  }

  /**
   * Generates an answer.
   *
   * @throws IllegalArgumentException also if the model is no language model of this form
   */
  @Override
  public Tensors run(LoadedModel model, Tensors inputs) throws InterruptedException {
    GenerationSettings settings = GenerationSettings.of(inputs);
    Text text = new Text(model, inputs.get(GenerationSettings.PROMPT).toLongs());
    Sampler sampler = new Sampler(settings);
    List<Long> answer = new ArrayList<>();
    long token;
    do {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      token = sampler.next(text.logits());
      answer.add(token);
      listener.accept(token);
      text.append(token);
    } while (answer.size() < settings.maxNewTokens() && !settings.stopTokens().contains(token));
    return Tensors.of(ANSWER, Tensor.of(answer.stream().mapToLong(Long::longValue).toArray(),
        answer.size()));
  }

  /** A text that grows, and what the model remembers of it. */
  private static final class Text {
    private final LoadedModel model;
    private Map<String, Tensor> past;
    private long[] tokens;
    private int length;
    private int computed;

    Text(LoadedModel model, long[] prompt) {
      this.model = model;
      this.tokens = prompt;
      this.length = prompt.length;
      this.past = nothingYet(model);
      if (model.outputs().stream().noneMatch(spec -> spec.name().equals(LOGITS))) {
        throw new IllegalArgumentException("the model is no language model: it has no output '"
            + LOGITS + "'; it has " + model.outputs());
      }
    }

    private static Map<String, Tensor> nothingYet(LoadedModel model) {
      Map<String, Tensor> past = new LinkedHashMap<>();
      for (TensorSpec spec : model.inputs()) {
        if (spec.name().startsWith(PAST)) {
          Shape shape = spec.shape();
          if (shape.rank() != 4 || shape.length(1) < 1 || shape.length(3) < 1
              || spec.dataType() != DataType.FP32) {
            throw new IllegalArgumentException("the model's input " + spec
                + " is no cache: wanted FP32 [batch, heads, past, size] with fixed heads and size");
          }
          past.put(spec.name(), Tensor.of(new float[0], 1, shape.length(1), 0, shape.length(3)));
        }
      }
      return past;
    }

    void append(long token) {
      if (length == tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(16, 2 * length));
      }
      tokens[length++] = token;
    }

    /** Runs the model on what it has not seen and returns the logits behind the last token. */
    FloatBuffer logits() throws InterruptedException {
      int begin = past.isEmpty() ? 0 : computed;
      long[] ids = Arrays.copyOfRange(tokens, begin, length);
      long[] places = new long[ids.length];
      Arrays.setAll(places, i -> begin + i);
      long[] mask = new long[length];
      Arrays.fill(mask, 1);
      Map<String, Tensor> inputs = new LinkedHashMap<>(past);
      inputs.put("input_ids", Tensor.of(ids, 1, ids.length));
      inputs.put("position_ids", Tensor.of(places, 1, places.length));
      inputs.put("attention_mask", Tensor.of(mask, 1, mask.length));
      Tensors outputs = model.run(Tensors.of(inputs));
      past.replaceAll((name, before) -> outputs.get(PRESENT + name.substring(PAST.length())));
      computed = length;
      return lastRow(outputs.get(LOGITS), ids.length);
    }

    private static FloatBuffer lastRow(Tensor logits, int rows) {
      Shape shape = logits.shape();
      if (logits.dataType() != DataType.FP32 || shape.rank() != 3 || shape.length(0) != 1
          || shape.length(1) != rows || shape.length(2) < 1) {
        throw new InferenceException(
            "the model's logits are " + logits + "; wanted FP32 [1, " + rows
                + ", vocabulary]");
      }
      FloatBuffer all = logits.data().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
      int vocabulary = Math.toIntExact(shape.length(2));
      return all.slice((rows - 1) * vocabulary, vocabulary);
    }
  }
}
