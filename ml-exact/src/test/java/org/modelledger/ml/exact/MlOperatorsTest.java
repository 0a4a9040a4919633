package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.modelledger.ml.exact.OnnxGraphs.load;
import static org.modelledger.ml.exact.OnnxGraphs.shape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.modelledger.inference.DataType;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxAttribute;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxTensor;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;

class MlOperatorsTest {
  private static final OnnxDataType FLOAT = OnnxDataType.FLOAT;
  private static final OnnxDataType LONG = OnnxDataType.INT64;
  private static final OnnxDataType TEXT = OnnxDataType.STRING;
  private static final float NAN = Float.NaN;

  private static OnnxNode node(String operator, List<String> inputs, List<String> outputs,
      OnnxAttribute... attributes) {
    return new OnnxNode("", "ai.onnx.ml", operator, inputs, outputs, List.of(attributes));
  }

  /** A graph of one node from x to y. */
  private static byte[] one(OnnxDataType in, long width, OnnxDataType out, String operator,
      OnnxAttribute... attributes) {
    return OnnxGraphs.graph(in, shape(-1, width), out, g -> g.opset("ai.onnx.ml", 3)
        .node(node(operator, List.of("x"), List.of("y"), attributes)));
  }

  private static Tensor run(byte[] graph, Tensor x) throws InterruptedException {
    try (LoadedModel model = load(graph)) {
      return model.run(Tensors.of("x", x)).get("y");
    }
  }

  private static OnnxAttribute floats(String name, Float... values) {
    return new OnnxAttribute.FloatList(name, List.of(values));
  }

  private static OnnxAttribute longs(String name, Long... values) {
    return new OnnxAttribute.IntList(name, List.of(values));
  }

  private static OnnxAttribute texts(String name, String... values) {
    return new OnnxAttribute.StringList(name, List.of(values));
  }

  private static void refuses(byte[] graph, String... parts) {
    assertThatThrownBy(() -> load(graph)).isInstanceOf(ModelFormatException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void scales() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, 3, 4}, 2, 2);
    assertThat(run(one(FLOAT, 2, FLOAT, "Scaler", floats("offset", 1f, 2f),
        floats("scale", 10f, 0.5f)), x).toFloats()).containsExactly(0, 0, 20, 1);
    assertThat(run(one(FLOAT, 2, FLOAT, "Scaler", floats("offset", 1f), floats("scale", 2f)), x)
        .toFloats()).containsExactly(0, 2, 4, 6);
    assertThat(run(one(LONG, 2, FLOAT, "Scaler", floats("scale", 0.5f)),
        Tensor.of(new long[]{1, 5}, 1, 2)).toFloats()).containsExactly(0.5f, 2.5f);
    // float64 is rounded once, at the end
    assertThat(run(one(OnnxDataType.DOUBLE, 1, FLOAT, "Scaler", floats("offset", 1e8f)),
        Tensor.of(new double[]{1e8 + 3}, 1, 1)).toFloats()).containsExactly(3);
    refuses(one(FLOAT, 2, FLOAT, "Scaler", floats("offset", 1f, 2f, 3f)), "node 0 Scaler",
        "'offset' has 3 elements", "rows of 2");
  }

  @Test
  void imputes() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{NAN, 2, 3, NAN}, 2, 2);
    OnnxAttribute nan = new OnnxAttribute.FloatValue("replaced_value_float", NAN);
    assertThat(run(one(FLOAT, 2, FLOAT, "Imputer", floats("imputed_value_floats", 7f, 8f), nan), x)
        .toFloats()).containsExactly(7, 2, 3, 8);
    assertThat(run(one(FLOAT, 2, FLOAT, "Imputer", floats("imputed_value_floats", 7f),
        new OnnxAttribute.FloatValue("replaced_value_float", 3)), x).toFloats())
        .containsExactly(NAN, 2, 7, NAN);
    assertThat(run(one(LONG, 2, LONG, "Imputer", longs("imputed_value_int64s", 7L, 8L),
        new OnnxAttribute.IntValue("replaced_value_int64", -1)),
        Tensor.of(new long[]{-1, -1, 5, 6}, 2, 2)).toLongs()).containsExactly(7, 8, 5, 6);
    refuses(one(FLOAT, 2, FLOAT, "Imputer"), "0 imputed floats and 0 int64s");
    refuses(one(FLOAT, 2, FLOAT, "Imputer", longs("imputed_value_int64s", 7L)), "FP32",
        "whole numbers");
  }

  @Test
  void normalizes() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{3, -4, 0, 0}, 2, 2);
    assertThat(run(one(FLOAT, 2, FLOAT, "Normalizer",
        new OnnxAttribute.StringValue("norm", "L1")), x).toFloats())
        .containsExactly(3f / 7, -4f / 7, 0, 0);
    assertThat(run(one(FLOAT, 2, FLOAT, "Normalizer",
        new OnnxAttribute.StringValue("norm", "L2")), x).toFloats())
        .containsExactly(0.6f, -0.8f, 0, 0);
    assertThat(run(one(FLOAT, 2, FLOAT, "Normalizer"), x).toFloats())
        .containsExactly(1, -4f / 3, 0, 0);
    refuses(one(FLOAT, 2, FLOAT, "Normalizer", new OnnxAttribute.StringValue("norm", "L3")),
        "'L3'", "L1, L2");
  }

  @Test
  void binarizes() throws InterruptedException {
    assertThat(run(one(FLOAT, 3, FLOAT, "Binarizer",
        new OnnxAttribute.FloatValue("threshold", 0.5f)),
        Tensor.of(new float[]{0.5f, 0.75f, NAN}, 1, 3)).toFloats()).containsExactly(0, 1, 0);
  }

  @Test
  void putsFeaturesSideBySide() throws InterruptedException {
    byte[] graph = OnnxWriter.write(new OnnxModelBuilder("g").opset("ai.onnx.ml", 1)
        .input(OnnxValue.of("a", FLOAT, shape(-1, 2)))
        .input(OnnxValue.of("b", LONG, shape(-1, 1)))
        .output(OnnxValue.of("y", FLOAT, shape(-1, 3)))
        .node(node("FeatureVectorizer", List.of("a", "b"), List.of("y"),
            longs("inputdimensions", 2L, 1L)))
        .build());
    try (LoadedModel model = load(graph)) {
      assertThat(model.run(Tensors.of("a", Tensor.of(new float[]{1, 2, 3, 4}, 2, 2), "b",
          Tensor.of(new long[]{8, 9}, 2, 1))).get("y").toFloats())
          .containsExactly(1, 2, 8, 3, 4, 9);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> model.run(Tensors.of("a", Tensor.of(new float[4], 2, 2), "b",
              Tensor.of(new long[3], 3, 1))))
          .withMessageContainingAll("FeatureVectorizer", "[3, 1]");
    }
  }

  @Test
  void encodesCategories() throws InterruptedException {
    Tensor y = run(one(TEXT, 2, FLOAT, "OneHotEncoder", texts("cats_strings", "süd", "nord")),
        Tensor.ofStrings(List.of("nord", "süd", "west", "nord"), 2, 2));
    assertThat(y.shape()).hasToString("[2, 2, 2]");
    assertThat(y.toFloats()).containsExactly(0, 1, 1, 0, 0, 0, 0, 1);
    // floats are cut to whole numbers
    assertThat(run(one(FLOAT, 1, FLOAT, "OneHotEncoder", longs("cats_int64s", 3L, 5L)),
        Tensor.of(new float[]{5.75f, 3, 4}, 3, 1)).toFloats()).containsExactly(0, 1, 1, 0, 0, 0);
    byte[] strict = one(LONG, 1, FLOAT, "OneHotEncoder", longs("cats_int64s", 3L, 5L),
        new OnnxAttribute.IntValue("zeros", 0));
    assertThat(run(strict, Tensor.of(new long[]{3}, 1, 1)).toFloats()).containsExactly(1, 0);
    assertThatThrownBy(() -> run(strict, Tensor.of(new long[]{3, 4}, 2, 1)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContainingAll("OneHotEncoder", "element 1");
    refuses(one(FLOAT, 1, FLOAT, "OneHotEncoder", texts("cats_strings", "a")), "FP32", "texts");
    refuses(one(FLOAT, 1, FLOAT, "OneHotEncoder"), "0 categories by number");
  }

  @Test
  void labelsBothWays() throws InterruptedException {
    Tensor animals = Tensor.ofStrings(List.of("cat", "dog", "cow"), 3, 1);
    assertThat(run(one(TEXT, 1, LONG, "LabelEncoder", texts("keys_strings", "dog", "cat"),
        longs("values_int64s", 1L, 2L), new OnnxAttribute.IntValue("default_int64", 9)), animals)
        .toLongs()).containsExactly(2, 1, 9);
    assertThat(run(one(TEXT, 1, FLOAT, "LabelEncoder", texts("keys_strings", "dog", "cat"),
        floats("values_floats", 0.5f, NAN)), animals).toFloats()).containsExactly(NAN, 0.5f, -0f);
    assertThat(run(one(LONG, 1, TEXT, "LabelEncoder", longs("keys_int64s", 4L, 5L),
        texts("values_strings", "vier", "fünf")), Tensor.of(new long[]{5, 6, 4}, 3, 1))
        .toStrings()).containsExactly("fünf", "_Unused", "vier");
    // NaN is found by NaN
    assertThat(run(one(FLOAT, 1, LONG, "LabelEncoder", floats("keys_floats", NAN, 0f),
        longs("values_int64s", 1L, 2L)), Tensor.of(new float[]{-0f, NAN, 3}, 3, 1)).toLongs())
        .containsExactly(2, 1, -1);
    assertThat(run(one(LONG, 1, FLOAT, "LabelEncoder",
        new OnnxAttribute.TensorValue("keys_tensor", OnnxTensor.ofLongs("", new long[]{7}, 1)),
        new OnnxAttribute.TensorValue("values_tensor",
            OnnxTensor.ofFloats("", new float[]{1.5f}, 1)),
        new OnnxAttribute.TensorValue("default_tensor",
            OnnxTensor.ofFloats("", new float[]{-2}, 1))),
        Tensor.of(new long[]{7, 8}, 2, 1)).toFloats()).containsExactly(1.5f, -2);
    // version 1
    assertThat(run(one(TEXT, 1, LONG, "LabelEncoder", texts("classes_strings", "dog", "cat")),
        animals).toLongs()).containsExactly(1, 0, -1);
    assertThat(run(one(LONG, 1, TEXT, "LabelEncoder", texts("classes_strings", "dog", "cat")),
        Tensor.of(new long[]{1, 2}, 2, 1)).toStrings()).containsExactly("cat", "_Unused");
    refuses(one(TEXT, 1, LONG, "LabelEncoder", texts("keys_strings", "dog"),
        longs("values_int64s", 1L, 2L)), "1 keys and 2 values");
    refuses(one(TEXT, 1, LONG, "LabelEncoder", texts("keys_strings", "dog")), "0 kinds of values");
    refuses(one(FLOAT, 1, LONG, "LabelEncoder", texts("keys_strings", "dog"),
        longs("values_int64s", 1L)), "FP32", "the type of the keys");
  }

  @Test
  void mapsCategories() throws InterruptedException {
    OnnxAttribute[] table = {longs("cats_int64s", 3L, 8L), texts("cats_strings", "a", "b")};
    assertThat(run(one(TEXT, 1, LONG, "CategoryMapper", table),
        Tensor.ofStrings(List.of("b", "c"), 2, 1)).toLongs()).containsExactly(8, -1);
    assertThat(run(one(LONG, 1, TEXT, "CategoryMapper", table), Tensor.of(new long[]{3, 4}, 2, 1))
        .toStrings()).containsExactly("a", "_Unused");
    refuses(one(LONG, 1, TEXT, "CategoryMapper", longs("cats_int64s", 3L)), "1 elements",
        "as many");
  }

  @Test
  void extractsColumns() throws InterruptedException {
    byte[] graph = OnnxGraphs.graph(FLOAT, shape(-1, 3), FLOAT, g -> g.opset("ai.onnx.ml", 1)
        .initializer(OnnxTensor.ofLongs("which", new long[]{2, 0}, 2))
        .node(node("ArrayFeatureExtractor", List.of("x", "which"), List.of("y"))));
    assertThat(run(graph, Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3)).toFloats())
        .containsExactly(3, 1, 6, 4);
    // classes by a computed label, as converters write it
    byte[] classes = OnnxGraphs.graph(LONG, shape(-1), LONG, g -> g.opset("ai.onnx.ml", 1)
        .initializer(OnnxTensor.ofLongs("classes", new long[]{10, 20}, 2))
        .node(node("ArrayFeatureExtractor", List.of("classes", "x"), List.of("y"))));
    Tensor picked = run(classes, Tensor.of(new long[]{1, 0, 1}, 3));
    assertThat(picked.shape()).hasToString("[1, 3]");
    assertThat(picked.toLongs()).containsExactly(20, 10, 20);
    assertThatThrownBy(() -> run(classes, Tensor.of(new long[]{2}, 1)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContainingAll("position 2", "0 to 1");
  }

  private static byte[] linear(OnnxAttribute... attributes) {
    return OnnxWriter.write(new OnnxModelBuilder("g").opset("ai.onnx.ml", 1)
        .input(OnnxValue.of("x", FLOAT, shape(-1, 2)))
        .output(new OnnxValue("label", LONG, Optional.empty()))
        .output(new OnnxValue("y", FLOAT, Optional.empty()))
        .node(node("LinearClassifier", List.of("x"), List.of("label", "y"), attributes))
        .build());
  }

  @Test
  void classifiesLinearly() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, -1, 0}, 2, 2);
    byte[] three = linear(floats("coefficients", 1f, 0f, 0f, 1f, -1f, -1f),
        floats("intercepts", 0f, 0.5f, 1f), longs("classlabels_ints", 7L, 8L, 9L),
        new OnnxAttribute.StringValue("post_transform", "LOGISTIC"));
    try (LoadedModel model = load(three)) {
      Tensors outputs = model.run(Tensors.of("x", x));
      assertThat(outputs.get("label").toLongs()).containsExactly(8, 9);
      assertThat(outputs.get("y").toFloats()[1])
          .isEqualTo((float) (1 / (1 + StrictMath.exp(-2.5))));
    }
    byte[] shared = linear(floats("coefficients", 1f, -1f), floats("intercepts", 0.5f),
        longs("classlabels_ints", 7L, 8L));
    try (LoadedModel model = load(shared)) {
      Tensors outputs = model.run(Tensors.of("x", x));
      assertThat(outputs.get("label").toLongs()).containsExactly(7, 7);
      assertThat(outputs.get("y").toFloats()).containsExactly(0.5f, -0.5f, 0.5f, -0.5f);
    }
    refuses(linear(floats("coefficients", 1f, -1f, 3f), floats("intercepts", 0.5f, 0.5f),
        longs("classlabels_ints", 7L, 8L)), "3 coefficients", "2 outputs");
    refuses(linear(floats("coefficients", 1f, -1f), floats("intercepts", 0.5f),
        longs("classlabels_ints", 7L, 8L, 9L)), "1 intercepts for 3 classes");
    refuses(linear(floats("coefficients", 1f, -1f, 2f), floats("intercepts", 0.5f),
        longs("classlabels_ints", 7L, 8L)), "[1, 2]", "[N, 3]");
    refuses(linear(floats("coefficients", 1f, -1f), floats("intercepts", 0.5f)), "class labels");
  }

  @Test
  void regressesLinearly() throws InterruptedException {
    assertThat(run(one(FLOAT, 2, FLOAT, "LinearRegressor",
        floats("coefficients", 1f, 2f, 3f, 4f), floats("intercepts", 10f, 20f),
        new OnnxAttribute.IntValue("targets", 2)), Tensor.of(new float[]{1, -1}, 1, 2)).toFloats())
        .containsExactly(9, 19);
    assertThat(run(one(LONG, 2, FLOAT, "LinearRegressor", floats("coefficients", 1f, 2f)),
        Tensor.of(new long[]{1, 5}, 1, 2)).toFloats()).containsExactly(11);
  }

  @Test
  void ofAZipMapComesWhatGoesIn() throws InterruptedException {
    try (LoadedModel model = load(Elsewhere.model(Elsewhere.ZIP_MAP))) {
      assertThat(model.outputs()).extracting(Object::toString)
          .containsExactly("output_label: INT64 [?]", "output_probability: FP32 [?, 3]");
    }
  }

  @Test
  void refusesOtherOutputsThatAreNoTensors() throws Exception {
    var proto = org.modelledger.onnx.OnnxReader.read(Elsewhere.model(Elsewhere.ZIP_MAP));
    assertThat(proto.outputs()).hasSize(1);
    assertThat(proto.outputNames()).containsExactly("output_label", "output_probability");
    // the same declarations, without the ZipMap
    byte[] bytes = Elsewhere.model(Elsewhere.ZIP_MAP);
    byte[] name = "ZipMap".getBytes(StandardCharsets.US_ASCII);
    byte[] other = "Scaler".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i + name.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + name.length, name, 0, name.length)) {
        System.arraycopy(other, 0, bytes, i, name.length);
      }
    }
    refuses(bytes, "Scaler", "classlabels_int64s");
  }

  @Test
  void refusesOtherVersions() {
    refuses(OnnxGraphs.graph(FLOAT, shape(-1, 2), FLOAT, g -> g.opset("ai.onnx.ml", 6)
        .node(node("Normalizer", List.of("x"), List.of("y")))), "version 6", "'ai.onnx.ml'",
        "1 to 5");
    refuses(OnnxGraphs.graph(FLOAT, shape(-1, 2), FLOAT, g -> g.opset("ai.onnx.ml", 3)
        .node(node("SVMClassifier", List.of("x"), List.of("y")))), "SVMClassifier",
        "TreeEnsembleClassifier");
  }

  @Test
  void olderVersionsMayBeAsFarAsTheyMeanTheSame() throws InterruptedException {
    byte[] old = OnnxWriter.write(new OnnxModelBuilder("g").opset("", 9)
        .input(OnnxValue.of("x", FLOAT, shape(-1, 2)))
        .output(OnnxValue.of("y", FLOAT, shape(-1, 2)))
        .node(OnnxNode.of("Mul", List.of("x", "x"), List.of("y")))
        .build());
    assertThat(run(old, Tensor.of(new float[]{2, 3}, 1, 2)).toFloats()).containsExactly(4, 9);
    refuses(OnnxWriter.write(new OnnxModelBuilder("g").opset("", 12)
        .input(OnnxValue.of("x", FLOAT, shape(-1, 2)))
        .output(OnnxValue.of("y", FLOAT, shape(-1, 2)))
        .node(OnnxNode.of("Softmax", List.of("x"), List.of("y")))
        .build()), "node 0 Softmax", "version 12", "13 to 23");
  }

  @Test
  void textsGoThrough() throws InterruptedException {
    byte[] graph = OnnxGraphs.graph(TEXT, shape(-1, 2), TEXT, g -> g
        .node(OnnxNode.of("Concat", List.of("x", "x"), List.of("y"),
            new OnnxAttribute.IntValue("axis", 1))));
    Tensor texts = Tensor.ofStrings(List.of("a", "", "ß", "\ud83d\ude00"), 2, 2);
    assertThat(run(graph, texts).toStrings())
        .containsExactly("a", "", "a", "", "ß", "\ud83d\ude00", "ß", "\ud83d\ude00");
    byte[] broken = {1, 0, 0, 0, (byte) 0xff, 0, 0, 0, 0};
    Tensor noText = Tensor.wrap(DataType.BYTES, Shape.of(1, 2), ByteBuffer.wrap(broken)
        .order(ByteOrder.LITTLE_ENDIAN));
    assertThatIllegalArgumentException().isThrownBy(() -> run(graph, noText))
        .withMessageContainingAll("input 'x'", "element 0", "UTF-8");
  }

  @Test
  void castsTextsAndTruthValues() throws InterruptedException {
    byte[] parse = OnnxGraphs.graph(TEXT, shape(-1), FLOAT, g -> g
        .node(OnnxNode.of("Cast", List.of("x"), List.of("y"),
            new OnnxAttribute.IntValue("to", FLOAT.number()))));
    assertThat(run(parse, Tensor.ofStrings(List.of("1.5", "-inf", "NaN", "1e3"), 4)).toFloats())
        .containsExactly(1.5f, Float.NEGATIVE_INFINITY, NAN, 1000);
    assertThatThrownBy(() -> run(parse, Tensor.ofStrings(List.of("1", "one"), 2)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContainingAll("element 1", "no number");
    byte[] write = OnnxGraphs.graph(LONG, shape(-1), TEXT, g -> g
        .node(OnnxNode.of("Cast", List.of("x"), List.of("y"),
            new OnnxAttribute.IntValue("to", TEXT.number()))));
    assertThat(run(write, Tensor.of(new long[]{-7}, 1)).toStrings()).containsExactly("-7");
    byte[] truth = OnnxGraphs.graph(FLOAT, shape(-1), OnnxDataType.BOOL, g -> g
        .node(OnnxNode.of("Cast", List.of("x"), List.of("y"),
            new OnnxAttribute.IntValue("to", OnnxDataType.BOOL.number()))));
    assertThat(run(truth, Tensor.of(new float[]{0, -0f, 0.25f, NAN}, 4)))
        .isEqualTo(Tensor.of(new boolean[]{false, false, true, true}, 4));
    refuses(OnnxGraphs.graph(FLOAT, shape(-1), TEXT, g -> g
        .node(OnnxNode.of("Cast", List.of("x"), List.of("y"),
            new OnnxAttribute.IntValue("to", TEXT.number())))),
        "FP32 into BYTES");
  }

  @Test
  void comparesAndChooses() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, 3, NAN}, 2, 2);
    OnnxTensor two = OnnxTensor.ofFloats("w", new float[]{2});
    for (var c : List.of(List.of("Less", "tfff"), List.of("LessOrEqual", "ttff"),
        List.of("Greater", "fftf"), List.of("GreaterOrEqual", "fttf"), List.of("Equal", "ftff"))) {
      byte[] graph = OnnxGraphs.graph(FLOAT, shape(-1, 2), OnnxDataType.BOOL, g -> g
          .initializer(two)
          .node(OnnxNode.of(c.get(0), List.of("x", "w"), List.of("y"))));
      boolean[] wanted = new boolean[4];
      for (int i = 0; i < 4; i++) {
        wanted[i] = c.get(1).charAt(i) == 't';
      }
      assertThat(run(graph, x)).as(c.get(0)).isEqualTo(Tensor.of(wanted, 2, 2));
    }
    byte[] chosen = OnnxGraphs.graph(FLOAT, shape(-1, 2), FLOAT, g -> g.initializer(two)
        .initializer(OnnxTensor.ofFloats("row", new float[]{10, 20}, 2))
        .node(OnnxNode.of("IsNaN", List.of("x"), List.of("nan")))
        .node(OnnxNode.of("Greater", List.of("x", "w"), List.of("greater")))
        .node(OnnxNode.of("Or", List.of("nan", "greater"), List.of("or")))
        .node(OnnxNode.of("Not", List.of("or"), List.of("not")))
        .node(OnnxNode.of("Where", List.of("not", "x", "row"), List.of("y"))));
    assertThat(run(chosen, x).toFloats()).containsExactly(1, 2, 10, 20);
    byte[] same = OnnxGraphs.graph(TEXT, shape(-1, 2), OnnxDataType.BOOL,
        g -> g.node(OnnxNode.of("Equal", List.of("x", "x"), List.of("y"))));
    assertThat(run(same, Tensor.ofStrings(List.of("a", "b"), 1, 2)))
        .isEqualTo(Tensor.of(new boolean[]{true, true}, 1, 2));
    refuses(OnnxGraphs.graph(TEXT, shape(-1, 2), OnnxDataType.BOOL,
        g -> g.node(OnnxNode.of("Less", List.of("x", "x"), List.of("y")))), "node 0 Less",
        "of numbers");
    refuses(OnnxGraphs.graph(FLOAT, shape(-1, 2), OnnxDataType.BOOL,
        g -> g.node(OnnxNode.of("Not", List.of("x"), List.of("y")))), "FP32", "BOOL");
  }

  @Test
  void computesElementByElement() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{-1.5f, 0.5f, 4, -0.25f}, 2, 2);
    for (var c : List.of(Map.entry("Abs", new float[]{1.5f, 0.5f, 4, 0.25f}),
        Map.entry("Neg", new float[]{1.5f, -0.5f, -4, 0.25f}),
        Map.entry("Floor", new float[]{-2, 0, 4, -1}),
        Map.entry("Ceil", new float[]{-1, 1, 4, -0f}),
        Map.entry("Reciprocal", new float[]{1 / -1.5f, 2, 0.25f, -4}))) {
      assertThat(run(OnnxGraphs.one(shape(-1, 2), FLOAT, c.getKey()), x).toFloats())
          .as(c.getKey())
          .containsExactly(c.getValue());
    }
    OnnxTensor one = OnnxTensor.ofFloats("w", new float[]{1, 0}, 2);
    assertThat(run(OnnxGraphs.two(shape(-1, 2), one, "Max"), x).toFloats())
        .containsExactly(1, 0.5f, 4, 0);
    assertThat(run(OnnxGraphs.two(shape(-1, 2), one, "Min"), x).toFloats())
        .containsExactly(-1.5f, 0, 1, -0.25f);
    byte[] clip = OnnxGraphs.graph(FLOAT, shape(-1, 2), FLOAT, g -> g
        .initializer(OnnxTensor.ofFloats("low", new float[]{-1}))
        .initializer(OnnxTensor.ofFloats("high", new float[]{1}))
        .node(OnnxNode.of("Clip", List.of("x", "low", "high"), List.of("y"))));
    assertThat(run(clip, x).toFloats()).containsExactly(-1, 0.5f, 1, -0.25f);
    byte[] upTo = OnnxGraphs.graph(FLOAT, shape(-1, 2), FLOAT, g -> g
        .initializer(OnnxTensor.ofFloats("high", new float[]{1}))
        .node(OnnxNode.of("Clip", List.of("x", "", "high"), List.of("y"))));
    assertThat(run(upTo, x).toFloats()).containsExactly(-1.5f, 0.5f, 1, -0.25f);
    byte[] sum = OnnxGraphs.two(shape(-1, 2), OnnxTensor.ofLongs("w", new long[]{1}, 1),
        "ReduceSum");
    Tensor sums = run(sum, x);
    assertThat(sums.shape()).hasToString("[2, 1]");
    assertThat(sums.toFloats()).containsExactly(-1, 3.75f);
    refuses(OnnxGraphs.two(shape(-1, 2), OnnxTensor.ofLongs("w", new long[]{0}, 1), "ReduceSum"),
        "the last dimension");
  }

  @Test
  void gathers() throws InterruptedException {
    Tensor x = Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(run(OnnxGraphs.two(shape(2, 3), OnnxTensor.ofLongs("w", new long[]{2, -3}, 2),
        "Gather", new OnnxAttribute.IntValue("axis", 1)), x).toFloats())
        .containsExactly(3, 1, 6, 4);
    Tensor row = run(OnnxGraphs.two(shape(2, 3), OnnxTensor.ofLongs("w", new long[]{1}), "Gather"),
        x);
    assertThat(row.shape()).hasToString("[3]");
    assertThat(row.toFloats()).containsExactly(4, 5, 6);
    byte[] out = OnnxGraphs.two(shape(2, 3), OnnxTensor.ofLongs("w", new long[]{2}), "Gather");
    assertThatThrownBy(() -> run(out, x)).isInstanceOf(InferenceException.class)
        .hasMessageContainingAll("position 2", "-2 to 1");
  }
}
