package org.modelledger.onnx.models;

import java.util.ArrayList;
import java.util.List;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;

/**
 * GPT-2 with its language model's head (Radford et al., 2019). Parameters are named as in Hugging Face's
 * {@code GPT2Model}, inputs and outputs as Optimum's exporter names them. The head is the table of the
 * token embeddings; it is stored once.
 *
 * <p>Inputs, int64: {@code input_ids} and {@code position_ids} [batch, sequence], positions below {@code
 * positions}; {@code attention_mask} [batch, sequence], 1 for a token and 0 for padding. Output: {@code
 * logits}, float32 [batch, sequence, vocabulary].
 *
 * <p>With a cache, what earlier calls computed goes in again, for each layer N: {@code
 * past_key_values.N.key} and {@code .value}, float32 [batch, heads, past, hidden/heads], of length 0 in
 * the first call. {@code attention_mask} then covers past and sequence: [batch, past + sequence]. Further
 * outputs: {@code present.N.key} and {@code .value}, [batch, heads, past + sequence, hidden/heads].
 *
 * @param layers from 1
 * @param heads of attention; they divide {@code hidden}
 * @param hidden width of a token
 * @param vocabulary how many tokens there are
 * @param positions the greatest length of past and sequence together
 * @param cache whether there is a cache
 */
public record Gpt2(int layers, int heads, int hidden, int vocabulary, int positions, boolean cache)
    implements
      Architecture {
  private static final double DEVIATION = 0.02;
  private static final float EPSILON = 1e-5f;

  /** @throws IllegalArgumentException if a number is not positive or the heads do not divide the width */
  public Gpt2 {
    if (layers < 1 || heads < 1 || hidden < 1 || vocabulary < 1 || positions < 1
        || hidden % heads != 0) {
      throw new IllegalArgumentException("the numbers of a GPT-2 are positive and its heads divide"
          + " its width; not layers " + layers + ", heads " + heads + ", hidden " + hidden
          + ", vocabulary " + vocabulary + ", positions " + positions);
    }
  }

  /** Returns the smallest GPT-2, of 124 million parameters, with a cache. */
  public static Gpt2 small() {
    return new Gpt2(12, 12, 768, 50257, 1024, true);
  }

  /** Returns the same network without a cache. */
  public Gpt2 withoutCache() {
    return new Gpt2(layers, heads, hidden, vocabulary, positions, false);
  }

  @Override
  public GraphBuilder graph() {
    return new Builder().build();
  }

  /** The parts that every layer needs. */
  private final class Builder {
    private final GraphBuilder graph = new GraphBuilder("gpt2");
    private final Layers parts = new Layers(graph);
    private final OnnxDimension batch = OnnxDimension.free("batch_size");
    private final OnnxDimension sequence = OnnxDimension.free("sequence_length");
    private final OnnxDimension past = OnnxDimension.free("past_sequence_length");
    private final OnnxDimension total = cache
        ? OnnxDimension.free("past_sequence_length + sequence_length")
        : sequence;
    private final long headSize = hidden / heads;

    GraphBuilder build() {
      Value ids = graph.input("input_ids", OnnxDataType.INT64, batch, sequence);
      Value mask = graph.input("attention_mask", OnnxDataType.INT64, batch, total);
      Value places = graph.input("position_ids", OnnxDataType.INT64, batch, sequence);
      List<Value> pasts = new ArrayList<>();
      for (int layer = 0; layer < layers && cache; layer++) {
        pasts.add(cached("past_key_values." + layer + ".key"));
        pasts.add(cached("past_key_values." + layer + ".value"));
      }
      Parameter table = Parameter.random("wte.weight", DEVIATION, vocabulary, hidden);
      graph.at("embeddings");
      Value x = parts.add(parts.embedding(ids, table),
          parts.embedding(places,
              Parameter.random("wpe.weight", DEVIATION / 2, positions, hidden)));
      Value allowed = allowed(ids, mask);
      List<Value> presents = new ArrayList<>();
      for (int layer = 0; layer < layers; layer++) {
        x = layer(x, allowed, layer, pasts, presents);
      }
      graph.at("head");
      x = parts.layerNorm(x, "ln_f", hidden, EPSILON);
      graph.output("logits", head(x, table), OnnxDataType.FLOAT, batch, sequence,
          OnnxDimension.of(vocabulary));
      for (int i = 0; i < presents.size() && cache; i++) {
        graph.output("present." + i / 2 + (i % 2 == 0 ? ".key" : ".value"), presents.get(i),
            OnnxDataType.FLOAT, batch, OnnxDimension.of(heads), total, OnnxDimension.of(headSize));
      }
      return graph;
    }

    private Value cached(String name) {
      return graph.input(name, OnnxDataType.FLOAT, batch, OnnxDimension.of(heads), past,
          OnnxDimension.of(headSize));
    }

    /** Token i of the sequence sees what is not padding, up to and with itself: [B, 1, S, T]. */
    private Value allowed(Value ids, Value mask) {
      graph.at("attention_mask");
      Value end = parts.size(mask, 1);
      Value begin = graph.node("Sub", List.of(end, parts.size(ids, 1)));
      Value zero = graph.constant(0L);
      Value one = graph.constant(1L);
      Value last = scalar(end);
      Value rows = graph.node("Range", List.of(scalar(begin), last, one));
      Value columns = graph.node("Range", List.of(zero, last, one));
      Value causal = graph.node("LessOrEqual",
          List.of(parts.unsqueeze(columns, 0), parts.unsqueeze(rows, 1)));
      Value tokens = parts.unsqueeze(parts.cast(mask, OnnxDataType.BOOL), 1, 2);
      return graph.node("And", List.of(tokens, causal));
    }

    private Value scalar(Value vector) {
      return graph.node("Squeeze", List.of(vector, graph.constants(0)));
    }

    private Value layer(Value x, Value allowed, int number, List<Value> pasts,
        List<Value> presents) {
      String name = "h." + number;
      // Radford et al. scale what goes onto the residual path by its depth
      double residual = DEVIATION / Math.sqrt(2.0 * layers);
      graph.at(name + ".attn");
      Value normed = parts.layerNorm(x, name + ".ln_1", hidden, EPSILON);
      Value mixed = parts.conv1d(normed, name + ".attn.c_attn", hidden, 3L * hidden, DEVIATION);
      List<Value> split = graph.nodes("Split", 3,
          List.of(mixed, graph.constants(hidden, hidden, hidden)),
          new OnnxAttribute.IntValue("axis", 2));
      Value query = parts.splitHeads(split.get(0), heads, headSize);
      Value key = parts.splitHeads(split.get(1), heads, headSize);
      Value value = parts.splitHeads(split.get(2), heads, headSize);
      if (cache) {
        key = behind(pasts.get(2 * number), key);
        value = behind(pasts.get(2 * number + 1), value);
      }
      presents.add(key);
      presents.add(value);
      Value context = parts.mergeHeads(parts.attention(query, key, value, allowed, headSize),
          hidden);
      Value y = parts.add(parts.conv1d(context, name + ".attn.c_proj", hidden, hidden, residual),
          x);
      graph.at(name + ".mlp");
      Value wide = parts.geluTanh(parts.conv1d(parts.layerNorm(y, name + ".ln_2", hidden, EPSILON),
          name + ".mlp.c_fc", hidden, 4L * hidden, DEVIATION));
      return parts.add(parts.conv1d(wide, name + ".mlp.c_proj", 4L * hidden, hidden, residual), y);
    }

    private Value behind(Value earlier, Value now) {
      return graph.node("Concat", List.of(earlier, now), new OnnxAttribute.IntValue("axis", 2));
    }

    /** x · tableᵀ. Gemm takes the table as it lies; a transposed copy would be as large as the table. */
    private Value head(Value x, Parameter table) {
      Value rows = graph.node("Reshape", List.of(x, graph.constants(-1, hidden)));
      Value logits = graph.node("Gemm", List.of(rows, graph.parameter(table)),
          new OnnxAttribute.IntValue("transB", 1));
      Value shape = graph.node("Concat",
          List.of(graph.node("Shape", List.of(x), new OnnxAttribute.IntValue("end", 2)),
              graph.constants(vocabulary)),
          new OnnxAttribute.IntValue("axis", 0));
      return graph.node("Reshape", List.of(logits, shape));
    }
  }
}
