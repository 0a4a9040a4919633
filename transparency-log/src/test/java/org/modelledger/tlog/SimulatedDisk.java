package org.modelledger.tlog;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that forgets what a disk may forget. Every file has what programs see and what is on
 * the platter, and so has every directory. A power cut keeps, of what was not synced, any sectors of a
 * file, torn or whole, and any names of a directory, each by chance. A sync that fails drops what it
 * should have written, as Linux does: programs still see it, and the next sync succeeds without it.
 * Thread-safe.
 */
final class SimulatedDisk implements LogStorage {

  private static final int SECTOR = 512;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Set<String> TAKES_SPACE = Set.of("create", "write", "mkdir", "rename");

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

  /** How a power cut treats what was not synced, by chance. */
  private record Cut(RandomGenerator random, int keptOf256) {
    private static final int TORN_OF_256 = 16;
    private static final int FLIPPED_OF_256 = 64;

    static Cut of(RandomGenerator random) {
      return new Cut(random, switch (random.nextInt(4)) {
        case 0 -> 0;
        case 1 -> 256;
        default -> random.nextInt(257);
      });
    }

    boolean keeps() {
      return random.nextInt(256) < keptOf256;
    }

    boolean tears() {
      return random.nextInt(256) < TORN_OF_256;
    }

    boolean flips() {
      return random.nextInt(256) < FLIPPED_OF_256;
    }
  }

  /** The bytes of a file by sectors; one that is all zeros takes no memory. Sectors are never changed. */
  private static final class Sectors {
    private static final byte[] ZEROS = new byte[SECTOR];

    private byte[][] sectors = new byte[0][];
    private int length;

    Sectors copy() {
      Sectors copy = new Sectors();
      copy.sectors = sectors.clone();
      copy.length = length;
      return copy;
    }

    int count() {
      return sectors.length;
    }

    byte[] get(int sector) {
      return sector < sectors.length ? sectors[sector] : ZEROS;
    }

    void put(int sector, byte[] bytes) {
      sectors[sector] = Arrays.equals(bytes, ZEROS) ? ZEROS : bytes;
    }

    void setLength(int bytes) {
      int count = (bytes + SECTOR - 1) / SECTOR;
      int before = sectors.length;
      if (count != before) {
        sectors = Arrays.copyOf(sectors, count);
        for (int i = before; i < count; i++) {
          sectors[i] = ZEROS;
        }
      }
      if (bytes <= length && bytes % SECTOR > 0) {
        byte[] last = sectors[count - 1].clone();
        Arrays.fill(last, bytes % SECTOR, SECTOR, (byte) 0);
        sectors[count - 1] = last;
      }
      length = bytes;
    }

    byte[] toArray() {
      byte[] bytes = new byte[length];
      for (int i = 0; i < sectors.length; i++) {
        System.arraycopy(sectors[i], 0, bytes, i * SECTOR, Math.min(SECTOR, length - i * SECTOR));
      }
      return bytes;
    }
  }

  private static final class Data {
    Sectors seen = new Sectors();
    Sectors kept = new Sectors();
    final BitSet dirty = new BitSet();
    /** What a failed sync has dropped: seen, as long as memory lasts, and not to be written any more. */
    final BitSet dropped = new BitSet();

    void write(ByteBuffer bytes, int length, long position) {
      int from = (int) position;
      int to = from + length;
      if (length == 0) {
        return;
      }
      if (to > seen.length) {
        seen.setLength(to);
      }
      for (int sector = from / SECTOR; sector * SECTOR < to; sector++) {
        int start = Math.max(from, sector * SECTOR);
        int end = Math.min(to, (sector + 1) * SECTOR);
        byte[] changed = end - start == SECTOR ? new byte[SECTOR] : seen.get(sector).clone();
        bytes.get(changed, start - sector * SECTOR, end - start);
        seen.put(sector, changed);
        dirty.set(sector);
        dropped.clear(sector);
      }
    }

    void sync() {
      kept.setLength(seen.length);
      for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
        kept.put(i, seen.get(i));
      }
      dirty.clear();
    }

    // Linux since 4.13: the error is told once, the pages are clean afterwards
    void failSync(Cut cut) {
      int before = kept.length;
      kept.setLength(seen.length);
      for (int i = dirty.nextSetBit(0); i >= 0; i = dirty.nextSetBit(i + 1)) {
        if (cut.keeps()) {
          kept.put(i, seen.get(i));
        } else {
          dropped.set(i);
        }
      }
      if (!cut.keeps()) {
        kept.setLength(Math.min(before, seen.length));
      }
      dirty.clear();
    }

    /** Memory is needed for something else: what was dropped is read from the platter again. */
    void forgetDropped(Cut cut) {
      for (int i = dropped.nextSetBit(0); i >= 0; i = dropped.nextSetBit(i + 1)) {
        if (!cut.keeps()) {
          seen.put(i, kept.get(i));
          dropped.clear(i);
        }
      }
    }

    void cutPower(Cut cut) {
      if (seen.length != kept.length && cut.keeps()) {
        kept.setLength(cut.tears()
            ? cut.random.nextInt(Math.min(seen.length, kept.length),
                Math.max(seen.length, kept.length))
            : seen.length);
      }
      for (int i = dirty.nextSetBit(0); i >= 0 && i < kept.count(); i = dirty.nextSetBit(i + 1)) {
        if (cut.keeps()) {
          kept.put(i, cut.tears() ? torn(seen.get(i), kept.get(i), cut) : seen.get(i));
        }
      }
      kept.setLength(kept.length); // bytes behind the end are zeros if it grows again
      seen = kept.copy();
      dirty.clear();
      dropped.clear();
    }

    private static byte[] torn(byte[] written, byte[] old, Cut cut) {
      byte[] sector = old.clone();
      int bytes = cut.random.nextInt(SECTOR + 1);
      System.arraycopy(written, 0, sector, 0, bytes);
      int at = cut.random.nextInt(SECTOR);
      if (written[at] != old[at] && cut.flips()) {
        sector[at] ^= (byte) (1 << cut.random.nextInt(8));
      }
      return sector;
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

    void cutPower(Cut cut) {
      for (Change change : unsynced) {
        if (cut.keeps()) {
          change.node.ifPresentOrElse(node -> kept.put(change.name, node),
              () -> kept.remove(change.name));
        }
      }
      unsynced.clear();
      seen = new TreeMap<>(kept);
      for (Object node : seen.values()) {
        if (node instanceof Folder folder) {
          folder.cutPower(cut);
        } else if (node instanceof Data data) {
          data.cutPower(cut);
        }
      }
    }

    void forgetDropped(Cut cut) {
      for (Object node : seen.values()) {
        if (node instanceof Folder folder) {
          folder.forgetDropped(cut);
        } else if (node instanceof Data data) {
          data.forgetDropped(cut);
        }
      }
    }
  }

  private final Folder root = new Folder();
  private Fault fault = (operation, name) -> {
  };
  private long operations;
  private long operationsLeft = Long.MAX_VALUE;
  private long untilFailure = Long.MAX_VALUE;
  private Optional<RandomGenerator> failing = Optional.empty();
  private boolean full;
  private boolean failed;
  private boolean truncates;
  private boolean held;
  private int waiting;
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

  /**
   * Makes one operation fail, after so many more that change something, and the disk work again after
   * it. A write may get some of its bytes to the disk before it fails, a sync drops what it should have
   * written. By chance the disk is full instead, and stays so until {@link #repair}.
   */
  synchronized void failAfter(long operations, RandomGenerator random) {
    untilFailure = operations;
    failing = Optional.of(random);
    failed = false;
  }

  /** Returns whether the failure that was ordered has come. */
  synchronized boolean hasFailed() {
    return failed;
  }

  /** Makes creating a file empty the one that has the name: a mistake to be found. */
  synchronized void truncateWhenCreating() {
    truncates = true;
  }

  /** Ends all failures, past and to come. */
  synchronized void repair() {
    untilFailure = Long.MAX_VALUE;
    full = false;
    failed = false;
  }

  /** Returns whether the machine has stopped. */
  synchronized boolean hasStopped() {
    return operationsLeft <= 0;
  }

  /** Returns how many operations there were that change something. */
  synchronized long operations() {
    return operations;
  }

  /** Makes every operation that changes something wait. */
  synchronized void hold() {
    held = true;
  }

  /** Returns when an operation waits. */
  synchronized void awaitHeld() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (waiting == 0) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("nothing was written within " + LIMIT);
      }
      wait(LIMIT.toMillis());
    }
  }

  synchronized void release() {
    held = false;
    notifyAll();
  }

  /** Starts again after the program was killed: everything it wrote is still seen. */
  synchronized void kill() {
    operationsLeft = Long.MAX_VALUE;
    release();
    repair();
    locked = false;
    generation++;
  }

  /** Starts again after the power was cut. */
  synchronized void cutPower(RandomGenerator random) {
    kill();
    root.cutPower(Cut.of(random));
  }

  /** Reads some of what failed syncs have dropped from the platter again. */
  synchronized void forgetDropped(RandomGenerator random) {
    root.forgetDropped(Cut.of(random));
  }

  /** Changes a file in place, as a failing disk would. */
  synchronized void damage(String name, UnaryOperator<byte[]> damage) {
    Data data = data(name).orElseThrow();
    byte[] bytes = damage.apply(data.seen.toArray());
    data.seen = new Sectors();
    data.write(ByteBuffer.wrap(bytes), bytes.length, 0);
    data.kept = data.seen.copy();
    data.dirty.clear();
  }

  /** Returns what is in a file that must be there. */
  synchronized byte[] contents(String name) {
    return data(name).orElseThrow().seen.toArray();
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
    change(operation, name, random -> {
    });
  }

  private void change(String operation, String name, Consumer<RandomGenerator> half)
      throws IOException {
    while (held) { // even where the machine has stopped, so that what comes before is the same
      waiting++;
      notifyAll();
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } finally {
        waiting--;
      }
    }
    if (operationsLeft <= 0) {
      throw new Stopped();
    }
    operationsLeft--;
    if (operationsLeft == 0) {
      notifyAll();
    }
    operations++;
    fault.check(operation, name);
    if (full && TAKES_SPACE.contains(operation)) {
      throw new FileSystemException(name, null, "No space left on device");
    }
    if (untilFailure-- == 0) {
      fail(operation, name, half);
    }
  }

  private void fail(String operation, String name, Consumer<RandomGenerator> half)
      throws IOException {
    RandomGenerator random = failing.orElseThrow();
    failed = true;
    half.accept(random);
    full = TAKES_SPACE.contains(operation) && random.nextBoolean();
    throw new FileSystemException(name, null,
        full ? "No space left on device" : "Input/output error");
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
    Optional<byte[]> bytes = data(name).map(d -> d.seen.toArray());
    if (bytes.isPresent() && bytes.get().length > maxBytes) {
      throw new IOException(name + " has more than " + maxBytes + " bytes");
    }
    return bytes;
  }

  @Override
  public synchronized OpenFile create(String name) throws IOException {
    change("create", name);
    Data data = truncates ? data(name).orElseGet(Data::new) : new Data();
    data.seen = new Sectors();
    data.kept = new Sectors();
    parent(name).put(last(name), data);
    return new OpenFile() {
      @Override
      public void write(ByteBuffer bytes, long position) throws IOException {
        synchronized (SimulatedDisk.this) {
          change("write", name,
              random -> data.write(bytes, random.nextInt(bytes.remaining() + 1), position));
          data.write(bytes, bytes.remaining(), position);
        }
      }

      @Override
      public void sync() throws IOException {
        synchronized (SimulatedDisk.this) {
          change("sync", name, random -> data.failSync(Cut.of(random)));
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
