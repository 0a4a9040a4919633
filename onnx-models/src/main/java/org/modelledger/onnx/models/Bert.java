package org.modelledger.onnx.models;

import java.util.List;
import java.util.Objects;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;

/**
 * BERT's encoder (Devlin et al., 2018). Parameters are named as in Hugging Face's {@code BertModel},
 * inputs and outputs as its exporter names them.
 *
 * <p>Inputs: {@code input_ids}, {@code attention_mask} (1 for a token, 0 for padding) and {@code
 * token_type_ids}, int64 [batch, sequence]; the sequence is at most {@code positions} long. Outputs: see
 * {@link Output}.
 *
 * @param layers from 1
 * @param heads of attention; they divide {@code hidden}
 * @param hidden width of a token
 * @param intermediate width inside the feed-forward layers
 * @param vocabulary how many tokens there are
 * @param positions the greatest length of a sequence
 * @param tokenTypes how many kinds of segments there are
 * @param epsilon what layer norms add to a variance
 * @param output what comes out
 */
public record Bert(int layers, int heads, int hidden, int intermediate, int vocabulary,
    int positions, int tokenTypes, float epsilon, Output output) implements Architecture {
  private static final double DEVIATION = 0.02;

  /** What comes out of the encoder. */
  public enum Output {
    /** {@code last_hidden_state}: float32 [batch, sequence, hidden]. */
    TOKENS,
    /**
     * That, and {@code pooler_output}: float32 [batch, hidden], the first token through a further layer
     * and tanh.
     */
    TOKENS_AND_POOLER,
    /**
     * {@code sentence_embedding}: float32 [batch, hidden], the mean of the tokens that are not padding,
     * of length 1. As in Sentence Transformers.
     */
    SENTENCE
  }

  /** @throws IllegalArgumentException if a number is not positive or the heads do not divide the width */
  public Bert {
    Objects.requireNonNull(output, "output");
    if (layers < 1 || heads < 1 || hidden < 1 || intermediate < 1 || vocabulary < 1 || positions < 1
        || tokenTypes < 1 || hidden % heads != 0 || !(epsilon > 0)) {
      throw new IllegalArgumentException("the numbers of a BERT are positive and its heads divide"
          + " its width; not layers " + layers + ", heads " + heads + ", hidden " + hidden
          + ", intermediate " + intermediate + ", vocabulary " + vocabulary + ", positions "
          + positions + ", token types " + tokenTypes + ", epsilon " + epsilon);
    }
  }

  /** Returns BERT-base (uncased): 12 layers of 768, with the pooler. */
  public static Bert base() {
    return new Bert(12, 12, 768, 3072, 30522, 512, 2, 1e-12f, Output.TOKENS_AND_POOLER);
  }

  /** Returns the sentence encoder MiniLM-L6: 6 layers of 384. */
  public static Bert miniLmL6() {
    return new Bert(6, 12, 384, 1536, 30522, 512, 2, 1e-12f, Output.SENTENCE);
  }

  /** Returns the same encoder with something else coming out. */
  public Bert with(Output other) {
    return new Bert(layers, heads, hidden, intermediate, vocabulary, positions, tokenTypes, epsilon,
        other);
  }

  @Override
  public GraphBuilder graph() {
    GraphBuilder graph = new GraphBuilder("bert");
    Layers parts = new Layers(graph);
    OnnxDimension batch = OnnxDimension.free("batch_size");
    OnnxDimension sequence = OnnxDimension.free("sequence_length");
    OnnxDimension width = OnnxDimension.of(hidden);
    Value ids = graph.input("input_ids", OnnxDataType.INT64, batch, sequence);
    Value mask = graph.input("attention_mask", OnnxDataType.INT64, batch, sequence);
    Value types = graph.input("token_type_ids", OnnxDataType.INT64, batch, sequence);

    graph.at("embeddings");
    Value x = embeddings(graph, parts, ids, types);
    graph.at("attention_mask");
    Value allowed = parts.unsqueeze(parts.cast(mask, OnnxDataType.BOOL), 1, 2);
    for (int layer = 0; layer < layers; layer++) {
      x = layer(graph, parts, x, allowed, "encoder.layer." + layer);
    }
    switch (output) {
      case TOKENS -> graph.output("last_hidden_state", x, OnnxDataType.FLOAT, batch, sequence,
          width);
      case TOKENS_AND_POOLER -> {
        graph.output("last_hidden_state", x, OnnxDataType.FLOAT, batch, sequence, width);
        graph.at("pooler");
        Value first = graph.node("Gather", List.of(x, graph.constant(0L)),
            new OnnxAttribute.IntValue("axis", 1));
        Value pooled = parts.linear(first, "pooler.dense", hidden, hidden, DEVIATION);
        graph.output("pooler_output", graph.node("Tanh", List.of(pooled)), OnnxDataType.FLOAT,
            batch, width);
      }
      case SENTENCE -> {
        graph.at("sentence");
        graph.output("sentence_embedding", sentence(graph, parts, x, mask), OnnxDataType.FLOAT,
            batch, width);
      }
    }
    return graph;
  }

  private Value embeddings(GraphBuilder graph, Layers parts, Value ids, Value types) {
    Value words = parts.embedding(ids,
        Parameter.random("embeddings.word_embeddings.weight", DEVIATION, vocabulary, hidden));
    Value table = graph.parameter(
        Parameter.random("embeddings.position_embeddings.weight", DEVIATION, positions, hidden));
    Value places = graph.node("Slice",
        List.of(table, graph.constants(0), parts.size(ids, 1), graph.constants(0)));
    Value segments = parts.embedding(types,
        Parameter.random("embeddings.token_type_embeddings.weight", DEVIATION, tokenTypes, hidden));
    return parts.layerNorm(parts.add(parts.add(words, segments), places), "embeddings.LayerNorm",
        hidden, epsilon);
  }

  private Value layer(GraphBuilder graph, Layers parts, Value x, Value allowed, String name) {
    long headSize = hidden / heads;
    String attention = name + ".attention";
    graph.at(attention);
    Value query = parts.linear(x, attention + ".self.query", hidden, hidden, DEVIATION);
    Value key = parts.linear(x, attention + ".self.key", hidden, hidden, DEVIATION);
    Value value = parts.linear(x, attention + ".self.value", hidden, hidden, DEVIATION);
    Value context = parts.mergeHeads(
        parts.attention(parts.splitHeads(query, heads, headSize),
            parts.splitHeads(key, heads, headSize), parts.splitHeads(value, heads, headSize),
            allowed, headSize),
        hidden);
    Value attended = parts.linear(context, attention + ".output.dense", hidden, hidden, DEVIATION);
    Value y = parts.layerNorm(parts.add(attended, x), attention + ".output.LayerNorm", hidden,
        epsilon);
    graph.at(name);
    Value wide = parts.gelu(
        parts.linear(y, name + ".intermediate.dense", hidden, intermediate, DEVIATION));
    Value narrow = parts.linear(wide, name + ".output.dense", intermediate, hidden, DEVIATION);
    return parts.layerNorm(parts.add(narrow, y), name + ".output.LayerNorm", hidden, epsilon);
  }

  /** Mean over the tokens that are not padding, then divided by its length. */
  private static Value sentence(GraphBuilder graph, Layers parts, Value x, Value mask) {
    Value weights = parts.unsqueeze(parts.cast(mask, OnnxDataType.FLOAT), 2);
    OnnxAttribute dropped = new OnnxAttribute.IntValue("keepdims", 0);
    Value sum = graph.node("ReduceSum", List.of(parts.multiply(x, weights), graph.constants(1)),
        dropped);
    Value count = graph.node("ReduceSum", List.of(weights, graph.constants(1)), dropped);
    // the least divisors are those of Sentence Transformers and of torch.nn.functional.normalize
    Value mean = graph.node("Div",
        List.of(sum, graph.node("Max", List.of(count, graph.constant(1e-9f)))));
    Value length = graph.node("ReduceL2", List.of(mean),
        new OnnxAttribute.IntList("axes", List.of(1L)), new OnnxAttribute.IntValue("keepdims", 1));
    return graph.node("Div",
        List.of(mean, graph.node("Max", List.of(length, graph.constant(1e-12f)))));
  }
}
