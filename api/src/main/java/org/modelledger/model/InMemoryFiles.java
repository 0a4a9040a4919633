package org.modelledger.model;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collections;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

final class InMemoryFiles implements ModelFiles {
  private final TreeMap<String, byte[]> content = new TreeMap<>();
  private final SortedSet<String> names;

  InMemoryFiles(Map<String, byte[]> files) {
    files.forEach((name, bytes) -> content.put(FileNames.check(name), bytes.clone()));
    if (content.isEmpty()) {
      throw new IllegalArgumentException("a model has at least one file");
    }
    names = Collections.unmodifiableSortedSet(new TreeSet<>(content.keySet()));
  }

  @Override
  public SortedSet<String> names() {
    return names;
  }

  @Override
  public long size(String name) {
    return bytes(name).length;
  }

  @Override
  public InputStream open(String name) {
    return new ByteArrayInputStream(bytes(name));
  }

  @Override
  public byte[] read(String name) {
    return bytes(name).clone();
  }

  private byte[] bytes(String name) {
    byte[] bytes = content.get(name);
    if (bytes == null) {
      throw new IllegalArgumentException("no file '" + name + "'; the model has " + names);
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "ModelFiles" + names;
  }
}
