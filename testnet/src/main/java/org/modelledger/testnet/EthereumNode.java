package org.modelledger.testnet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A running node of Ethereum that belongs to this JVM: it is stopped by {@link #close}, and at the latest when the JVM
 * ends. Safe for use by many threads.
 */
public abstract sealed class EthereumNode implements TestNode permits AnvilNode, GethNode {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final int STARTS = 5;

  private final String name;
  private final Path directory;
  private final long chainId;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Integer> ports = List.of();
  private @Nullable NodeProcess process;
  private @Nullable JsonRpc rpc;
  private boolean keep;
  private boolean killed;
  private boolean closed;

  EthereumNode(String name, long chainId) {
    this.name = name;
    this.chainId = chainId;
    try {
      this.directory = Files.createTempDirectory("modelledger-" + name + "-").toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command that listens on the ports; the first is for HTTP. */
  abstract List<String> command(List<Integer> ports);

  /** How many ports the command wants. */
  abstract int portsWanted();

  /** What the node prints once it listens itself on its first port, rather than another program; empty if nothing. */
  abstract String listeningMessage(int port);

  /** Whether it can start again after a kill. */
  abstract boolean survivesKill();

  /** The port for WebSocket connections among those that the command got. */
  abstract int webSocketPort(List<Integer> ports);

  final Path directory() {
    return directory;
  }

  /** Starts for the first time: another process may take a port that was free a moment ago. */
  final void startSomewhere() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      for (int attempt = 1;; attempt++) {
        ports = Ports.free(portsWanted());
        rpc = new JsonRpc(http());
        Optional<TestnetException> failure = tryStart();
        if (failure.isEmpty()) {
          return;
        }
        if (attempt == STARTS) {
          throw failure.get();
        }
      }
    } catch (TestnetException e) {
      keep();
      close();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private Optional<TestnetException> tryStart() {
    long logged = logSize();
    NodeProcess started = NodeProcess.start(command(ports), directory, log());
    process = started;
    boolean ready = started.await(() -> isReady(logged), READY,
        name + "'s answer on port " + ports.getFirst());
    if (!ready) {
      started.kill();
      return Optional.of(new TestnetException(
          name + " ended instead of listening on " + ports + "; " + started.describe()));
    }
    return Optional.empty();
  }

  private boolean isReady(long logged) {
    if (!logAfter(logged).contains(listeningMessage(ports.getFirst()))) {
      return false;
    }
    try {
      return rpc().quantity("eth_chainId").equals(BigInteger.valueOf(chainId));
    } catch (TestnetException e) {
      return false; // not yet
    }
  }

  /**
   * Starts the node again, on the same ports and with the data that it kept, after {@link #stop} or {@link #kill}.
   *
   * @throws IllegalStateException if it runs, or was closed, or was killed with options by which it does not survive that
   * @throws TestnetException if it does not start; with the end of its log
   */
  public final void restart() {
    lock.lock();
    try {
      if (closed || isRunning()) {
        throw new IllegalStateException(this + (closed ? " is closed" : " runs already"));
      }
      if (killed && !survivesKill()) {
        throw new IllegalStateException(this + " was killed, and is not persistent");
      }
      tryStart().ifPresent(failure -> {
        keep();
        throw failure;
      });
    } finally {
      lock.unlock();
    }
  }

  /** Stops the node as a user would, so that it can write down what it keeps. Does nothing if it does not run. */
  public final void stop() {
    lock.lock();
    try {
      if (process != null) {
        process.stop();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Kills the node as {@code kill -9} does. Does nothing if it does not run. */
  public final void kill() {
    lock.lock();
    try {
      if (isRunning() && process != null) {
        killed = true;
        process.kill();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says whether the node's process runs.
   *
   * @return false after {@link #stop}, {@link #kill} and {@link #close}, and if it ended by itself
   */
  @Override
  public final boolean isRunning() {
    lock.lock();
    try {
      return process != null && process.isAlive();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns where the node answers JSON-RPC over HTTP; the same over restarts.
   *
   * @return such as {@code http://127.0.0.1:20000}
   */
  public final URI http() {
    return URI.create("http://127.0.0.1:" + ports.getFirst());
  }

  /**
   * Returns where the node answers JSON-RPC over WebSocket; the same over restarts.
   *
   * @return such as {@code ws://127.0.0.1:20000}
   */
  public final URI webSocket() {
    return URI.create("ws://127.0.0.1:" + webSocketPort(ports));
  }

  /**
   * Returns the chain's id (EIP-155).
   *
   * @return as set by the options
   */
  public final long chainId() {
    return chainId;
  }

  /**
   * Returns the accounts with money, and their keys.
   *
   * @return at least ten, always the same
   */
  public abstract List<TestAccount> accounts();

  /**
   * Returns a client to ask the node past the code under test.
   *
   * @return one and the same
   */
  public final JsonRpc rpc() {
    JsonRpc current = rpc;
    if (current == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return current;
  }

  /**
   * Returns the number of the newest block.
   *
   * @return from 0
   * @throws TestnetException if the node does not answer
   */
  public final long blockNumber() {
    return rpc().quantity("eth_blockNumber").longValueExact();
  }

  /**
   * Returns where the node's log is.
   *
   * @return a file, which is deleted by {@link #close} unless {@link #keep} was called
   */
  public final Path log() {
    return directory.resolve(name + ".log");
  }

  /** Leaves the node's directory, with its log, when it is closed; for after a failure. */
  @Override
  public final void keep() {
    lock.lock();
    try {
      keep = true;
    } finally {
      lock.unlock();
    }
  }

  /** Kills the node and deletes its directory. Idempotent. */
  @Override
  public final void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (process != null) {
        process.kill();
      }
      if (!keep) {
        Directories.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Names the node, where it listens and where its log is. */
  @Override
  public final String toString() {
    return name + " at " + (ports.isEmpty() ? "no port" : http()) + " (log: " + log() + ")";
  }

  @Override
  public final String logTail() {
    return NodeProcess.tail(log(), 4_000);
  }

  private long logSize() {
    return log().toFile().length();
  }

  private String logAfter(long size) {
    try (var in = Files.newInputStream(log())) {
      in.skipNBytes(size);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // not there yet
    }
  }
}
