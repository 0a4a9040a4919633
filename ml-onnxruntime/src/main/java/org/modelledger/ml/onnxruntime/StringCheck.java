package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.inference.InferenceException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;

/**
 * Finds out whether strings came out of ONNX Runtime as they were in it, by giving them back and having them
 * compared there: its Java API cuts characters above U+FFFF to pieces, and nothing of the pieces tells.
 */
final class StringCheck implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession.SessionOptions options;
  private final OrtSession session;

  private StringCheck(OrtEnvironment environment, OrtSession.SessionOptions options,
      OrtSession session) {
    this.environment = environment;
    this.options = options;
    this.session = session;
  }

  static StringCheck open(OrtEnvironment environment) throws OrtException {
    byte[] model = OnnxWriter.write(new OnnxModelBuilder("equal").opset("", 19)
        .irVersion(9)
        .input(new OnnxValue("a", OnnxDataType.STRING, Optional.empty()))
        .input(new OnnxValue("b", OnnxDataType.STRING, Optional.empty()))
        .output(new OnnxValue("equal", OnnxDataType.BOOL, Optional.empty()))
        .node(OnnxNode.of("Equal", List.of("a", "b"), List.of("equal")))
        .build());
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    try {
      options.setIntraOpNumThreads(1);
      return new StringCheck(environment, options, environment.createSession(model, options));
    } catch (OrtException | RuntimeException e) {
      options.close();
      throw e;
    }
  }

  /** @throws InferenceException if a string is another one than in the tensor that it was read from; names it */
  void requireSame(OnnxTensor original, List<String> read, String where) throws OrtException {
    if (read.isEmpty()) {
      return;
    }
    try (OnnxTensor back = OnnxTensor.createTensor(environment, read.toArray(String[]::new),
        original.getInfo().getShape());
        OrtSession.Result result = session.run(Map.of("a", original, "b", back))) {
      ByteBuffer equal = ((OnnxTensor) result.get(0)).getByteBuffer();
      for (int i = 0; i < read.size(); i++) {
        if (equal.get(i) == 0 || Strings.isChangedByJni(read.get(i))) {
          throw new InferenceException(where + ", element " + i
              + ": it has U+0000, a character above U+FFFF or no UTF-8, which ONNX Runtime's Java"
              + " API does not hand over as it is");
        }
      }
    }
  }

  @Override
  public void close() throws OrtException {
    try (options) {
      session.close();
    }
  }
}
