package org.modelledger.tlog;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets what a disk may forget. Every file has what programs see and what is on
 * the platter, and so has every directory. A power cut keeps, of what was not synced, any sectors of a
 * file and any names of a directory, each by chance. Thread-safe.
 */
final class SimulatedDisk implements LogStorage {

  private static final int SECTOR = 512;

  /** What the program gets once the machine has stopped. */
  static final class Stopped extends IOException {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("the machine has stopped");
    }
  }

  /** Decides whether an operation fails; the name is the file's when it was created. */
  @FunctionalInterface
  interface Fault {
    void check(String operation, String name) throws IOException;
  }

  private static final class Data {
    byte[] seen = new byte[0];
    byte[] kept = new byte[0];
    final BitSet dirty = new BitSet();

    void write(ByteBuffer bytes, long position) {
      int from = (int) position;
      int to = from + bytes.remaining();
      if (to > seen.length) {
        dirty.set(seen.length / SECTOR, sectors(to));
        seen = Arrays.copyOf(seen, to);
      }
      dirty.set(from / SECTOR, Math.max(from / SECTOR + 1, sectors(to)));
      bytes.get(seen, from, to - from);
    }

    void sync() {
      kept = Arrays.copyOf(kept, seen.length);
      for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
        copy(i, seen, kept);
      }
      dirty.clear();
    }

    void cutPower(RandomGenerator random) {
      if (seen.length != kept.length && random.nextBoolean()) {
        kept = Arrays.copyOf(kept, seen.length);
      }
      for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
        if (random.nextBoolean()) {
          copy(i, seen, kept);
        }
      }
      seen = kept.clone();
      dirty.clear();
    }

    private static int sectors(int bytes) {
      return (bytes + SECTOR - 1) / SECTOR;
    }

    private static void copy(int sector, byte[] from, byte[] to) {
      int start = sector * SECTOR;
      int end = Math.min(start + SECTOR, Math.min(from.length, to.length));
      if (start < end) {
        System.arraycopy(from, start, to, start, end - start);
      }
    }
  }

  private record Change(String name, Optional<Object> node) {}

  private static final class Folder {
    Map<String, Object> seen = new TreeMap<>();
    Map<String, Object> kept = new TreeMap<>();
    final List<Change> unsynced = new ArrayList<>();

    void put(String name, Object node) {
      seen.put(name, node);
      unsynced.add(new Change(name, Optional.of(node)));
    }

    void remove(String name) {
      seen.remove(name);
      unsynced.add(new Change(name, Optional.empty()));
    }

    void sync() {
      kept = new TreeMap<>(seen);
      unsynced.clear();
    }

    void cutPower(RandomGenerator random) {
      for (Change change : unsynced) {
        if (random.nextBoolean()) {
          change.node.ifPresentOrElse(node -> kept.put(change.name, node),
              () -> kept.remove(change.name));
        }
      }
      unsynced.clear();
      seen = new TreeMap<>(kept);
      for (Object node : seen.values()) {
        if (node instanceof Folder folder) {
          folder.cutPower(random);
        } else if (node instanceof Data data) {
          data.cutPower(random);
        }
      }
    }
  }

  private final Folder root = new Folder();
  private Fault fault = (operation, name) -> {
  };
  private long operationsLeft = Long.MAX_VALUE;
  private boolean locked;
  private int generation;

  /** Makes operations fail from now on. */
  synchronized void setFault(Fault fault) {
    this.fault = fault;
  }

  /** Stops the machine after so many more operations that change something. */
  synchronized void stopAfter(long operations) {
    operationsLeft = operations;
  }

  /** Starts again after the program was killed: everything it wrote is still seen. */
  synchronized void kill() {
    operationsLeft = Long.MAX_VALUE;
    locked = false;
    generation++;
  }

  /** Starts again after the power was cut. */
  synchronized void cutPower(RandomGenerator random) {
    kill();
    root.cutPower(random);
  }

  /** Changes a file in place, as a failing disk would. */
  synchronized void damage(String name, java.util.function.UnaryOperator<byte[]> damage) {
    Data data = data(name).orElseThrow();
    data.seen = damage.apply(data.seen.clone());
    data.kept = data.seen.clone();
    data.dirty.clear();
  }

  /** Returns what is in a file that must be there. */
  synchronized byte[] contents(String name) {
    return data(name).orElseThrow().seen.clone();
  }

  /** Returns all files, by name. */
  synchronized List<String> files() {
    List<String> names = new ArrayList<>();
    collect(root, "", names);
    return names;
  }

  private static void collect(Folder folder, String prefix, List<String> names) {
    folder.seen.forEach((name, node) -> {
      if (node instanceof Folder inner) {
        collect(inner, prefix + name + "/", names);
      } else {
        names.add(prefix + name);
      }
    });
  }

  private void change(String operation, String name) throws IOException {
    if (operationsLeft <= 0) {
      throw new Stopped();
    }
    operationsLeft--;
    fault.check(operation, name);
  }

  private Optional<Folder> folder(String name) {
    Object node = root;
    for (String part : name.isEmpty() ? new String[0] : name.split("/")) {
      node = node instanceof Folder folder ? folder.seen.get(part) : null;
    }
    return node instanceof Folder folder ? Optional.of(folder) : Optional.empty();
  }

  private Folder parent(String name) throws IOException {
    return folder(Layout.parent(name)).orElseThrow(() -> new FileNotFoundException(name));
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private Optional<Data> data(String name) {
    @Nullable
    Object node = folder(Layout.parent(name)).map(f -> f.seen.get(last(name))).orElse(null);
    return node instanceof Data data ? Optional.of(data) : Optional.empty();
  }

  @Override
  public synchronized Closeable lock(String name) throws IOException {
    change("lock", name);
    if (locked) {
      throw new LogLockedException(toString());
    }
    if (data(name).isEmpty()) {
      parent(name).put(last(name), new Data());
    }
    locked = true;
    int holder = generation;
    return () -> {
      synchronized (this) {
        locked = locked && holder != generation;
      }
    };
  }

  @Override
  public synchronized List<String> list(String directory) {
    return folder(directory).map(f -> List.copyOf(f.seen.keySet())).orElse(List.of());
  }

  @Override
  public synchronized Optional<byte[]> read(String name, int maxBytes) throws IOException {
    fault.check("read", name);
    Optional<byte[]> bytes = data(name).map(d -> d.seen.clone());
    if (bytes.isPresent() && bytes.get().length > maxBytes) {
      throw new IOException(name + " has more than " + maxBytes + " bytes");
    }
    return bytes;
  }

  @Override
  public synchronized OpenFile create(String name) throws IOException {
    change("create", name);
    Data data = new Data();
    parent(name).put(last(name), data);
    return new OpenFile() {
      @Override
      public void write(ByteBuffer bytes, long position) throws IOException {
        synchronized (SimulatedDisk.this) {
          change("write", name);
          data.write(bytes, position);
        }
      }

      @Override
      public void sync() throws IOException {
        synchronized (SimulatedDisk.this) {
          change("sync", name);
          data.sync();
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized void rename(String from, String to) throws IOException {
    change("rename", to);
    Object node = parent(from).seen.get(last(from));
    if (node == null) {
      throw new FileNotFoundException(from);
    }
    parent(to).put(last(to), node);
    parent(from).remove(last(from));
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    change("delete", name);
    Folder parent = parent(name);
    if (parent.seen.get(last(name)) instanceof Folder inner && !inner.seen.isEmpty()) {
      throw new IOException(name + " is not empty");
    }
    if (parent.seen.containsKey(last(name))) {
      parent.remove(last(name));
    }
  }

  @Override
  public synchronized void createDirectory(String name) throws IOException {
    change("mkdir", name);
    if (name.isEmpty()) {
      return;
    }
    createDirectory(Layout.parent(name));
    Folder parent = parent(name);
    if (!parent.seen.containsKey(last(name))) {
      parent.put(last(name), new Folder());
    }
    // only this name, as a real sync of the parent may do more than asked but not less
    for (int i = 0; i < parent.unsynced.size(); i++) {
      Change change = parent.unsynced.get(i);
      if (change.name.equals(last(name))) {
        change.node.ifPresent(node -> parent.kept.put(change.name, node));
      }
    }
    parent.unsynced.removeIf(change -> change.name.equals(last(name)));
  }

  @Override
  public synchronized void syncDirectory(String name) throws IOException {
    change("syncDirectory", name);
    folder(name).orElseThrow(() -> new FileNotFoundException(name)).sync();
  }

  @Override
  public String toString() {
    return "simulated disk";
  }
}
