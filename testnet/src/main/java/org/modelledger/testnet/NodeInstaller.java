package org.modelledger.testnet;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Installs the programs of the nodes from package registries, once per user and version: anvil by npm, geth by go.
 * Nodes call it by themselves; a build may call it beforehand, since compiling geth takes minutes.
 *
 * <p>They lie in the directory that the system property {@code modelledger.testnet.cache} names, or else the
 * environment variable {@code MODELLEDGER_TESTNET_CACHE}, or else in {@code modelledger/testnet} under
 * {@code $XDG_CACHE_HOME} or {@code ~/.cache}. A lock on a file makes builds that run side by side install once; what
 * is half installed is never seen. To start anew, delete the directory.
 */
public final class NodeInstaller {
  /** The version of anvil that is installed. */
  public static final String ANVIL_VERSION = "1.7.1";

  /** The version of geth that is installed. */
  public static final String GETH_VERSION = "1.17.8";

  private static final System.Logger LOG = System.getLogger(NodeInstaller.class.getName());
  private static final Duration LIMIT = Duration.ofMinutes(60);
  private static final int ATTEMPTS = 3;
  /** A lock on a file holds between processes only. */
  private static final ReentrantLock LOCK = new ReentrantLock();

  private final Path cache;

  private NodeInstaller(Path cache) {
    this.cache = cache;
  }

  /**
   * Makes an installer for the directory that the class comment names.
   *
   * @return the installer; nothing is installed yet
   */
  public static NodeInstaller ofUser() {
    return of(userCache(System.getProperty("modelledger.testnet.cache"), System.getenv(),
        System.getProperty("user.home")));
  }

  /**
   * Makes an installer for a directory.
   *
   * @param cache the directory; created where missing
   * @return the installer; nothing is installed yet
   */
  public static NodeInstaller of(Path cache) {
    return new NodeInstaller(Objects.requireNonNull(cache, "cache").toAbsolutePath());
  }

  /**
   * Installs anvil and geth for this user. For the command line of a build:
   * {@code java -cp … org.modelledger.testnet.NodeInstaller anvil geth}.
   *
   * @param programs {@code anvil}, {@code geth} or both
   * @throws InterruptedException if interrupted
   */
  public static void main(String... programs) throws InterruptedException {
    for (String program : programs) {
      switch (program) {
        case "anvil" -> ofUser().anvil();
        case "geth" -> ofUser().geth();
        default -> throw new IllegalArgumentException(
            "unknown program '" + program + "'; known are anvil and geth");
      }
    }
  }

  /**
   * Returns anvil, installing it if it is not there. Needs {@code npm} on the path for that.
   *
   * @return the program's file
   * @throws TestnetException if it cannot be installed; says what was tried and what it answered
   * @throws InterruptedException if interrupted
   */
  public Path anvil() throws InterruptedException {
    String name = "anvil-" + platform("anvil");
    return install("anvil", ANVIL_VERSION, "bin/anvil", scratch -> {
      run(scratch, Map.of(), "npm", "Node.js with npm", "install", "--prefix", scratch.toString(),
          "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts",
          "@foundry-rs/" + name + "@" + ANVIL_VERSION);
      return scratch.resolve("node_modules/@foundry-rs").resolve(name);
    });
  }

  /**
   * Returns geth, compiling it if it is not there: some five minutes of processor time. Needs {@code go} on the path
   * for that.
   *
   * @return the program's file
   * @throws TestnetException if it cannot be installed; says what was tried and what it answered
   * @throws InterruptedException if interrupted
   */
  public Path geth() throws InterruptedException {
    return install("geth", GETH_VERSION, "bin/geth", scratch -> {
      Path program = scratch.resolve("geth");
      run(scratch, Map.of("GOBIN", program.resolve("bin").toString()), "go", "Go 1.24 or newer",
          "install",
          "github.com/ethereum/go-ethereum/cmd/geth@v" + GETH_VERSION);
      return program;
    });
  }

  /** Fetches a program into an empty directory and says which directory below it to keep. */
  private interface Fetch {
    Path into(Path scratch) throws IOException, InterruptedException;
  }

  private Path install(String name, String version, String executable, Fetch fetch)
      throws InterruptedException {
    Path home = cache.resolve(name + "-" + version + "-" + platform(name));
    Path program = home.resolve(executable);
    if (Files.isExecutable(program)) {
      return program;
    }
    LOCK.lockInterruptibly();
    try {
      Files.createDirectories(cache);
      try (FileChannel channel = FileChannel.open(cache.resolve(name + "-" + version + ".lock"),
          StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
        Objects.requireNonNull(lock, "lock");
        if (!Files.isExecutable(program)) {
          LOG.log(System.Logger.Level.INFO, "installing {0} {1} into {2}", name, version, home);
          Path scratch = Files.createTempDirectory(cache, name + "-");
          try {
            Path fetched = fetch.into(scratch);
            check(fetched.resolve(executable), version);
            Directories.delete(home); // without its executable it is of no use
            Files.move(fetched, home, StandardCopyOption.ATOMIC_MOVE);
          } finally {
            Directories.delete(scratch);
          }
        }
      }
      return program;
    } catch (IOException e) {
      throw new TestnetException(name + " " + version + " could not be installed into " + home, e);
    } finally {
      LOCK.unlock();
    }
  }

  private static void check(Path executable, String version)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(executable)) {
      throw new TestnetException(
          "the package holds no executable file " + executable.getFileName());
    }
    Path log = executable.resolveSibling("version.txt");
    int status = NodeProcess.run(List.of(executable.toString(), "--version"), Map.of(),
        executable.resolveSibling(""), log, LIMIT);
    String answer = Files.readString(log);
    if (status != 0 || !answer.contains(version)) {
      throw new TestnetException(
          executable.getFileName() + " --version ended with " + status + " and printed '"
              + answer.strip() + "'; wanted is " + version);
    }
    Files.delete(log);
  }

  /** Registries fail now and then, so a command has more than one attempt. */
  static void run(Path scratch, Map<String, String> environment, String program,
      String wanted,
      String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(onPath(program, wanted, Objects.requireNonNullElse(System.getenv("PATH"), "")));
    command.addAll(List.of(arguments));
    Path log = scratch.resolve("install.log");
    int status = 0;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      status = NodeProcess.run(command, environment, scratch, log, LIMIT);
      if (status == 0) {
        return;
      }
      LOG.log(System.Logger.Level.WARNING, "attempt {0} of {1} failed: {2}", attempt, ATTEMPTS,
          command);
    }
    throw new TestnetException(
        "'" + String.join(" ", command) + "' ended with " + status + " in each of " + ATTEMPTS
            + " attempts. It printed:\n" + NodeProcess.tail(log, 4_000));
  }

  static String onPath(String program, String wanted, String path) {
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
      if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
        return candidate.toAbsolutePath().toString();
      }
    }
    throw new TestnetException(
        "'" + program + "' is not on the PATH (" + path + "); wanted is " + wanted
            + ", to install a node once");
  }

  /** The platform in the registries' words. */
  private static String platform(String program) {
    return platform(program, System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static String platform(String program, String system, String architecture) {
    String os = switch (system.toLowerCase(Locale.ROOT)) {
      case "linux" -> "linux";
      case "mac os x" -> "darwin";
      default -> "";
    };
    String cpu = switch (architecture.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> "";
    };
    if (os.isEmpty() || cpu.isEmpty()) {
      throw new TestnetException("there is no " + program + " for " + system + " on " + architecture
          + "; wanted is Linux or macOS on amd64 or arm64");
    }
    return os + "-" + cpu;
  }

  static Path userCache(@Nullable String property, Map<String, String> environment, String home) {
    if (property != null && !property.isEmpty()) {
      return Path.of(property);
    }
    String variable = environment.getOrDefault("MODELLEDGER_TESTNET_CACHE", "");
    if (!variable.isEmpty()) {
      return Path.of(variable);
    }
    String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
    return (caches.isEmpty() ? Path.of(home, ".cache") : Path.of(caches)).resolve("modelledger")
        .resolve("testnet");
  }
}
