package org.modelledger.inference;

import java.util.Objects;

/**
 * What computes: written into lineage statements and receipts.
 *
 * @param name the provider's name, such as {@code exact}
 * @param version of the software that computes
 * @param device such as {@code cpu} or {@code cuda:0}
 * @param threads how many threads it may use at most, from 1
 */
public record EngineInfo(String name, String version, String device, int threads) {
  /** @throws IllegalArgumentException if a text is empty or {@code threads} is less than 1 */
  public EngineInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(device, "device");
    if (name.isEmpty() || version.isEmpty() || device.isEmpty() || threads < 1) {
      throw new IllegalArgumentException(
          "an engine has a name, a version, a device and at least 1 thread: '" + name + "', '"
              + version + "', '" + device + "', " + threads);
    }
  }
}
