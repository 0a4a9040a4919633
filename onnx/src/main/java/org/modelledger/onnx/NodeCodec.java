package org.modelledger.onnx;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.AttributeProto;
import org.modelledger.onnx.internal.OnnxProto.NodeProto;
import org.modelledger.onnx.internal.OnnxProto.TensorShapeProto;
import org.modelledger.onnx.internal.OnnxProto.TypeProto;
import org.modelledger.onnx.internal.OnnxProto.ValueInfoProto;

/** Nodes, attributes and value declarations as the specification's messages have them. */
final class NodeCodec {
  // AttributeProto.AttributeType of the ONNX IR specification
  private static final int FLOAT = 1;
  private static final int INT = 2;
  private static final int STRING = 3;
  private static final int TENSOR = 4;
  private static final int FLOATS = 6;
  private static final int INTS = 7;
  private static final int STRINGS = 8;
  private static final List<String> KINDS = List.of("UNDEFINED", "FLOAT", "INT", "STRING", "TENSOR",
      "GRAPH",
      "FLOATS", "INTS", "STRINGS", "TENSORS", "GRAPHS", "SPARSE_TENSOR", "SPARSE_TENSORS",
      "TYPE_PROTO",
      "TYPE_PROTOS");

  private NodeCodec() {}

  static OnnxNode read(NodeProto proto, int index) {
    String where = "node " + index
        + (proto.getName().isEmpty() ? "" : " ('" + proto.getName() + "')");
    if (proto.getOpType().isEmpty()) {
      throw new ModelFormatException(where + " names no operator");
    }
    where += " " + proto.getOpType();
    List<OnnxAttribute> attributes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (AttributeProto attribute : proto.getAttributeList()) {
      if (!names.add(attribute.getName())) {
        throw new ModelFormatException(
            where + " has the attribute '" + attribute.getName() + "' twice");
      }
      attributes.add(readAttribute(attribute, where + ", attribute '" + attribute.getName() + "'"));
    }
    return new OnnxNode(proto.getName(), proto.getDomain(), proto.getOpType(), proto.getInputList(),
        proto.getOutputList(), attributes);
  }

  private static OnnxAttribute readAttribute(AttributeProto proto, String where) {
    String name = proto.getName();
    int type = proto.getType();
    if (name.isEmpty() || type <= 0 || type >= KINDS.size()) {
      throw new ModelFormatException(
          where + " has kind " + type + "; wanted a name and a kind from 1 to "
              + (KINDS.size() - 1));
    }
    if (!proto.getRefAttrName().isEmpty()) {
      throw new ModelFormatException(where + " refers to '" + proto.getRefAttrName()
          + "' of an enclosing function, but the main graph has none");
    }
    return switch (type) {
      case FLOAT -> new OnnxAttribute.FloatValue(name, proto.getF());
      case INT -> new OnnxAttribute.IntValue(name, proto.getI());
      case STRING -> new OnnxAttribute.StringValue(name, text(proto.getS(), where));
      case TENSOR -> new OnnxAttribute.TensorValue(name, TensorCodec.read(proto.getT(), where));
      case FLOATS -> new OnnxAttribute.FloatList(name, proto.getFloatsList());
      case INTS -> new OnnxAttribute.IntList(name, proto.getIntsList());
      case STRINGS -> new OnnxAttribute.StringList(name,
          proto.getStringsList().stream().map(bytes -> text(bytes, where)).toList());
      default -> new OnnxAttribute.Opaque(name, KINDS.get(type));
    };
  }

  private static String text(ByteString bytes, String where) {
    if (!bytes.isValidUtf8()) {
      throw new ModelFormatException(where + " is not UTF-8");
    }
    return bytes.toStringUtf8();
  }

  static NodeProto write(OnnxNode node) {
    NodeProto.Builder proto = NodeProto.newBuilder()
        .addAllInput(node.inputs())
        .addAllOutput(node.outputs())
        .setOpType(node.operator());
    if (!node.name().isEmpty()) {
      proto.setName(node.name());
    }
    if (!node.domain().isEmpty()) {
      proto.setDomain(node.domain());
    }
    for (OnnxAttribute attribute : node.attributes()) {
      proto.addAttribute(writeAttribute(attribute));
    }
    return proto.build();
  }

  private static AttributeProto writeAttribute(OnnxAttribute attribute) {
    AttributeProto.Builder proto = AttributeProto.newBuilder().setName(attribute.name());
    switch (attribute) {
      case OnnxAttribute.FloatValue a -> proto.setType(FLOAT).setF(a.value());
      case OnnxAttribute.IntValue a -> proto.setType(INT).setI(a.value());
      case OnnxAttribute.StringValue a ->
        proto.setType(STRING).setS(ByteString.copyFromUtf8(a.value()));
      case OnnxAttribute.TensorValue a -> proto.setType(TENSOR).setT(TensorCodec.write(a.value()));
      case OnnxAttribute.FloatList a -> proto.setType(FLOATS).addAllFloats(a.values());
      case OnnxAttribute.IntList a -> proto.setType(INTS).addAllInts(a.values());
      case OnnxAttribute.StringList a ->
        proto.setType(STRINGS)
            .addAllStrings(a.values().stream().map(ByteString::copyFromUtf8).toList());
      case OnnxAttribute.Opaque a -> throw new IllegalArgumentException(
          "attribute '" + a.name() + "' is of kind " + a.kind()
              + ", which can be kept but not built");
    }
    return proto.build();
  }

  /** Says whether a declaration names a tensor, or what only this version does not know. */
  static boolean mayBeTensor(ValueInfoProto proto) {
    return !proto.getType().hasSequenceType() && !proto.getType().hasMapType();
  }

  static OnnxValue readValue(ValueInfoProto proto, String kind) {
    if (proto.getName().isEmpty()) {
      throw new ModelFormatException("the graph has " + kind + " without a name");
    }
    String where = kind + " '" + proto.getName() + "'";
    if (!proto.getType().hasTensorType()) {
      throw new ModelFormatException(
          where + " is not declared as a tensor, which is all that is supported");
    }
    TypeProto.Tensor tensor = proto.getType().getTensorType();
    OnnxDataType type = TensorCodec.dataType(tensor.getElemType(), where);
    if (!tensor.hasShape()) {
      return new OnnxValue(proto.getName(), type, Optional.empty());
    }
    List<OnnxDimension> shape = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : tensor.getShape().getDimList()) {
      if (dim.hasDimValue() && dim.getDimValue() >= 0) {
        shape.add(OnnxDimension.of(dim.getDimValue()));
      } else if (dim.hasDimValue()) {
        throw new ModelFormatException(where + " declares a dimension of " + dim.getDimValue());
      } else {
        shape.add(OnnxDimension.free(dim.getDimParam()));
      }
    }
    return new OnnxValue(proto.getName(), type, Optional.of(shape));
  }

  static ValueInfoProto writeValue(OnnxValue value) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
        .setElemType(value.type().number());
    value.shape().ifPresent(shape -> {
      TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
      for (OnnxDimension dimension : shape) {
        TensorShapeProto.Dimension.Builder dim = dims.addDimBuilder();
        switch (dimension) {
          case OnnxDimension.Fixed(long size) -> dim.setDimValue(size);
          case OnnxDimension.Free(String name) -> {
            if (!name.isEmpty()) {
              dim.setDimParam(name);
            }
          }
        }
      }
      tensor.setShape(dims);
    });
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
