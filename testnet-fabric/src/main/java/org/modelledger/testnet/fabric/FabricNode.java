package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.modelledger.testnet.NodeProcess;
import org.modelledger.testnet.TestnetException;

/** One process of a network: a peer, an orderer or the chaincode of an organisation. Safe for use by many threads. */
public final class FabricNode {
  static final Duration READY = Duration.ofMinutes(2);
  private static final int CONNECT_MILLIS = 1_000;

  /** What a process is. */
  public enum Kind {
    /** It endorses and keeps the ledger. */
    PEER,
    /** It orders transactions into blocks. */
    ORDERER,
    /** It runs the chaincode for the peers of one organisation. */
    CHAINCODE
  }

  private final Kind kind;
  private final String name;
  private final String mspId;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path directory;
  private final int port;
  private final boolean detached;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable NodeProcess process;

  FabricNode(Kind kind, String name, String mspId, List<String> command,
      Map<String, String> environment, Path directory, int port, boolean detached) {
    this.kind = kind;
    this.name = name;
    this.mspId = mspId;
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.directory = directory;
    this.port = port;
    this.detached = detached;
  }

  /** Starts the process without waiting until it listens. */
  void launch() {
    lock.lock();
    try {
      NodeProcess started = detached
          ? NodeProcess.startDetached(command, environment, directory, log())
          : NodeProcess.start(command, environment, directory, log());
      process = started;
      PidFile.write(directory.resolve("run").resolve(name + ".pid"), started.handle());
    } catch (IOException e) {
      kill();
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a port of this machine answers, which the process opens late. */
  void awaitListening(int wanted) {
    await(() -> listens(wanted), name + "'s listening on port " + wanted);
  }

  void awaitListening() {
    awaitListening(port);
  }

  void await(BooleanSupplier condition, String what) {
    NodeProcess current = process;
    if (current == null) {
      throw new IllegalStateException(name + " was not started");
    }
    if (!current.await(condition, READY, what)) {
      throw new TestnetException(name + " ended; wanted is " + what + "; " + current.describe());
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
          CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /**
   * Says what this is.
   *
   * @return one of three
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Names the node.
   *
   * @return such as {@code peer0.org1.test}, {@code orderer1.orderer.test} or {@code chaincode.org1.test}
   */
  public String name() {
    return name;
  }

  /**
   * Names the organisation that it belongs to.
   *
   * @return such as {@code Org1MSP}
   */
  public String mspId() {
    return mspId;
  }

  /**
   * Returns where it listens, for clients or, a chaincode, for peers; the same over restarts.
   *
   * @return such as {@code 127.0.0.1:20000}
   */
  public String address() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  /**
   * Returns where its log is.
   *
   * @return a file, which goes with the network unless that is kept
   */
  public Path log() {
    return directory.resolve("logs").resolve(name + ".log");
  }

  /**
   * Says whether the process runs.
   *
   * @return false after {@link #stop} and {@link #kill}, and if it ended by itself
   */
  public boolean isRunning() {
    lock.lock();
    try {
      NodeProcess current = process;
      return current != null && current.isAlive();
    } finally {
      lock.unlock();
    }
  }

  /** Stops the process as an operator would. Does nothing if it does not run. */
  public void stop() {
    lock.lock();
    try {
      NodeProcess current = process;
      if (current != null) {
        current.stop();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Kills the process as {@code kill -9} does. Does nothing if it does not run. */
  public void kill() {
    lock.lock();
    try {
      NodeProcess current = process;
      if (current != null) {
        current.kill();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Starts the process again after {@link #stop} or {@link #kill}, with what it kept, and waits until it listens. It may
   * take seconds more until the others have found it again.
   *
   * @throws IllegalStateException if it runs
   * @throws TestnetException if it does not start; with the end of its log
   */
  public void restart() {
    lock.lock();
    try {
      if (isRunning()) {
        throw new IllegalStateException(name + " runs already");
      }
      launch();
      awaitListening();
    } finally {
      lock.unlock();
    }
  }

  /** Names the node, where it listens and whether it runs. */
  @Override
  public String toString() {
    return name + " at " + address() + (isRunning() ? "" : " (does not run)");
  }
}
