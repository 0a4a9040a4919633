package org.modelledger.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.modelledger.model.ModelFormatException;

/** A tensor's message without its elements: what is needed to find them in another file. */
final class TensorHead {
  // TensorProto.DataLocation
  private static final long EXTERNAL = 1;

  private String name = "";
  private int type;
  private final List<Long> shape = new ArrayList<>();
  private final Map<String, String> entries = new LinkedHashMap<>();
  private boolean external;

  private TensorHead() {}

  /** Reads a message with its length before it; skips the elements. */
  static TensorHead read(CodedInputStream in) throws IOException {
    TensorHead head = new TensorHead();
    int limit = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!head.readField(tag, in)) {
        in.skipField(tag);
      }
    }
    OnnxOutline.requireEnd(in);
    in.popLimit(limit);
    return head;
  }

  // the numbers are those of TensorProto in the ONNX IR specification
  private boolean readField(int tag, CodedInputStream in) throws IOException {
    boolean number = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
    switch (WireFormat.getTagFieldNumber(tag)) {
      case 1 -> readShape(number, in);
      case 2 -> type = (int) requireNumber(number, in);
      case 8 -> name = in.readString();
      case 13 -> readEntry(in);
      // any that says so counts, whatever a reader makes of two
      case 14 -> external |= requireNumber(number, in) == EXTERNAL;
      default -> {
        return false;
      }
    }
    return true;
  }

  private static long requireNumber(boolean number, CodedInputStream in) throws IOException {
    if (!number) {
      throw new ModelFormatException("a tensor's type or location is not a number");
    }
    return in.readInt64();
  }

  private void readShape(boolean one, CodedInputStream in) throws IOException {
    if (one) {
      shape.add(in.readInt64());
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      shape.add(in.readInt64());
    }
    in.popLimit(limit);
  }

  private void readEntry(CodedInputStream in) throws IOException {
    String key = "";
    String value = "";
    int limit = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> key = in.readString();
        case 2 -> value = in.readString();
        default -> in.skipField(tag);
      }
    }
    OnnxOutline.requireEnd(in);
    in.popLimit(limit);
    if (entries.put(key, value) != null) {
      throw new ModelFormatException(
          "tensor '" + name + "' says twice what is its external '" + key + "'");
    }
  }

  String name() {
    return name;
  }

  /** Says whether the elements are in another file. */
  boolean isExternal() {
    return external;
  }

  String location() {
    return entries.getOrDefault("location", "");
  }

  /** @throws ModelFormatException if the description is not whole; names the tensor */
  OnnxExternalTensor toExternal() {
    String where = "initializer '" + name + "'";
    OnnxDataType known = TensorCodec.dataType(type, where);
    long offset = number("offset", where).orElse(0);
    try {
      return new OnnxExternalTensor(name, known, shape, location(), offset,
          number("length", where));
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(where + ": " + e.getMessage(), e);
    }
  }

  private OptionalLong number(String key, String where) {
    String text = entries.get(key);
    if (text == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new ModelFormatException(
          where + " has the " + key + " '" + text + "' in its file; wanted a number", e);
    }
  }
}
