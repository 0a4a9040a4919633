package org.modelledger.bench.suite;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a suite ran on.
 *
 * @param system name, version and architecture
 * @param processor its name; empty where the system does not tell
 * @param cores that the JVM may use
 * @param memoryMebibytes of the machine
 * @param jdk version and vendor
 * @param jvmArguments that the measuring JVMs had, without the class path
 */
record Machine(String system, String processor, int cores, long memoryMebibytes, String jdk,
    String jvmArguments) {

  static Machine here() {
    OperatingSystemMXBean system = ManagementFactory
        .getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + System.getProperty("os.arch"),
        processorName(), Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize() >> 20,
        System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
            + System.getProperty("java.vendor"),
        String.join(" ", ManagementFactory.getRuntimeMXBean()
            .getInputArguments()
            .stream()
            .filter(argument -> argument.startsWith("-X") || argument.startsWith("--"))
            .toList()));
  }

  /** Returns the load of the last minute, or a negative number where the system does not tell. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String processorName() {
    Path told = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(told)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(told)) {
      return lines.filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return ""; // only a name
    }
  }
}
