package org.modelledger.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.InputStream;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;

/** Reads ONNX models. */
public final class OnnxReader {
  private OnnxReader() {}

  /**
   * Reads and checks a model.
   *
   * @param bytes a whole file; copied
   * @throws ModelFormatException if it is no well-formed ONNX model; says what is wrong and where
   */
  public static OnnxModel read(byte[] bytes) {
    return parse(ByteString.copyFrom(bytes));
  }

  /**
   * Reads a stream to its end and checks the model.
   *
   * @param in not closed
   * @param maxBytes how long a model may be, in bytes; what is longer is refused after so many
   * @throws ModelFormatException if it is longer or no well-formed ONNX model; says what is wrong and
   *     where
   * @throws IOException if the stream fails
   */
  public static OnnxModel read(InputStream in, int maxBytes) throws IOException {
    if (maxBytes < 0 || maxBytes == Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "maxBytes is " + maxBytes + "; wanted 0 to " + (Integer.MAX_VALUE - 1));
    }
    byte[] bytes = in.readNBytes(maxBytes + 1);
    if (bytes.length > maxBytes) {
      throw new ModelFormatException(
          "the ONNX model is longer than the " + maxBytes + " bytes that are allowed");
    }
    return parse(UnsafeByteOperations.unsafeWrap(bytes));
  }

  private static OnnxModel parse(ByteString bytes) {
    if (bytes.isEmpty()) {
      throw new ModelFormatException("not an ONNX model: it is empty");
    }
    CodedInputStream in = bytes.newCodedInput();
    in.enableAliasing(true);
    ModelProto proto;
    try {
      proto = ModelProto.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException(
          "not an ONNX model, or a truncated one: at byte " + in.getTotalBytesRead()
              + " of " + bytes.size() + ": " + e.getMessage(),
          e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    return new OnnxModel(proto, false);
  }
}
