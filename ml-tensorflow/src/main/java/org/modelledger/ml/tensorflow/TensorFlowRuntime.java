package org.modelledger.ml.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_Version;

import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Loader;
import org.modelledger.spi.ConfigurationException;
import org.tensorflow.internal.c_api.global.tensorflow;

/** The native library, and what it has once for the whole process. */
final class TensorFlowRuntime {
  static final String NAME = "tensorflow";

  /** The version of TensorFlow Java, and so of the artifact with the native library. */
  static final String JAVA_VERSION = "1.1.0";

  /**
   * TensorFlow makes its threads within operations once for the process, as many as its first session
   * asks for, and ignores what later ones ask for. 0 as long as we have not asked.
   */
  private static final AtomicInteger THREADS = new AtomicInteger();

  private TensorFlowRuntime() {}

  /**
   * Loads the native library and returns TensorFlow's version.
   *
   * @throws ConfigurationException if there is none for this platform; names the artifact to add
   */
  static String load() {
    try {
      Loader.load(tensorflow.class);
      return TF_Version().getString();
    } catch (LinkageError e) {
      throw new ConfigurationException(
          "the native library of TensorFlow for " + Loader.getPlatform()
              + " cannot be loaded (" + e.getMessage() + "); add " + artifact(Loader.getPlatform())
              + " to the class path",
          e);
    }
  }

  /** Returns the coordinates of the artifact with the native library. */
  static String artifact(String classifier) {
    return "org.tensorflow:tensorflow-core-native:" + JAVA_VERSION + ":" + classifier;
  }

  /** Refuses a number of threads that this process cannot have any more. */
  static void claimThreads(int threads) {
    int first = THREADS.compareAndExchange(0, threads);
    if (first != 0 && first != threads) {
      throw new ConfigurationException("option 'threads' is '" + threads
          + "', but TensorFlow has one pool of threads in a process, and the first engine or trainer of this one"
          + " made it for " + first + "; open all of them with the same number");
    }
  }
}
