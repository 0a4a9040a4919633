package org.modelledger.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.modelledger.ModelLedger;
import org.modelledger.lineage.LineageGraph;
import org.modelledger.lineage.LineageNode;
import org.modelledger.lineage.VersionLineage;
import org.modelledger.lineage.export.MlBom;
import org.modelledger.lineage.export.OpenLineage;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.NotFoundException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks what came from what. */
@Command(name = "lineage", description = {
    "Prints what a version came from and what came of it, nearest first; or which versions learned from some data;"
        + " or a version's bill of materials.",
    "It says what was stated, signed by a key that is trusted; what nobody stated is not in it."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class LineageCommand implements Callable<Integer> {

  /** What to ask about: one of the two. */
  static final class Subject {
    @Parameters(paramLabel = "MODEL:VERSION", description = "Such as acme/credit:3.")
    private @Nullable String version;

    @Option(names = "--trained-on", paramLabel = "DIGEST", converter = Digests.class, description = "The SHA-256 of a file of data, or of a"
        + " statement about a data set: which versions learned from it?")
    private @Nullable Digest data;
  }

  enum Format {
    CYCLONEDX, OPENLINEAGE
  }

  @ArgGroup(multiplicity = "1")
  private Subject subject;

  @Option(names = "--export", paramLabel = "FORMAT", description = "Prints the version's lineage for other tools instead:"
      + " ${COMPLETION-CANDIDATES}.")
  private @Nullable Format format;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Spec
  private CommandSpec command;

  @Override
  public Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open()) {
      if (subject.data != null) {
        trainedOn(ledger.lineage().graph(), subject.data);
        return ExitCode.OK;
      }
      ModelVersionId version = ModelVersionId.parse(String.valueOf(subject.version));
      if (format != null) {
        export(ledger, version, format);
      } else {
        around(ledger.lineage().graph(), version);
      }
    }
    return ExitCode.OK;
  }

  private void trainedOn(LineageGraph graph, Digest data) {
    for (LineageNode.Version version : graph.trainedOn(data)) {
      output.print(describe(version), members("trained-on", version));
    }
  }

  private void export(ModelLedger ledger, ModelVersionId id, Format wanted)
      throws InterruptedException {
    VersionLineage lineage = ledger.lineage().of(Versions.find(ledger, id));
    byte[] json = switch (wanted) {
      case CYCLONEDX -> MlBom.toJson(lineage);
      case OPENLINEAGE -> OpenLineage.toJsonLines(lineage);
    };
    PrintWriter out = command.commandLine().getOut();
    out.println(new String(json, StandardCharsets.UTF_8).stripTrailing());
    out.flush();
  }

  private void around(LineageGraph graph, ModelVersionId id) {
    LineageNode.Version version = graph.version(id)
        .orElseThrow(() -> new NotFoundException("the ledger has no version " + id));
    print("from", graph.ancestors(version));
    output.print("   is  " + describe(version), members("is", version));
    print("to", graph.descendants(version));
    for (Digest missing : graph.unknown()) {
      output.print("    ?  statement " + missing
          + " is not here, or by nobody who is trusted",
          Map.of("relation", "unknown", "digest", missing.toString()));
    }
  }

  private void print(String relation, Set<LineageNode> nodes) {
    for (LineageNode node : nodes) {
      output.print(String.format(Locale.ROOT, "%5s  %s", relation, describe(node)),
          members(relation, node));
    }
  }

  private static Map<String, Object> members(String relation, LineageNode node) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("relation", relation);
    List<String> words = new ArrayList<>(List.of(describe(node).split("  ", 2)));
    members.put("kind", words.removeFirst());
    members.put("what", String.join("", words));
    return members;
  }

  private static String describe(LineageNode node) {
    return switch (node) {
      case LineageNode.Data it -> "data  " + it.name() + "  " + it.digest();
      case LineageNode.Dataset it -> "dataset  " + it.name() + "  " + it.statement();
      case LineageNode.Artifact it -> "artifact  " + it.digest();
      case LineageNode.Version it -> "version  " + it.id() + "  " + it.artifact();
      case LineageNode.Evaluation it ->
        "evaluation  " + it.version() + "  " + it.result() + "  " + it.statement();
      case LineageNode.Approval it ->
        "approval  " + it.version() + " for " + it.environment() + " by " + it.approver()
            + "  " + it.statement();
      case LineageNode.Deployment it ->
        "deployment  " + it.version() + " in " + it.environment() + " at " + it.position();
    };
  }
}
