package org.modelledger.ml.tensorflow;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.model.ModelFiles;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.VersionDef;

/** SavedModels without variables, written node by node. */
final class Models {
  private final GraphDef.Builder graph = GraphDef.newBuilder()
      .setVersions(VersionDef.newBuilder().setProducer(1882));
  private final Map<String, SignatureDef.Builder> signatures = new HashMap<>();
  private final List<String> tags = new ArrayList<>(List.of("serve"));
  private final Map<String, byte[]> others = new HashMap<>();
  private final MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();

  /** Returns a model with one input x and one output y, which is x. */
  static Models identity(DataType type, long... shape) {
    return new Models().placeholder("x", type, shape)
        .node("y", "Identity", Map.of("T", type(type)), "x")
        .input("serving_default", "x", "x:0", type, shape)
        .output("serving_default", "y", "y:0", type, shape);
  }

  static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  static AttrValue tensor(TensorProto tensor) {
    return AttrValue.newBuilder().setTensor(tensor).build();
  }

  static AttrValue text(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  static AttrValue number(long number) {
    return AttrValue.newBuilder().setI(number).build();
  }

  static TensorShapeProto shape(long... lengths) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long length : lengths) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(length));
    }
    return shape.build();
  }

  Models placeholder(String name, DataType type, long... shape) {
    return node(name, "Placeholder", Map.of("dtype", type(type), "shape",
        AttrValue.newBuilder().setShape(shape(shape)).build()));
  }

  Models constant(String name, TensorProto value) {
    return node(name, "Const", Map.of("dtype", type(value.getDtype()), "value", tensor(value)));
  }

  Models node(String name, String operation, Map<String, AttrValue> attributes, String... inputs) {
    graph.addNode(NodeDef.newBuilder()
        .setName(name)
        .setOp(operation)
        .putAllAttr(attributes)
        .addAllInput(List.of(inputs)));
    return this;
  }

  Models input(String signature, String name, String tensor, DataType type, long... shape) {
    of(signature).putInputs(name, info(tensor, type).setTensorShape(shape(shape)).build());
    return this;
  }

  Models output(String signature, String name, String tensor, DataType type, long... shape) {
    of(signature).putOutputs(name, info(tensor, type).setTensorShape(shape(shape)).build());
    return this;
  }

  /** An output of which the signature does not say how many dimensions it has. */
  Models outputOfUnknownRank(String signature, String name, String tensor, DataType type) {
    of(signature).putOutputs(name,
        info(tensor, type).setTensorShape(TensorShapeProto.newBuilder().setUnknownRank(true))
            .build());
    return this;
  }

  private static TensorInfo.Builder info(String tensor, DataType type) {
    return TensorInfo.newBuilder().setName(tensor).setDtype(type);
  }

  private SignatureDef.Builder of(String signature) {
    return signatures.computeIfAbsent(signature, key -> SignatureDef.newBuilder());
  }

  Models tags(String... others) {
    tags.clear();
    tags.addAll(List.of(others));
    return this;
  }

  Models file(String name, byte[] content) {
    others.put(name, content);
    return this;
  }

  MetaGraphDef.Builder meta() {
    return meta;
  }

  ModelFiles files() {
    signatures.forEach((key, signature) -> meta.putSignatureDef(key, signature.build()));
    meta.setGraphDef(graph)
        .setMetaInfoDef(MetaGraphDef.MetaInfoDef.newBuilder().addAllTags(tags));
    Map<String, byte[]> files = new HashMap<>(others);
    files.put("saved_model.pb",
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(meta)
            .build()
            .toByteArray());
    return ModelFiles.of(files);
  }
}
