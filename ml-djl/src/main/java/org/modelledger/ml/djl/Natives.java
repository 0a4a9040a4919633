package org.modelledger.ml.djl;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.modelledger.spi.ConfigurationException;

/** The native artefacts of PyTorch: whether they are there, and what to add if not. DJL itself would go and fetch them. */
final class Natives {
  private static final String JNI = "jnilib/pytorch.properties";
  private static final String LIBRARY = "native/lib/pytorch.properties";
  private static final String VERSIONS = "/pytorch-engine.properties";

  private Natives() {}

  /** Returns the version of DJL's PyTorch engine, such as {@code 0.35.1}. */
  static String djlVersion() {
    return version("djl_version");
  }

  /** Returns the version of PyTorch that the engine was made for, such as {@code 2.7.1}. */
  static String pyTorchVersion() {
    return version("pytorch_version");
  }

  private static String version(String name) {
    try (InputStream in = ai.djl.pytorch.engine.PtEngine.class.getResourceAsStream(VERSIONS)) {
      if (in == null) {
        throw new ConfigurationException(
            "the jar of ai.djl.pytorch:pytorch-engine has no " + VERSIONS);
      }
      Properties versions = new Properties();
      versions.load(in);
      return versions.getProperty(name, "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns DJL's word for this machine, such as {@code linux-x86_64}. */
  static String classifier() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "osx" : "win";
    return system + '-' + (arch.equals("amd64") ? "x86_64" : arch);
  }

  /** @throws ConfigurationException if an artefact is missing; names its coordinates */
  static void require() {
    ClassLoader loader = loader();
    if (resources(loader, JNI).isEmpty()) {
      throw missing("ai.djl.pytorch:pytorch-jni:" + pyTorchVersion() + '-' + djlVersion());
    }
    // PyTorch may also be installed elsewhere
    if (System.getenv("PYTORCH_LIBRARY_PATH") == null && System.getenv("PYTORCH_VERSION") == null
        && System.getProperty("PYTORCH_VERSION") == null && !libraryIsOnJavaLibraryPath()
        && libraries(loader).stream().noneMatch(classifier()::equals)) {
      throw missing("ai.djl.pytorch:pytorch-native-cpu:" + pyTorchVersion() + ':' + classifier());
    }
  }

  private static boolean libraryIsOnJavaLibraryPath() {
    String name = System.mapLibraryName("torch");
    for (String directory : System.getProperty("java.library.path", "")
        .split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && new File(directory, name).isFile()) {
        return true;
      }
    }
    return false;
  }

  private static List<String> libraries(ClassLoader loader) {
    List<String> classifiers = new ArrayList<>();
    for (URL url : resources(loader, LIBRARY)) {
      try (InputStream in = url.openStream()) {
        Properties properties = new Properties();
        properties.load(in);
        classifiers.add(properties.getProperty("classifier", ""));
      } catch (IOException e) {
        throw new ConfigurationException("cannot read " + url + ": " + e.getMessage(), e);
      }
    }
    return classifiers;
  }

  private static List<URL> resources(ClassLoader loader, String name) {
    try {
      return Collections.list(loader.getResources(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** DJL looks where the thread's context class loader does. */
  private static ClassLoader loader() {
    return Optional.ofNullable(Thread.currentThread().getContextClassLoader())
        .orElse(Natives.class.getClassLoader());
  }

  private static ConfigurationException missing(String coordinates) {
    return new ConfigurationException(
        "PyTorch's native library is not on the class path; add the artifact "
            + coordinates
            + " (Maven), or point PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR to an installation;"
            + " nothing is fetched while a program runs");
  }
}
