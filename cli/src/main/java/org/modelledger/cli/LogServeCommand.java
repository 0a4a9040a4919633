package org.modelledger.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.modelledger.tlog.LogServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves a log until it is stopped. */
@Command(name = "serve", description = {
    "Serves the public files of a log directory over HTTP, until stopped (Ctrl-C).",
    "Prints the log's URL first. Nothing but the checkpoint and the tiles is served."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class LogServeCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "The log's directory.")
  private Path directory;

  @Option(names = "--listen", paramLabel = "HOST:PORT", defaultValue = "localhost:8000", converter = ListenAddress.class, description = "Where to listen; port 0 is any free one. Default: ${DEFAULT-VALUE}")
  private InetSocketAddress listen;

  @Option(names = "--prefix", paramLabel = "PATH", defaultValue = "/", description = "The path of the log's URL. Default: ${DEFAULT-VALUE}")
  private String prefix;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (LogServer server = LogServer.start(directory, listen, prefix)) {
      out.println("serving " + directory + " at " + server.uri());
      out.flush();
      new CountDownLatch(1).await();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--prefix: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      out.println("stopped");
      out.flush();
    }
    return ExitCode.OK;
  }
}
