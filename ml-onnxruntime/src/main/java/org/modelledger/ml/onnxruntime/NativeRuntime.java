package org.modelledger.ml.onnxruntime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.List;
import org.modelledger.onnx.OnnxDataType;
import org.modelledger.onnx.OnnxDimension;
import org.modelledger.onnx.OnnxModelBuilder;
import org.modelledger.onnx.OnnxNode;
import org.modelledger.onnx.OnnxValue;
import org.modelledger.onnx.OnnxWriter;
import org.modelledger.spi.ConfigurationException;

/** ONNX Runtime's native side: whether it is there, and which devices are. */
final class NativeRuntime {
  private static final System.Logger LOG = System.getLogger(NativeRuntime.class.getName());

  private NativeRuntime() {}

  /**
   * Returns the environment, of which there is one in a process. It is never closed: others may use it.
   *
   * @throws ConfigurationException if the native libraries cannot be loaded
   */
  static OrtEnvironment environment() {
    try {
      OrtEnvironment environment = LargeStack.call(OrtEnvironment::getEnvironment);
      // Windows' official builds send usage data unless told not to
      environment.setTelemetry(false);
      return environment;
    } catch (LinkageError | RuntimeException | OrtException e) {
      throw new ConfigurationException("ONNX Runtime cannot be loaded on "
          + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ": " + reason(e)
          + "; it needs the native libraries onnxruntime and onnxruntime4j_jni, which"
          + " com.microsoft.onnxruntime:onnxruntime has for Linux (x86-64, AArch64), Windows (x86-64)"
          + " and macOS (AArch64); for other platforms build them, and let the system property"
          + " onnxruntime.native.path name their directory", e);
    }
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  /**
   * Returns the device that is asked for, or what {@code auto} stands for here.
   *
   * @throws ConfigurationException if it cannot be used; says what to install
   */
  static Device device(OrtEnvironment environment, OnnxRuntimeOptions options) {
    Device asked = options.device();
    if (asked.kind() != Device.Kind.AUTO) {
      requireUsable(environment, asked, options);
      return asked;
    }
    Device gpu = new Device(Device.Kind.CUDA, 0);
    try {
      requireUsable(environment, gpu, options);
      return gpu;
    } catch (ConfigurationException e) {
      LOG.log(System.Logger.Level.DEBUG, "device auto is the CPU", e);
      return Device.CPU;
    }
  }

  private static void requireUsable(OrtEnvironment environment, Device device,
      OnnxRuntimeOptions options) {
    for (OrtProvider provider : device.providers()) {
      if (!OrtEnvironment.getAvailableProviders().contains(provider)) {
        throw new ConfigurationException("device '" + device + "' is not there: the ONNX Runtime "
            + environment.getVersion() + " on the class path is built without " + provider.getName()
            + "; put com.microsoft.onnxruntime:onnxruntime_gpu:" + environment.getVersion()
            + " in place of com.microsoft.onnxruntime:onnxruntime; it also needs "
            + libraries(device));
      }
    }
    if (device.providers().isEmpty()) {
      return;
    }
    // only a session finds out whether driver, libraries and device work
    try (SessionSetup setup = SessionSetup.of(options, device, "");
        OrtSession session = environment.createSession(identity(), setup.options())) {
      LOG.log(System.Logger.Level.DEBUG, "device {0} works: {1}", device, session);
    } catch (OrtException | LinkageError e) {
      throw new ConfigurationException("device '" + device + "' cannot be used: " + reason(e)
          + "; ONNX Runtime's GPU build needs " + libraries(device), e);
    }
  }

  private static String libraries(Device device) {
    return "NVIDIA's driver (libcuda), the libraries of the CUDA that it was built for, 12 in Maven's"
        + " artifact (libcudart, libcublas, libcublasLt, libcurand, libcufft), and cuDNN 9 (libcudnn)"
        + (device.kind() == Device.Kind.TENSORRT ? " and TensorRT 10 (libnvinfer)" : "")
        + " where the loader finds them (LD_LIBRARY_PATH)";
  }

  private static ByteBuffer identity() {
    byte[] model = OnnxWriter.write(new OnnxModelBuilder("identity").opset("", 13)
        .input(OnnxValue.of("x", OnnxDataType.FLOAT, OnnxDimension.of(1)))
        .output(OnnxValue.of("y", OnnxDataType.FLOAT, OnnxDimension.of(1)))
        .node(OnnxNode.of("Identity", List.of("x"), List.of("y")))
        .build());
    return ByteBuffer.allocateDirect(model.length).put(model).flip();
  }
}
