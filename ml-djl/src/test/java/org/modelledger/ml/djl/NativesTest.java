package org.modelledger.ml.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.modelledger.spi.ConfigurationException;

class NativesTest {
  /** Opens an engine where some jars are not on the class path, and returns what it fails with. */
  private static Throwable openWithout(String artifact) throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!Path.of(entry).getFileName().toString().startsWith(artifact)) {
        path.add(Path.of(entry).toUri().toURL());
      }
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(path.toArray(URL[]::new),
        ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> options = loader.loadClass(PyTorchOptions.class.getName());
      loader.loadClass(PyTorchInferenceEngineProvider.class.getName())
          .getMethod("open", options)
          .invoke(null, options.getMethod("defaults").invoke(null));
      throw new AssertionError("it opened without " + artifact);
    } catch (InvocationTargetException e) {
      return Objects.requireNonNull(e.getCause());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void aMissingLibraryIsNamedByItsCoordinates() throws Exception {
    Throwable failure = openWithout("pytorch-native-cpu");

    assertThat(failure.getClass().getName()).isEqualTo(ConfigurationException.class.getName());
    assertThat(failure).hasMessageContaining(
        "ai.djl.pytorch:pytorch-native-cpu:2.7.1:" + Natives.classifier());
  }

  @Test
  void aMissingJniLibraryIsNamedByItsCoordinates() throws Exception {
    assertThat(openWithout("pytorch-jni"))
        .hasMessageContaining("ai.djl.pytorch:pytorch-jni:2.7.1-0.35.1");
  }
}
