package org.modelledger.bench.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.modelledger.inference.Tensor;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;

/**
 * Trees as boosting grows them, leaf by leaf, from a seed: each split cuts what is left of its feature's
 * range, so that rows spread over all leaves.
 */
final class TreeModel {
  static final String INPUT = "x";
  static final String OUTPUT = "y";
  static final int FEATURES = 30;
  private static final int OPSET = 17;
  private static final int ML_OPSET = 3;

  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Long> treeIds = new ArrayList<>();
  private final List<Long> nodeIds = new ArrayList<>();
  private final List<String> modes = new ArrayList<>();
  private final List<Long> features = new ArrayList<>();
  private final List<Float> values = new ArrayList<>();
  private final List<Long> yes = new ArrayList<>();
  private final List<Long> no = new ArrayList<>();
  private final List<Long> missing = new ArrayList<>();
  private final List<Long> weightTrees = new ArrayList<>();
  private final List<Long> weightNodes = new ArrayList<>();
  private final List<Long> weightTargets = new ArrayList<>();
  private final List<Float> weights = new ArrayList<>();

  private TreeModel() {}

  /** Which part of the features' ranges comes to a leaf. */
  private static final class Box {
    private final int node;
    private final float[] low;
    private final float[] high;

    Box(int node, float[] low, float[] high) {
      this.node = node;
      this.low = low;
      this.high = high;
    }
  }

  /** Returns a regressor as an ONNX file. */
  static byte[] onnx(int trees, int leaves) {
    TreeModel model = new TreeModel();
    for (int tree = 0; tree < trees; tree++) {
      model.grow(tree, leaves);
    }
    return model.write();
  }

  /** Returns rows whose every 20th value is missing. */
  static Tensor rows(int count) {
    SplittableRandom random = new SplittableRandom(2);
    float[] elements = new float[count * FEATURES];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(20) == 0 ? Float.NaN : (float) random.nextDouble();
    }
    return Tensor.of(elements, count, FEATURES);
  }

  private void grow(int tree, int leaves) {
    int first = modes.size();
    List<Box> open = new ArrayList<>();
    float[] ones = new float[FEATURES];
    java.util.Arrays.fill(ones, 1);
    open.add(new Box(add(tree, first), new float[FEATURES], ones));
    while (open.size() < leaves) {
      Box box = open.remove(random.nextInt(open.size()));
      int feature = random.nextInt(FEATURES);
      float low = box.low[feature];
      float high = box.high[feature];
      float cut = low + (high - low) * (float) (0.25 + random.nextDouble() / 2);
      modes.set(box.node, "BRANCH_LEQ");
      features.set(box.node, (long) feature);
      values.set(box.node, cut);
      missing.set(box.node, (long) random.nextInt(2));
      float[] left = box.high.clone();
      left[feature] = cut;
      float[] right = box.low.clone();
      right[feature] = cut;
      open.add(new Box(add(tree, first), box.low, left));
      yes.set(box.node, (long) (modes.size() - 1 - first));
      open.add(new Box(add(tree, first), right, box.high));
      no.set(box.node, (long) (modes.size() - 1 - first));
    }
    for (Box box : open) {
      weightTrees.add((long) tree);
      weightNodes.add((long) (box.node - first));
      weightTargets.add(0L);
      weights.add((float) (random.nextDouble() - 0.5) / 10);
    }
  }

  private int add(int tree, int first) {
    int node = modes.size();
    treeIds.add((long) tree);
    nodeIds.add((long) (node - first));
    modes.add("LEAF");
    features.add(0L);
    values.add(0f);
    yes.add(0L);
    no.add(0L);
    missing.add(0L);
    return node;
  }

  private byte[] write() {
    OnnxDimension batch = OnnxDimension.free("N");
    return OnnxWriter.write(new OnnxModelBuilder("trees").opset("", OPSET)
        .opset("ai.onnx.ml", ML_OPSET)
        .input(OnnxValue.of(INPUT, OnnxDataType.FLOAT, batch, OnnxDimension.of(FEATURES)))
        .output(OnnxValue.of(OUTPUT, OnnxDataType.FLOAT, batch, OnnxDimension.of(1)))
        .node(new OnnxNode("", "ai.onnx.ml", "TreeEnsembleRegressor", List.of(INPUT),
            List.of(OUTPUT),
            List.of(new OnnxAttribute.IntList("nodes_treeids", treeIds),
                new OnnxAttribute.IntList("nodes_nodeids", nodeIds),
                new OnnxAttribute.StringList("nodes_modes", modes),
                new OnnxAttribute.IntList("nodes_featureids", features),
                new OnnxAttribute.FloatList("nodes_values", values),
                new OnnxAttribute.IntList("nodes_truenodeids", yes),
                new OnnxAttribute.IntList("nodes_falsenodeids", no),
                new OnnxAttribute.IntList("nodes_missing_value_tracks_true", missing),
                new OnnxAttribute.IntList("target_treeids", weightTrees),
                new OnnxAttribute.IntList("target_nodeids", weightNodes),
                new OnnxAttribute.IntList("target_ids", weightTargets),
                new OnnxAttribute.FloatList("target_weights", weights),
                new OnnxAttribute.IntValue("n_targets", 1))))
        .build());
  }
}
