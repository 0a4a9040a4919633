package org.modelledger.ml.tensorflow;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.modelledger.model.ModelFormatException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

/** Looks in a SavedModel for what TensorFlow would not refuse, but end the process at. */
final class SavedModelCheck {
  private SavedModelCheck() {}

  /** @throws ModelFormatException if a type has a number that is not TensorFlow's, or a constant another type than its value */
  static void require(SavedModel model) {
    requireKnown(model, "");
    for (MetaGraphDef graph : model.getMetaGraphsList()) {
      graph.getGraphDef().getNodeList().forEach(SavedModelCheck::requireOneType);
      graph.getGraphDef()
          .getLibrary()
          .getFunctionList()
          .forEach(function -> function.getNodeDefList().forEach(SavedModelCheck::requireOneType));
    }
  }

  private static void requireOneType(NodeDef node) {
    AttrValue value = node.getAttrOrDefault("value", AttrValue.getDefaultInstance());
    // in a function it may be the name of the function's own attribute instead
    AttrValue declared = node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance());
    if (node.getOp().equals("Const") && value.hasTensor()
        && declared.getValueCase() == AttrValue.ValueCase.TYPE
        && value.getTensor().getDtype() != declared.getType()) {
      throw new ModelFormatException(SavedSignature.FILE + ": the constant '" + node.getName()
          + "' has the type " + value.getTensor().getDtype() + "; expected " + declared.getType()
          + ", which its node declares");
    }
  }

  private static void requireKnown(Message message, String path) {
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      FieldDescriptor.JavaType type = field.getKey().getJavaType();
      if (type != FieldDescriptor.JavaType.ENUM && type != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      String name = path + (path.isEmpty() ? "" : ".") + field.getKey().getName();
      Collection<?> values = field.getKey().isRepeated()
          ? (Collection<?>) field.getValue()
          : List.of(field.getValue());
      for (Object value : values) {
        if (value instanceof Message part) {
          requireKnown(part, name);
        } else if (value instanceof EnumValueDescriptor constant && isUnknownType(constant)) {
          throw new ModelFormatException(SavedSignature.FILE + ": " + name + " is "
              + constant.getNumber() + "; expected the number of a type of TensorFlow");
        }
      }
    }
  }

  private static boolean isUnknownType(EnumValueDescriptor constant) {
    return constant.getType().equals(DataType.getDescriptor()) && constant.getIndex() < 0;
  }
}
