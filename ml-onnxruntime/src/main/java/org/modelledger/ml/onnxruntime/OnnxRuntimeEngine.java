package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.onnx.OnnxOutline;
import org.modelledger.spi.ConfigurationException;

/**
 * Runs ONNX models with ONNX Runtime.
 *
 * <p>A model is the file {@code model.onnx}, or the only file whose name ends in {@code .onnx}, and the files in
 * which its larger constants may lie (ONNX's external data). All files are read to their end into memory, and so
 * verified, before ONNX Runtime sees the first byte; it gets memory, never a path. Its native libraries come out
 * of its jar; nothing is downloaded.
 *
 * <p>ONNX Runtime has one environment for a process. This class makes it when the first engine is opened, and
 * uses it if it is there. DJL's engine for ONNX Runtime insists on making it itself: where both are used, let
 * DJL come first.
 */
public final class OnnxRuntimeEngine implements InferenceEngine {
  private static final AtomicLong PROFILES = new AtomicLong();

  private final OrtEnvironment environment;
  private final OnnxRuntimeOptions options;
  private final Device device;
  private final EngineInfo info;
  private final Set<OnnxRuntimeModel> models = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private OnnxRuntimeEngine(OrtEnvironment environment, OnnxRuntimeOptions options,
      Device device) {
    this.environment = environment;
    this.options = options;
    this.device = device;
    this.info = new EngineInfo(OnnxRuntimeEngineProvider.NAME, environment.getVersion(),
        device.toString(), options.threads() + options.interOpThreads() - 1);
  }

  /**
   * Opens an engine.
   *
   * @return a new engine that the caller closes
   * @throws ConfigurationException if ONNX Runtime's native libraries or the device are not there; says what to
   *     install
   */
  public static OnnxRuntimeEngine open(OnnxRuntimeOptions options) {
    OrtEnvironment environment = NativeRuntime.environment();
    return new OnnxRuntimeEngine(environment, options,
        NativeRuntime.device(environment, options));
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return info;
  }

  @Override
  public OnnxRuntimeModel load(ModelFiles files) {
    requireOpen();
    String file = graphFile(files);
    ByteBuffer graph = DirectMemory.read(files, file);
    OnnxOutline outline = outline(graph, file);
    ExternalWeights weights = ExternalWeights.read(files, file, outline.external());
    OnnxRuntimeModel model = new Loading(file, graph, outline, weights).load();
    models.add(model);
    if (closed) {
      model.close();
    }
    requireOpen();
    return model;
  }

  private static String graphFile(ModelFiles files) {
    List<String> graphs = files.names().stream().filter(name -> name.endsWith(".onnx")).toList();
    if (graphs.contains("model.onnx")) {
      return "model.onnx";
    }
    if (graphs.size() != 1) {
      throw new ModelFormatException("the model has the files " + files.names()
          + "; expected model.onnx or exactly one other *.onnx");
    }
    return graphs.getFirst();
  }

  private static OnnxOutline outline(ByteBuffer graph, String file) {
    try {
      return OnnxOutline.read(new BufferInputStream(graph));
    } catch (ModelFormatException e) {
      throw new ModelFormatException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  /** Closes the engine and its models, each after its running calls are done. */
  @Override
  public void close() {
    closed = true;
    models.forEach(OnnxRuntimeModel::close);
  }

  /** What becomes a model. */
  private final class Loading {
    private final String file;
    private final ByteBuffer graph;
    private final OnnxOutline outline;
    private final ExternalWeights weights;

    Loading(String file, ByteBuffer graph, OnnxOutline outline, ExternalWeights weights) {
      this.file = file;
      this.graph = graph;
      this.outline = outline;
      this.weights = weights;
    }

    OnnxRuntimeModel load() {
      boolean profiled = options.profile().isPresent();
      SessionSetup setup = SessionSetup.of(options, device,
          profiled ? "-" + PROFILES.incrementAndGet() : "");
      OrtSession session;
      try {
        session = createSession(setup);
      } catch (OrtException e) {
        setup.close();
        throw new ModelFormatException(file + ": " + e.getMessage(), e);
      } catch (RuntimeException | Error e) {
        setup.close();
        throw e;
      }
      try {
        return model(session, setup, profiled);
      } catch (OrtException e) {
        OnnxRuntimeModel.closeSession(session, setup, profiled);
        throw new ModelFormatException(file + ": " + e.getMessage(), e);
      } catch (RuntimeException | Error e) {
        OnnxRuntimeModel.closeSession(session, setup, profiled);
        throw e;
      }
    }

    private OnnxRuntimeModel model(OrtSession session, SessionSetup setup, boolean profiled)
        throws OrtException {
      OnnxMetadata metadata = metadata(session.getMetadata());
      Runner runner = new Runner(environment, session, file, signature(session));
      try {
        Determinism determinism = (options.probe()
            ? DeterminismProbe.probe(runner)
            : Optional.<Determinism>empty()).orElse(options.determinism());
        return new OnnxRuntimeModel(session, setup, memory(), runner, determinism, metadata,
            profiled, models::remove);
      } catch (RuntimeException | Error e) {
        runner.close();
        throw e;
      }
    }

    private OrtSession createSession(SessionSetup setup) throws OrtException {
      List<OnnxTensor> handed = weights.addTo(setup.options(), environment);
      try {
        if (!graph.hasRemaining()) {
          throw new ModelFormatException(file + ": not an ONNX model: it is empty");
        }
        return environment.createSession(graph, setup.options());
      } finally {
        handed.forEach(OnnxTensor::close);
      }
    }

    /** The constants' memory is the session's, and with some of ONNX Runtime's settings the graph's is too. */
    private Object memory() {
      boolean keeps = options.config()
          .keySet()
          .stream()
          .anyMatch(key -> key.startsWith("session.use_ort_model_bytes"));
      return keeps ? List.of(weights, graph) : weights;
    }

    private Signature signature(OrtSession session) throws OrtException {
      try {
        Signature signature = Signature.of(session, outline);
        return signature.unknown().isEmpty()
            ? signature
            : signature.withRanks(Rehearsal.ranks(environment, session, signature));
      } catch (ModelFormatException e) {
        throw new ModelFormatException(file + ": " + e.getMessage(), e);
      }
    }
  }

  private static OnnxMetadata metadata(OnnxModelMetadata from) {
    return new OnnxMetadata(from.getProducerName(), from.getGraphName(), from.getDomain(),
        from.getVersion(), from.getDescription(), from.getGraphDescription(),
        from.getCustomMetadata());
  }
}
