package org.modelledger.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.modelledger.tlog.FsckProgress;
import org.modelledger.tlog.FsckReport;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads a whole log and hashes it again. */
@Command(name = "fsck", description = "Reads a whole log, hashes it again, and names every file that"
    + " is not as the signed checkpoint says.")
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class LogFsckCommand implements Callable<Integer> {

  /** Requests under way at the same time: they wait for the network, not for a processor. */
  private static final int REMOTE_THREADS = 16;
  private static final double NANOS = 1e9;

  private record Signed(LogReader reader, SignedCheckpoint checkpoint) {}

  /** Keeps the last thing heard, for the summary. */
  private static final class Meter {
    FsckProgress last = new FsckProgress(0, 0, 0, 0, Duration.ZERO);
  }

  @Parameters(paramLabel = "DIR|URL", converter = LogLocation.Converter.class, description = "The log's directory, or the URL that its files are served under.")
  private LogLocation log;

  @Option(names = "--key", required = true, paramLabel = "VKEY|@FILE", converter = VerifierKeys.Converter.class, description = "The log's public key, name+hash+base64, or a file of such, one a line.")
  private VerifierKeys trusted;

  @Option(names = "--threads", paramLabel = "N", description = "How many threads. Default: one for each processor; 16 for a URL.")
  private int threads;

  @Option(names = {"-q", "--quiet"}, description = "Do not show how far it is.")
  private boolean quiet;

  @Mixin
  private ResultOutput output;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException, ProofException, InterruptedException {
    if (threads < 0) {
      throw new ParameterException(spec.commandLine(),
          "--threads: there are " + threads + ", wanted at least 1");
    }
    TileSource source = log.open();
    Meter meter = new Meter();
    FsckReport report;
    try {
      Signed signed = signed(source);
      report = check(signed, meter);
    } catch (ProofException e) {
      if (!output.isJson()) {
        throw e;
      }
      output.print("", Map.of("intact", false, "findings",
          List.of(finding("checkpoint", String.valueOf(e.getMessage())))));
      return ExitCode.EVIDENCE;
    }
    output.print(text(report), members(report, meter.last));
    return report.isIntact() ? ExitCode.OK : ExitCode.EVIDENCE;
  }

  /** Returns the checkpoint, under the one of the trusted keys that signed it. */
  private Signed signed(TileSource source) throws ProofException {
    ProofException refused = null;
    for (NoteVerifier key : trusted.keys()) {
      LogReader reader = LogReader.open(source, key);
      try {
        return new Signed(reader, reader.latest());
      } catch (ProofException e) {
        if (refused == null) {
          refused = e;
        } else {
          refused.addSuppressed(e);
        }
      }
    }
    throw Objects.requireNonNull(refused, "there is at least one key");
  }

  private FsckReport check(Signed signed, Meter meter) throws InterruptedException {
    int count = threads > 0
        ? threads
        : log.isRemote() ? REMOTE_THREADS : Runtime.getRuntime().availableProcessors();
    PrintWriter err = spec.commandLine().getErr();
    FsckReport report;
    try (ProgressLine line = new ProgressLine(err, ProgressLine.isTerminal())) {
      report = signed.reader().verifyAll(signed.checkpoint(), count, progress -> {
        meter.last = progress;
        if (!quiet) {
          line.progress(progress);
        }
      });
    }
    if (!quiet) {
      err.printf(Locale.ROOT, "read %,d bundles and %,d tiles, %,.1f MB in %.1f s: %s%n",
          report.bundles(), report.tiles(), meter.last.bytes() / 1e6, seconds(meter.last),
          ProgressLine.rate(meter.last));
    }
    return report;
  }

  private static double seconds(FsckProgress progress) {
    return progress.elapsed().toNanos() / NANOS;
  }

  private static String text(FsckReport report) {
    List<String> lines = new ArrayList<>();
    report.findings().forEach(found -> lines.add(found.toString()));
    SignedCheckpoint at = report.checkpoint();
    lines.add(at.log().name() + (report.isIntact() ? ": intact, " : ": NOT INTACT, ") + at.size()
        + " entries, root " + at.root());
    return String.join(System.lineSeparator(), lines);
  }

  private static Map<String, Object> members(FsckReport report, FsckProgress last) {
    SignedCheckpoint at = report.checkpoint();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("origin", at.log().name());
    members.put("size", at.size());
    members.put("root", at.root().hex());
    members.put("intact", report.isIntact());
    members.put("bundles", report.bundles());
    members.put("tiles", report.tiles());
    members.put("bytes", last.bytes());
    members.put("seconds", seconds(last));
    List<Map<String, Object>> findings = new ArrayList<>();
    for (FsckReport.Finding found : report.findings()) {
      Map<String, Object> finding = finding(found.path(), found.what());
      found.index().ifPresent(index -> finding.put("entry", index));
      findings.add(finding);
    }
    members.put("findings", findings);
    return members;
  }

  private static Map<String, Object> finding(String path, String what) {
    Map<String, Object> finding = new LinkedHashMap<>();
    finding.put("path", path);
    finding.put("what", what);
    return finding;
  }
}
