package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.inference.InferenceException;
import org.modelledger.inference.Shape;
import org.modelledger.inference.Tensor;

/**
 * Tensors of strings. ONNX Runtime's Java API hands strings over in the encoding of JNI, which is UTF-8 only
 * for characters from U+0001 to U+FFFF. The others would arrive as other bytes than those that a receipt
 * commits to, so they are refused.
 */
final class Strings {
  private Strings() {}

  /** @throws InferenceException if an element cannot be handed over unharmed; names it */
  static OnnxTensor make(OrtEnvironment environment, Tensor tensor, String where)
      throws OrtException {
    List<String> elements = new ArrayList<>();
    ByteBuffer bytes = tensor.data();
    while (bytes.hasRemaining()) {
      ByteBuffer element = bytes.slice(bytes.position() + Integer.BYTES, bytes.getInt());
      bytes.position(bytes.position() + element.remaining());
      elements.add(decode(element, where, elements.size()));
    }
    return OnnxTensor.createTensor(environment, elements.toArray(String[]::new),
        tensor.shape().lengths());
  }

  private static String decode(ByteBuffer bytes, String where, int index) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new InferenceException(where + ", element " + index
          + ": it is not UTF-8, which is all that ONNX Runtime's Java API takes", e);
    }
    if (isChangedByJni(text)) {
      throw new InferenceException(where + ", element " + index
          + ": it has U+0000 or a character above U+FFFF, which ONNX Runtime's Java API would change");
    }
    return text;
  }

  /** Says whether a text has characters that JNI's encoding writes in another way than UTF-8. */
  static boolean isChangedByJni(String text) {
    return text.chars().anyMatch(c -> c == 0 || Character.isSurrogate((char) c));
  }

  /** Returns the elements as the Java API hands them over, which may be others than there are. */
  static List<String> read(OnnxTensor value, Shape shape) throws OrtException {
    List<String> elements = new ArrayList<>();
    if (shape.elements() > 0) {
      flatten(value.getValue(), elements);
    }
    return elements;
  }

  private static void flatten(Object value, List<String> into) {
    if (value instanceof Object[] array) {
      for (Object element : array) {
        flatten(element, into);
      }
    } else {
      into.add((String) value);
    }
  }
}
