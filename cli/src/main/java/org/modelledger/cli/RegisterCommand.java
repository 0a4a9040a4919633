package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.artifact.DirectoryFiles;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.Digest;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Registers a model that was made elsewhere. */
@Command(name = "register", description = {
    "Registers the files of a model that was made elsewhere as the next version.",
    "The files are stored and signed, and so is a statement of how they came about."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class RegisterCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL", description = "What to call it, such as acme/credit.")
  private String model;

  @Parameters(paramLabel = "DIR", description = "The model's files.")
  private Path directory;

  @Option(names = "--made-by", required = true, paramLabel = "NAME:VERSION", description = "The software that made it, such as scikit-learn:1.7.2.")
  private String maker;

  @Option(names = "--data", paramLabel = "FILE", description = "A file that it was made from; its digest is recorded. As often as wanted.")
  private List<Path> data = List.of();

  @Option(names = "--parent", paramLabel = "DIGEST", converter = Digests.class, description = "The artifact of a model that it was made from. As often as wanted.")
  private List<Digest> parents = List.of();

  @Option(names = "--metric", paramLabel = "NAME=NUMBER", description = "What was measured. As often as wanted.")
  private Map<String, Double> metrics = Map.of();

  @Option(names = "--source-revision", paramLabel = "TEXT", description = "The revision of the source that made it, such as a commit.")
  private @Nullable String sourceRevision;

  @Option(names = "--finished", paramLabel = "INSTANT", description = "When it was done, such as 2026-11-27T12:00:00Z. Default: when the"
      + " newest of its files was written.")
  private @Nullable Instant finished;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    LineageFacts facts = facts();
    ModelVersion version;
    try (ModelLedger ledger = options.open()) {
      version = ledger.register(model, DirectoryFiles.of(directory), new TreeMap<>(metrics), facts);
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("version", version.id().toString());
    members.put("artifact", version.artifact().toString());
    members.put("statement", version.statement().toString());
    output.print(version.id() + "  " + version.artifact(), members);
    return ExitCode.OK;
  }

  private LineageFacts facts() {
    Instant done = finished == null
        ? InputFile.read(directory, RegisterCommand::newest)
        : finished;
    int colon = maker.lastIndexOf(':');
    EngineInfo trainer = colon < 1
        ? new EngineInfo(maker, "unknown", "unknown", 1)
        : new EngineInfo(maker.substring(0, colon), maker.substring(colon + 1), "unknown", 1);
    LineageFacts.Builder facts = LineageFacts.builder(trainer, done, done)
        .data(data.stream().map(DataSource::of).toList())
        .parents(parents);
    if (sourceRevision != null) {
      facts.sourceRevision(sourceRevision);
    }
    return facts.build();
  }

  private static Instant newest(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      Instant newest = Instant.EPOCH;
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        newest = written.isAfter(newest) ? written : newest;
      }
      return newest;
    }
  }
}
