package org.modelledger.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.CosignatureSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.Witness;
import org.modelledger.tlog.WitnessServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves a witness until it is stopped. */
@Command(name = "witness", description = {
    "Cosigns the checkpoints of other people's logs over HTTP (C2SP tlog-witness), until stopped (Ctrl-C).",
    "Prints the witness's verifier key and its URL first. Refuses forks: of each log it vouches for one history.",
    "Never lose its state, and never put it back from a copy."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class LogWitnessCommand implements Callable<Integer> {

  @Option(names = "--key", required = true, paramLabel = "FILE", description = "The witness's private key.")
  private Path key;

  @Option(names = "--state", required = true, paramLabel = "DIR", description = "What the witness remembers.")
  private Path state;

  @Option(names = "--create", paramLabel = "NAME", description = "Begin a new witness of this name: makes the key file and the state, neither of which may be there yet.")
  private @Nullable String name;

  @Option(names = "--log", required = true, paramLabel = "VKEY|@FILE", converter = VerifierKeys.Converter.class, description = "The verifier key of a log to cosign, or a file of them, one a line. May be repeated.")
  private List<VerifierKeys> logs;

  @Option(names = "--listen", paramLabel = "HOST:PORT", defaultValue = "localhost:7380", converter = ListenAddress.class, description = "Where to listen; port 0 is any free one. Default: ${DEFAULT-VALUE}")
  private InetSocketAddress listen;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<NoteVerifier> keys = logs.stream().flatMap(each -> each.keys().stream()).toList();
    try (Witness witness = open(keys);
        WitnessServer server = WitnessServer.start(witness, listen)) {
      out.println("witness " + witness.verifier());
      out.println("serving at " + server.uri());
      out.flush();
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      out.println("stopped");
      out.flush();
    }
    return ExitCode.OK;
  }

  private Witness open(List<NoteVerifier> keys) throws IOException {
    if (name != null) {
      CosignatureSigner fresh = generate(name);
      write(fresh);
      return Witness.create(state, fresh, keys);
    }
    return Witness.open(state, read(), keys);
  }

  private CosignatureSigner generate(String called) {
    try {
      return CosignatureSigner.generate(called, new SecureRandom());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--create: " + e.getMessage(), e);
    }
  }

  private void write(CosignatureSigner signer) throws IOException {
    try {
      Files.createFile(key, ownerOnly());
    } catch (FileAlreadyExistsException e) {
      throw new ParameterException(spec.commandLine(),
          "--create begins a new witness, but the key file '" + key + "' is there already", e);
    }
    Files.writeString(key, signer.encoded() + "\n");
  }

  private FileAttribute<?>[] ownerOnly() {
    return key.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[]{PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
        : new FileAttribute<?>[0];
  }

  private CosignatureSigner read() throws IOException {
    try {
      return CosignatureSigner.parse(Files.readString(key).strip());
    } catch (IllegalArgumentException e) {
      // without the cause, whose message may quote what it read
      throw new ParameterException(spec.commandLine(), "the file '" + key
          + "' is not one line PRIVATE+KEY+name+hash+base64 of a witness's key");
    }
  }
}
