package org.modelledger.bench.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.modelledger.bench.inference.TreeModel.Node;

/**
 * Writes trees as XGBoost does: as the JSON that it reads today ("Introduction to Model IO" in its
 * documentation), and as the binary file that it wrote before and that the predictors in Java read. A
 * condition is a number that is less than another one there, so what is compared with is the next one.
 */
final class XgboostTrees {
  private static final int MISSING_LEFT = Integer.MIN_VALUE;
  private static final int NODE_BYTES = 20 + 16;
  private static final int TREE_BYTES = 37 * Integer.BYTES;
  private static final int HEAD_BYTES = 512;
  /** What a root has for the number of its parent, in JSON. */
  private static final int NO_PARENT = Integer.MAX_VALUE;

  private XgboostTrees() {}

  private static float condition(Node node) {
    return node.isLeaf() ? node.weight : Math.nextUp(node.cut);
  }

  /** Returns the JSON file. */
  static byte[] json(TreeModel model) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeArrayFieldStart("version");
      json.writeNumber(2);
      json.writeNumber(1);
      json.writeNumber(4);
      json.writeEndArray();
      json.writeObjectFieldStart("learner");
      json.writeObjectFieldStart("attributes");
      json.writeEndObject();
      json.writeArrayFieldStart("feature_names");
      json.writeEndArray();
      json.writeArrayFieldStart("feature_types");
      json.writeEndArray();
      json.writeObjectFieldStart("learner_model_param");
      json.writeStringField("base_score", "0");
      json.writeStringField("boost_from_average", "0");
      json.writeStringField("num_class", "0");
      json.writeStringField("num_feature", Integer.toString(TreeModel.FEATURES));
      json.writeStringField("num_target", "1");
      json.writeEndObject();
      json.writeObjectFieldStart("objective");
      json.writeStringField("name", "reg:squarederror");
      json.writeObjectFieldStart("reg_loss_param");
      json.writeStringField("scale_pos_weight", "1");
      json.writeEndObject();
      json.writeEndObject();
      json.writeObjectFieldStart("gradient_booster");
      json.writeStringField("name", "gbtree");
      json.writeObjectFieldStart("model");
      write(model.trees(), json);
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(List<List<Node>> trees, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("gbtree_model_param");
    json.writeStringField("num_parallel_tree", "1");
    json.writeStringField("num_trees", Integer.toString(trees.size()));
    json.writeEndObject();
    json.writeArrayFieldStart("iteration_indptr");
    for (int i = 0; i <= trees.size(); i++) {
      json.writeNumber(i);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("tree_info");
    for (int i = 0; i < trees.size(); i++) {
      json.writeNumber(0);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("trees");
    for (int i = 0; i < trees.size(); i++) {
      write(i, trees.get(i), json);
    }
    json.writeEndArray();
  }

  private static void write(int number, List<Node> nodes, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", number);
    json.writeObjectFieldStart("tree_param");
    json.writeStringField("num_deleted", "0");
    json.writeStringField("num_feature", Integer.toString(TreeModel.FEATURES));
    json.writeStringField("num_nodes", Integer.toString(nodes.size()));
    json.writeStringField("size_leaf_vector", "1");
    json.writeEndObject();
    for (String none : List.of("categories", "categories_nodes", "categories_segments",
        "categories_sizes")) {
      json.writeArrayFieldStart(none);
      json.writeEndArray();
    }
    integers("left_children", nodes, node -> node.isLeaf() ? -1 : node.yes, json);
    integers("right_children", nodes, node -> node.isLeaf() ? -1 : node.no, json);
    integers("parents", nodes, node -> node.parent < 0 ? NO_PARENT : node.parent, json);
    integers("split_indices", nodes, node -> node.feature, json);
    integers("split_type", nodes, node -> 0, json);
    integers("default_left", nodes, node -> node.missingToYes ? 1 : 0, json);
    numbers("split_conditions", nodes, XgboostTrees::condition, json);
    numbers("base_weights", nodes, node -> node.weight, json);
    numbers("loss_changes", nodes, node -> 0, json);
    numbers("sum_hessian", nodes, node -> 1, json);
    json.writeEndObject();
  }

  private static void integers(String name, List<Node> nodes, ToIntFunction<Node> of,
      JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(name);
    for (Node node : nodes) {
      json.writeNumber(of.applyAsInt(node));
    }
    json.writeEndArray();
  }

  private static void numbers(String name, List<Node> nodes, ToDoubleFunction<Node> of,
      JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(name);
    for (Node node : nodes) {
      json.writeNumber((float) of.applyAsDouble(node));
    }
    json.writeEndArray();
  }

  /** Returns the binary file. */
  static byte[] binary(TreeModel model) {
    List<List<Node>> trees = model.trees();
    int nodes = trees.stream().mapToInt(List::size).sum();
    ByteBuffer out = ByteBuffer
        .allocate(HEAD_BYTES + trees.size() * (TREE_BYTES + Integer.BYTES) + nodes * NODE_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    // the learner: base score, features, classes, and what is reserved
    out.putFloat(0).putInt(TreeModel.FEATURES).putInt(0);
    zeros(31, out);
    text("reg:linear", out);
    text("gbtree", out);
    // the booster: trees, roots, features, padding, buffer, outputs, leaf vector, and what is reserved
    out.putInt(trees.size())
        .putInt(1)
        .putInt(TreeModel.FEATURES)
        .putInt(0)
        .putLong(0)
        .putInt(1)
        .putInt(0);
    zeros(32, out);
    for (List<Node> tree : trees) {
      // roots, nodes, deleted ones, greatest depth, features, leaf vector, and what is reserved
      out.putInt(1).putInt(tree.size()).putInt(0).putInt(0).putInt(TreeModel.FEATURES).putInt(0);
      zeros(31, out);
      for (Node node : tree) {
        out.putInt(node.parent);
        out.putInt(node.isLeaf() ? -1 : node.yes).putInt(node.isLeaf() ? -1 : node.no);
        out.putInt(node.feature | (node.missingToYes ? MISSING_LEFT : 0));
        out.putFloat(condition(node));
      }
      for (int i = 0; i < tree.size(); i++) {
        // gain, sum of hessians, weight, children that are leaves
        zeros(4, out);
      }
    }
    // the output that each tree is for
    zeros(trees.size(), out);
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static void zeros(int count, ByteBuffer out) {
    for (int i = 0; i < count; i++) {
      out.putInt(0);
    }
  }

  private static void text(String text, ByteBuffer out) {
    out.putLong(text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
  }
}
