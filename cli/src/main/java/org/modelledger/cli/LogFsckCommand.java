package org.modelledger.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.modelledger.tlog.FsckReport;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads a whole log and hashes it again. */
@Command(name = "fsck", description = {
    "Reads a whole log, hashes it again, and names every file that is not as the signed checkpoint says."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class LogFsckCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR|URL", converter = LogLocation.Converter.class, description = "The log's directory, or the URL that its files are served under.")
  private LogLocation log;

  @Option(names = "--key", required = true, paramLabel = "VKEY|@FILE", converter = VerifierKeys.Converter.class, description = "The log's public key, name+hash+base64, or a file of such, one a line.")
  private VerifierKeys trusted;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException, ProofException {
    TileSource source = log.open();
    LogReader reader = reader(source);
    SignedCheckpoint at = reader.latest();
    FsckReport report = reader.verifyAll(at);
    print(report);
    return report.isIntact() ? ExitCode.OK : ExitCode.EVIDENCE;
  }

  /** Returns a reader with the key that signed the checkpoint, of those that are trusted. */
  private LogReader reader(TileSource source) throws ProofException {
    ProofException refused = null;
    for (NoteVerifier key : trusted.keys()) {
      LogReader reader = LogReader.open(source, key);
      try {
        reader.latest();
        return reader;
      } catch (ProofException e) {
        if (refused == null) {
          refused = e;
        }
      }
    }
    throw Objects.requireNonNull(refused, "there is at least one key");
  }

  private void print(FsckReport report) {
    PrintWriter out = spec.commandLine().getOut();
    SignedCheckpoint at = report.checkpoint();
    if (json) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("origin", at.log().name());
      members.put("size", at.size());
      members.put("root", at.root().hex());
      members.put("intact", report.isIntact());
      members.put("bundles", report.bundles());
      members.put("tiles", report.tiles());
      List<Map<String, Object>> findings = new ArrayList<>();
      for (FsckReport.Finding finding : report.findings()) {
        Map<String, Object> each = new LinkedHashMap<>();
        each.put("path", finding.path());
        finding.index().ifPresent(index -> each.put("entry", index));
        each.put("what", finding.what());
        findings.add(each);
      }
      members.put("findings", findings);
      out.println(JsonOutput.line(members));
    } else {
      report.findings().forEach(out::println);
      out.println(at.log().name() + (report.isIntact() ? ": intact, " : ": NOT INTACT, ")
          + at.size() + " entries, root " + at.root());
    }
    out.flush();
  }
}
