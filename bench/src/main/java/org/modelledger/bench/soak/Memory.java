package org.modelledger.bench.soak;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What this process takes of memory and of the processor, as the virtual machine and Linux have it. */
final class Memory {
  private static final double MB = 1e6;
  private static final Path STATUS = Path.of("/proc/self/status");

  private final List<GarbageCollectorMXBean> collectors = ManagementFactory
      .getGarbageCollectorMXBeans();
  private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans()
      .stream()
      .filter(pool -> pool.getType() == MemoryType.HEAP)
      .map(MemoryPoolMXBean::getName)
      .collect(Collectors.toUnmodifiableSet());
  private volatile double heapAfterGc = Double.NaN;

  Memory() {
    for (GarbageCollectorMXBean collector : collectors) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener((notification, context) -> {
          if (notification.getUserData() instanceof CompositeData data) {
            note(GarbageCollectionNotificationInfo.from(data).getGcInfo());
          }
        }, null, null);
      }
    }
  }

  private void note(GcInfo collection) {
    long used = 0;
    for (var pool : collection.getMemoryUsageAfterGc().entrySet()) {
      used += heapPools.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
    }
    heapAfterGc = used / MB;
  }

  /** Returns what was used of the heap after the last collection; NaN before the first one. */
  double heapAfterGcMb() {
    return heapAfterGc;
  }

  double heapUsedMb() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MB;
  }

  double directMb() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
        .stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum() / MB;
  }

  /** Returns a line of Linux' status of this process, such as VmRSS; NaN on other systems. */
  static double statusMb(String name) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(name + ":")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / MB;
        }
      }
    } catch (IOException e) {
      // another system
    }
    return Double.NaN;
  }

  long collections() {
    return collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
  }

  long collectionMillis() {
    return collectors.stream().mapToLong(GarbageCollectorMXBean::getCollectionTime).sum();
  }

  static long cpuNanos() {
    return ManagementFactory
        .getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getProcessCpuTime()
            : 0;
  }
}
