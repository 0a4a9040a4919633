package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.inference.DataType;
import org.modelledger.inference.Shape;
import org.modelledger.model.FileNames;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxExternalTensor;

/**
 * The constants of a model that lie in files of their own: read from the verified streams into direct memory and
 * given to ONNX Runtime as they are, so that it opens no path. The memory has to live as long as the session.
 */
final class ExternalWeights {
  /** One constant and its place in a file. */
  private record Piece(OnnxExternalTensor tensor, String file, ByteBuffer memory) {
    long end() {
      return tensor.offset() + tensor.byteCount();
    }

    /** Takes what belongs to it out of a chunk of the file. */
    void take(long position, byte[] bytes, int length) {
      long from = Math.max(position, tensor.offset());
      long to = Math.min(position + length, end());
      if (from < to) {
        memory.put((int) (from - tensor.offset()), bytes, (int) (from - position),
            (int) (to - from));
      }
    }
  }

  private final List<Piece> pieces;

  private ExternalWeights(List<Piece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Reads the constants, and every other file but the graph's too.
   *
   * @throws ModelFormatException if a constant's file is not there or too short, or its type cannot be handed
   *     over; names it
   */
  static ExternalWeights read(ModelFiles files, String graphFile,
      Map<String, OnnxExternalTensor> tensors) {
    Map<String, List<Piece>> byFile = new HashMap<>();
    List<Piece> pieces = new ArrayList<>();
    for (OnnxExternalTensor tensor : tensors.values()) {
      Piece piece = piece(files, graphFile, tensor);
      pieces.add(piece);
      byFile.computeIfAbsent(piece.file, file -> new ArrayList<>()).add(piece);
    }
    for (String file : files.names()) {
      if (!file.equals(graphFile)) {
        DirectMemory.pass(files, file, sink(byFile.getOrDefault(file, List.of())));
      }
    }
    return new ExternalWeights(List.copyOf(pieces));
  }

  private static DirectMemory.Sink sink(List<Piece> unsorted) {
    List<Piece> sorted = unsorted.stream()
        .sorted(Comparator.comparingLong(piece -> piece.tensor.offset()))
        .toList();
    int[] first = {0};
    return (position, bytes, length) -> {
      while (first[0] < sorted.size() && sorted.get(first[0]).end() <= position) {
        first[0]++;
      }
      for (int i = first[0]; i < sorted.size()
          && sorted.get(i).tensor.offset() < position + length; i++) {
        sorted.get(i).take(position, bytes, length);
      }
    };
  }

  private static Piece piece(ModelFiles files, String graphFile, OnnxExternalTensor tensor) {
    String where = graphFile + ": initializer '" + tensor.name() + "'";
    String file = file(files, graphFile, tensor.location(), where);
    long bytes = tensor.byteCount();
    if (tensor.length().orElse(bytes) != bytes) {
      throw new ModelFormatException(where + " has " + tensor.length().getAsLong() + " bytes in "
          + file + "; " + tensor.type() + " with shape " + tensor.shape() + " takes " + bytes);
    }
    long size = files.size(file);
    if (tensor.offset() > size || bytes > size - tensor.offset()) {
      throw new ModelFormatException(where + " takes " + bytes + " bytes from byte "
          + tensor.offset() + " of " + file + ", which has " + size);
    }
    if (!Values.overMemory(type(tensor.type(), where))) {
      throw new ModelFormatException(where + " has type " + tensor.type()
          + " and lies in another file, which ONNX Runtime's Java API cannot take; keep it in the"
          + " model");
    }
    return new Piece(tensor, file, DirectMemory.allocate(bytes, where));
  }

  private static String file(ModelFiles files, String graphFile, String location, String where) {
    try {
      FileNames.check(location);
    } catch (InvalidNameException e) {
      throw new ModelFormatException(where + " lies in '" + location
          + "'; expected a file of the model, relative to " + graphFile + " and without '..'", e);
    }
    String file = graphFile.substring(0, graphFile.lastIndexOf('/') + 1) + location;
    if (!files.names().contains(file) || file.equals(graphFile)) {
      throw new ModelFormatException(where + " lies in '" + file
          + "', which is no other file of the model; it has " + files.names());
    }
    return file;
  }

  private static DataType type(OnnxDataType type, String where) {
    return switch (type) {
      case FLOAT -> DataType.FP32;
      case DOUBLE -> DataType.FP64;
      case FLOAT16 -> DataType.FP16;
      case BFLOAT16 -> DataType.BF16;
      case INT8 -> DataType.INT8;
      case INT16 -> DataType.INT16;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case UINT8 -> DataType.UINT8;
      case UINT16 -> DataType.UINT16;
      case UINT32 -> DataType.UINT32;
      case UINT64 -> DataType.UINT64;
      case BOOL -> DataType.BOOL;
      case STRING, COMPLEX64, COMPLEX128 -> throw new ModelFormatException(
          where + " has type " + type + ", which is not supported in another file");
    };
  }

  /** Tells the options of a session; what is returned is closed once the session exists. */
  List<OnnxTensor> addTo(OrtSession.SessionOptions options, OrtEnvironment environment)
      throws OrtException {
    Map<String, OnnxTensorLike> byName = new LinkedHashMap<>();
    List<OnnxTensor> tensors = new ArrayList<>();
    try {
      for (Piece piece : pieces) {
        long[] shape = piece.tensor.shape().stream().mapToLong(Long::longValue).toArray();
        OnnxTensor tensor = Values.over(environment, type(piece.tensor.type(), ""),
            Shape.of(shape), piece.memory);
        tensors.add(tensor);
        byName.put(piece.tensor.name(), tensor);
      }
      options.addExternalInitializers(byName);
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.forEach(OnnxTensor::close);
      throw e;
    }
  }
}
