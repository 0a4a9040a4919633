package org.modelledger.artifact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Paths that are left out, and everything below them. As in the OMS reference, they are compared
 * segment by segment as they are written: one that is absolute or leads out of the directory covers
 * nothing.
 */
final class IgnoredPaths {
  private final List<List<String>> paths;

  IgnoredPaths(List<String> paths) {
    this.paths = paths.stream()
        .filter(path -> !path.startsWith("/"))
        .map(IgnoredPaths::segments)
        .toList();
  }

  boolean covers(String name) {
    List<String> segments = segments(name);
    return paths.stream()
        .anyMatch(
            path -> path.size() <= segments.size()
                && segments.subList(0, path.size()).equals(path));
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(Arrays.asList(path.split("/")));
    segments.removeIf(segment -> segment.isEmpty() || segment.equals("."));
    return segments;
  }
}
