package org.modelledger.ml.tensorflow;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.tensorflow.proto.SavedModel;

/** Runs SavedModels. */
final class TensorFlowEngine implements InferenceEngine {
  private final TensorFlowOptions options;
  private final Computing.Found found;
  private final Set<TensorFlowModel> models = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  TensorFlowEngine(TensorFlowOptions options) {
    this.options = options;
    this.found = options.computing().find();
  }

  @Override
  public EngineInfo info() {
    requireOpen();
    return found.info();
  }

  @Override
  public LoadedModel load(ModelFiles files) {
    requireOpen();
    if (!files.names().contains(SavedSignature.FILE)) {
      throw new ModelFormatException(
          "the model has the files " + files.names() + "; expected a SavedModel: "
              + SavedSignature.FILE + ", and variables/… and assets/… if it has any");
    }
    Set<String> tags = Set.copyOf(options.tags());
    List<NativeSession> loaded = new ArrayList<>();
    SavedSignature signature;
    try (PrivateDirectory directory = PrivateDirectory.create()) {
      directory.write(files);
      SavedModel saved = parse(directory.path().resolve(SavedSignature.FILE));
      signature = SavedSignature.of(saved, tags, options.signature());
      SavedModelCheck.require(saved);
      loaded.add(load(directory.path(), signature, tags, files));
    } catch (StorageException e) {
      // the directory could not be deleted: that is not silently left behind
      loaded.forEach(NativeSession::close);
      throw e;
    }
    return model(signature, loaded.getFirst());
  }

  private LoadedModel model(SavedSignature signature, NativeSession session) {
    boolean done = false;
    try {
      Determinism determinism = options.probe()
          ? Probe.of(session, signature.inputs()).orElse(options.determinism())
          : options.determinism();
      TensorFlowModel model = new TensorFlowModel(signature, session, determinism, models::remove);
      models.add(model);
      done = true;
      if (closed) {
        model.close();
      }
      return model;
    } finally {
      if (!done) {
        session.close();
      }
    }
  }

  private static SavedModel parse(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return SavedModel.parseFrom(in);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException(
          SavedSignature.FILE + " is not a SavedModel: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new StorageException("read", file, e);
    }
  }

  private NativeSession load(Path directory, SavedSignature signature, Set<String> tags,
      ModelFiles files) {
    try {
      return NativeSession.load(directory, signature, tags, found.config());
    } catch (ModelFormatException e) {
      // the directory is gone when this is read; its names stay
      String said = String.valueOf(e.getMessage()).replace(directory + "/", "");
      throw new ModelFormatException(
          "TensorFlow cannot load the SavedModel of " + files.names() + ": " + said, e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    models.forEach(TensorFlowModel::close);
  }
}
