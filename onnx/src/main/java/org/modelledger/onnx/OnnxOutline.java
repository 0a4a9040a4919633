package org.modelledger.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.modelledger.model.ModelFormatException;

/**
 * What a runtime has to know of a model before it loads it, read in one pass that keeps no tensor in
 * memory, so that it does for models of any size and with operators, types and versions that {@link
 * OnnxReader} does not know.
 *
 * <p>Every tensor is looked at, wherever it is: in sub-graphs, attributes and functions too.
 */
public final class OnnxOutline {
  private static final int MAX_DEPTH = 64;

  private final Map<String, OnnxExternalTensor> external = new LinkedHashMap<>();
  private final Set<String> shapeless = new HashSet<>();

  private OnnxOutline() {}

  /**
   * Reads a model to its end.
   *
   * @param in the bytes of the model's file; not closed
   * @throws ModelFormatException if it is no protocol buffer of a model, or if a tensor whose elements lie in
   *     another file is not an initializer of the main graph, or badly described; names it
   * @throws IOException if the stream fails
   */
  public static OnnxOutline read(InputStream in) throws IOException {
    OnnxOutline outline = new OnnxOutline();
    CodedInputStream coded = CodedInputStream.newInstance(in);
    try {
      outline.model(coded);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException("not an ONNX model, or a truncated one: at byte "
          + coded.getTotalBytesRead() + ": " + e.getMessage(), e);
    }
    return outline;
  }

  /** Returns the constants that lie in other files by name, in the order of the model. */
  public Map<String, OnnxExternalTensor> external() {
    return Collections.unmodifiableMap(external);
  }

  /** Says whether a tensor among the graph's inputs and outputs is declared without a shape. */
  public boolean isShapeless(String value) {
    return shapeless.contains(value);
  }

  /** Reads one field of a message and says so, or leaves it to be skipped. */
  private interface Field {
    boolean read(int number, CodedInputStream in) throws IOException;
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      boolean message = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (!message || !field.read(WireFormat.getTagFieldNumber(tag), in)) {
        in.skipField(tag);
      }
    }
  }

  private static boolean message(CodedInputStream in, Field field) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    fields(in, field);
    requireEnd(in);
    in.popLimit(limit);
    return true;
  }

  /** Refuses a message that is cut off: a stream that ends looks like the end of the message. */
  static void requireEnd(CodedInputStream in) throws IOException {
    if (in.getBytesUntilLimit() != 0) {
      throw new InvalidProtocolBufferException("a message is shorter than its length");
    }
  }

  // the numbers are those of the ONNX IR specification's messages

  private void model(CodedInputStream in) throws IOException {
    fields(in, (number, model) -> switch (number) {
      case 7 -> message(model, this::mainGraph);
      // what trains the model, and functions of its own
      case 20 -> message(model,
          (n, training) -> (n == 1 || n == 2) && message(training, graph(1)));
      case 25 -> message(model, (n, function) -> switch (n) {
        case 7 -> message(function, node(1));
        case 11 -> message(function, attribute(1));
        default -> false;
      });
      default -> false;
    });
  }

  private boolean mainGraph(int number, CodedInputStream in) throws IOException {
    return switch (number) {
      case 5 -> mainInitializer(in);
      case 11, 12 -> value(in);
      default -> graph(0).read(number, in);
    };
  }

  private Field graph(int depth) {
    if (depth > MAX_DEPTH) {
      throw new ModelFormatException(
          "the model has graphs within graphs, more than " + MAX_DEPTH + " deep");
    }
    return (number, in) -> switch (number) {
      case 1 -> message(in, node(depth));
      case 5 -> inner(in);
      case 15 -> message(in, this::sparse);
      default -> false;
    };
  }

  private Field node(int depth) {
    return (number, in) -> number == 5 && message(in, attribute(depth));
  }

  private Field attribute(int depth) {
    return (number, in) -> switch (number) {
      case 5, 10 -> inner(in);
      case 6, 11 -> message(in, graph(depth + 1));
      case 22, 23 -> message(in, this::sparse);
      default -> false;
    };
  }

  private boolean sparse(int number, CodedInputStream in) throws IOException {
    return (number == 1 || number == 2) && inner(in);
  }

  private boolean inner(CodedInputStream in) throws IOException {
    TensorHead head = TensorHead.read(in);
    if (head.isExternal()) {
      throw new ModelFormatException("tensor '" + head.name() + "' keeps its elements in '"
          + head.location()
          + "'; supported is that for initializers of the main graph only, not for sparse ones, in"
          + " sub-graphs, attributes or functions");
    }
    return true;
  }

  private boolean mainInitializer(CodedInputStream in) throws IOException {
    TensorHead head = TensorHead.read(in);
    if (head.isExternal()) {
      OnnxExternalTensor tensor = head.toExternal();
      if (external.put(tensor.name(), tensor) != null) {
        throw new ModelFormatException("two initializers are called '" + tensor.name() + "'");
      }
    }
    return true;
  }

  private boolean value(CodedInputStream in) throws IOException {
    ValueHead head = new ValueHead();
    message(in, head);
    if (head.isTensor && !head.hasShape) {
      shapeless.add(head.name);
    }
    return true;
  }

  private static final class ValueHead implements Field {
    private String name = "";
    private boolean isTensor;
    private boolean hasShape;

    @Override
    public boolean read(int number, CodedInputStream in) throws IOException {
      return switch (number) {
        case 1 -> {
          name = in.readString();
          yield true;
        }
        case 2 -> message(in, this::type);
        default -> false;
      };
    }

    private boolean type(int number, CodedInputStream in) throws IOException {
      if (number != 1) {
        return false;
      }
      isTensor = true;
      return message(in, this::tensor);
    }

    private boolean tensor(int number, CodedInputStream in) {
      hasShape |= number == 2;
      return false;
    }
  }
}
