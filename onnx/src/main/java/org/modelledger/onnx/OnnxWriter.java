package org.modelledger.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.modelledger.onnx.internal.OnnxProto.ModelProto;

/** Writes ONNX models; equal models become equal bytes. */
public final class OnnxWriter {
  private static final int BUFFER_BYTES = 1 << 16;

  private OnnxWriter() {}

  /** Returns the model as the bytes of a file. */
  public static byte[] write(OnnxModel model) {
    ModelProto proto = model.proto();
    byte[] bytes = new byte[proto.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      proto.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  /**
   * Writes the model as the bytes of a file.
   *
   * @param stream neither flushed nor closed
   * @throws IOException if the stream fails
   */
  public static void write(OnnxModel model, OutputStream stream) throws IOException {
    CodedOutputStream out = CodedOutputStream.newInstance(stream, BUFFER_BYTES);
    out.useDeterministicSerialization();
    model.proto().writeTo(out);
    out.flush();
  }
}
