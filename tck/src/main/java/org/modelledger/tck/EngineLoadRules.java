package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.InferenceEngine;
import org.modelledger.inference.LoadedModel;
import org.modelledger.inference.TensorSpec;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;

/** What an engine promises of itself and of the files it loads. */
abstract class EngineLoadRules extends EngineRules {
  private static Map<String, byte[]> contents(ModelFiles files) {
    Map<String, byte[]> contents = new HashMap<>();
    files.names().forEach(name -> contents.put(name, files.read(name)));
    return contents;
  }

  /** The model's files with other bytes in one of them. */
  private static ModelFiles with(Map<String, byte[]> contents, String name, byte[] bytes) {
    Map<String, byte[]> changed = new HashMap<>(contents);
    changed.put(name, bytes);
    return ModelFiles.of(changed);
  }

  @Nested
  @DisplayName("An engine")
  class Engine {
    @Test
    @DisplayName("says what computes, always the same")
    void saysWhatComputes() throws Exception {
      EngineInfo info = engine().info();

      assertThat(info.name()).isNotBlank();
      assertThat(info.version()).isNotBlank();
      assertThat(engine().info()).isEqualTo(info);
      assertThat(another().info()).isEqualTo(info);
    }

    @Test
    @DisplayName("that is closed throws IllegalStateException, and closes again without harm")
    void closes() throws Exception {
      InferenceEngine engine = another();
      ModelFiles files = model();

      engine.close();
      engine.close();

      assertThatIllegalStateException().isThrownBy(engine::info);
      assertThatIllegalStateException().isThrownBy(() -> engine.load(files));
    }

    @Test
    @DisplayName("leaves other engines as they are when it is closed")
    void leavesOthers() throws Exception {
      LoadedModel model = load();

      another().close();

      assertThat(model.run(inputs(1, 1)).names()).isNotEmpty();
    }
  }

  @Nested
  @DisplayName("Loading")
  class Load {
    @Test
    @DisplayName("tells inputs and outputs with names, types and shapes, always the same")
    void tellsInputsAndOutputs() throws Exception {
      LoadedModel model = load();

      assertThat(model.inputs()).isNotEmpty();
      assertThat(model.outputs()).isNotEmpty();
      assertThat(model.inputs()).extracting(TensorSpec::name).doesNotHaveDuplicates();
      assertThat(model.outputs()).extracting(TensorSpec::name).doesNotHaveDuplicates();
      assertThatCode(() -> inputs(1, 1).check(model.inputs())).doesNotThrowAnyException();
      LoadedModel again = load();
      assertThat(again.inputs()).isEqualTo(model.inputs());
      assertThat(again.outputs()).isEqualTo(model.outputs());
    }

    @Test
    @DisplayName("declares how far results repeat, in a word that can be read back")
    void declaresItsDeterminism() throws Exception {
      Determinism determinism = load().determinism();

      assertThat(Determinism.parse(determinism.word())).isEqualTo(determinism);
      assertThat(load().determinism()).isEqualTo(determinism);
    }

    @Test
    @DisplayName("reads every file to its end")
    void readsToTheEnd() throws Exception {
      WatchedFiles files = new WatchedFiles(model());

      load(engine(), files);

      assertThat(files.readToTheEnd).containsExactlyInAnyOrderElementsOf(files.names());
    }

    @Test
    @DisplayName("does not need the files any more afterwards")
    void doesNotRetainTheFiles() throws Exception {
      Tensors expected = load().run(inputs(1, 1));
      WatchedFiles files = new WatchedFiles(model());
      LoadedModel model = load(engine(), files);

      files.failure = new AssertionError("the files were read after load returned");

      assertRepeats(model.determinism(), model.run(inputs(1, 1)), expected);
    }

    @Test
    @DisplayName("of files that turn out not to be what was registered is a ModelFormatException")
    void failsWhereVerificationFails() throws Exception {
      WatchedFiles files = new WatchedFiles(model());
      files.atTheEnd = new ModelFormatException("the digest is another");

      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> engine().load(files));
    }

    @Test
    @DisplayName("of files that cannot be read is a StorageException")
    void failsWhereReadingFails() throws Exception {
      WatchedFiles files = new WatchedFiles(model());
      files.unreadable = true;

      assertThatExceptionOfType(StorageException.class).isThrownBy(() -> engine().load(files));
    }

    @Test
    @DisplayName("of foreign, empty or truncated files is a ModelFormatException")
    void refusesWhatIsNoModel() throws Exception {
      Map<String, byte[]> contents = contents(model());
      for (Map.Entry<String, byte[]> file : contents.entrySet()) {
        byte[] bytes = file.getValue();
        byte[] garbage = new byte[bytes.length];
        new SplittableRandom(7).nextBytes(garbage);
        byte[] text = "This is not a model.\n".getBytes(StandardCharsets.UTF_8);
        refuses(with(contents, file.getKey(), garbage), file.getKey());
        refuses(with(contents, file.getKey(), text), file.getKey());
        for (int length : new int[]{0, 1, bytes.length / 2, bytes.length - 1}) {
          refuses(with(contents, file.getKey(), Arrays.copyOf(bytes, length)), file.getKey());
        }
      }
    }

    private void refuses(ModelFiles files, String named) {
      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> engine().load(files))
          .withMessageContaining(named)
          .satisfies(e -> assertThat(e.isRetryable()).isFalse());
    }

    @Test
    @DisplayName("of files with other names is a ModelFormatException")
    void refusesOtherFiles() throws Exception {
      ModelFiles files = ModelFiles
          .of(Map.of("notes.txt", "nothing".getBytes(StandardCharsets.UTF_8)));

      assertThatExceptionOfType(ModelFormatException.class)
          .isThrownBy(() -> engine().load(files));
    }

    @Test
    @DisplayName("of files with a changed byte works or is a ModelFormatException, nothing else")
    void survivesChangedBytes(TestReporter reporter) throws Exception {
      long seed = TckSeed.choose();
      reporter.publishEntry("tck.seed", Long.toString(seed));
      RandomGenerator random = new SplittableRandom(seed);
      Map<String, byte[]> contents = contents(model());
      String[] names = contents.keySet().stream().sorted().toArray(String[]::new);
      for (int i = 0; i < mutations(); i++) {
        String name = names[random.nextInt(names.length)];
        byte[] bytes = contents.getOrDefault(name, new byte[0]).clone();
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) random.nextInt();
        try {
          engine().load(with(contents, name, bytes)).close();
        } catch (ModelFormatException expected) {
          assertThat(expected).message().isNotBlank();
        } catch (Throwable other) {
          throw new AssertionError("byte " + at + " of " + name + " changed to " + bytes[at]
              + ", -Dtck.seed=" + seed + ": " + other, other);
        }
      }
      assertThat(load().run(inputs(1, 1)).names()).isNotEmpty();
    }
  }

  /** A model's files that note what is read of them, and can fail. */
  private static final class WatchedFiles implements ModelFiles {
    final Set<String> readToTheEnd = new HashSet<>();
    @org.jspecify.annotations.Nullable
    Error failure;
    @org.jspecify.annotations.Nullable
    ModelFormatException atTheEnd;
    boolean unreadable;
    private final ModelFiles files;

    WatchedFiles(ModelFiles files) {
      this.files = files;
    }

    @Override
    public SortedSet<String> names() {
      return files.names();
    }

    @Override
    public long size(String name) {
      check();
      return files.size(name);
    }

    @Override
    public byte[] read(String name) {
      check();
      if (unreadable) {
        throw new StorageException("cannot read " + name, new IOException("broken"));
      }
      if (atTheEnd != null) {
        throw atTheEnd;
      }
      readToTheEnd.add(name);
      return files.read(name);
    }

    @Override
    public InputStream open(String name) {
      check();
      return new FilterInputStream(new ByteArrayInputStream(files.read(name))) {
        @Override
        public int read() throws IOException {
          fail();
          return ended(super.read());
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
          fail();
          return length == 0 ? 0 : ended(super.read(bytes, from, length));
        }

        private int ended(int result) {
          if (result < 0) {
            if (atTheEnd != null) {
              throw atTheEnd;
            }
            readToTheEnd.add(name);
          }
          return result;
        }
      };
    }

    private void check() {
      if (failure != null) {
        throw failure;
      }
    }

    private void fail() throws IOException {
      check();
      if (unreadable) {
        throw new IOException("broken");
      }
    }
  }
}
