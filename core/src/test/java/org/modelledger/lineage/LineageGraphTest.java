package org.modelledger.lineage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.inference.EngineInfo;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;

class LineageGraphTest {
  private static final Instant TIME = Instant.parse("2026-11-27T10:00:00Z");
  private static final AccountId ANN = AccountId.of("ann");
  private static final EnvironmentName PRODUCTION = EnvironmentName.of("production");

  private final List<LedgerEvent> history = new ArrayList<>();
  private final List<Digest> recorded = new ArrayList<>();
  private final Map<Digest, Statement> statements = new HashMap<>();

  private LineageGraph graph() {
    return LineageGraph.of(history, recorded,
        digest -> Optional.ofNullable(statements.get(digest)));
  }

  private EventHeader header() {
    return new EventHeader(new LedgerPosition(history.size(), 0), "tx" + history.size(), TIME, ANN);
  }

  /** Registers a version whose statement has the name of the version. */
  private ModelVersionId train(String id, String artifact, List<Digest> data,
      List<Digest> parents) {
    ModelVersionId version = ModelVersionId.parse(id);
    history.add(
        new LedgerEvent.ModelTrained(header(), version, digest(artifact), digest(id)));
    LineageFacts facts = LineageFacts.builder(new EngineInfo("t", "1", "cpu", 1), TIME, TIME)
        .data(data.stream().map(it -> new DataSource("data", it)).toList())
        .parents(parents)
        .build();
    statements.put(digest(id), new LineageStatement(
        new ArtifactManifest(List.of(new ArtifactFile("m", digest(artifact)))), facts,
        new TreeMap<>()));
    return version;
  }

  private Digest record(String name, Statement statement) {
    recorded.add(digest(name));
    statements.put(digest(name), statement);
    return digest(name);
  }

  private Digest dataset(String name, String... files) {
    return record(name, new DatasetStatement(name,
        List.of(files).stream().map(file -> new DataSource(file, digest(file))).toList(),
        OptionalLong.empty(), List.of(), Optional.empty(), TIME));
  }

  private void deploy(ModelVersionId version) {
    history.add(new LedgerEvent.ModelDeployed(header(), version, PRODUCTION));
  }

  private static Digest digest(String of) {
    return Digest.sha256(of.getBytes(UTF_8));
  }

  private static LineageNode.Version version(LineageGraph graph, ModelVersionId id) {
    return graph.version(id).orElseThrow();
  }

  @Test
  void answersWhatWasTrainedOnThisData() {
    Digest set = dataset("set", "a.csv", "b.csv");
    ModelVersionId onFile = train("acme/x:1", "x1", List.of(digest("a.csv")), List.of());
    ModelVersionId onSet = train("acme/x:2", "x2", List.of(set), List.of());
    ModelVersionId tuned = train("acme/y:1", "y1", List.of(digest("c.csv")), List.of(digest("x2")));
    ModelVersionId apart = train("acme/z:1", "z1", List.of(digest("c.csv")), List.of());
    LineageGraph graph = graph();

    assertThat(graph.trainedOn(set)).extracting(LineageNode.Version::id)
        .containsExactlyInAnyOrder(onFile, onSet, tuned);
    assertThat(graph.trainedOn(digest("a.csv"))).extracting(LineageNode.Version::id)
        .containsExactlyInAnyOrder(onFile, onSet, tuned);
    assertThat(graph.trainedOn(digest("b.csv"))).extracting(LineageNode.Version::id)
        .containsExactly(onSet, tuned);
    assertThat(graph.trainedOn(digest("c.csv"))).extracting(LineageNode.Version::id)
        .containsExactlyInAnyOrder(tuned, apart);
    assertThat(graph.trainedOn(digest("never seen"))).isEmpty();
    assertThat(graph.trainedOn(digest("x1"))).as("a model is not data").isEmpty();
    assertThat(graph.unknown()).isEmpty();
  }

  @Test
  void goesFromADeploymentBackToItsData() {
    Digest set = dataset("set", "a.csv");
    ModelVersionId parent = train("acme/x:1", "x1", List.of(set), List.of());
    ModelVersionId child = train("acme/y:1", "y1", List.of(), List.of(digest("x1")));
    Digest approval = record("approval", new ApprovalStatement("local:x", child, digest("y1"),
        digest("acme/y:1"), PRODUCTION, ANN, "", TIME));
    Digest evaluation = record("evaluation", new EvaluationStatement(child, digest("y1"), "e",
        List.of(new DataSource("held-out", digest("held-out"))), new TreeMap<>(), List.of(),
        List.of(), List.of(), TIME));
    deploy(child);
    LineageGraph graph = graph();

    LineageNode deployment = new LineageNode.Deployment(child, PRODUCTION,
        new LedgerPosition(2, 0));
    assertThat(graph.ancestors(deployment)).containsExactlyInAnyOrder(version(graph, child),
        new LineageNode.Approval(approval, child, PRODUCTION, ANN),
        new LineageNode.Artifact(digest("x1")), version(graph, parent),
        new LineageNode.Dataset(set, "set"), new LineageNode.Data(digest("a.csv"), "a.csv"));
    assertThat(graph.parents(new LineageNode.Evaluation(evaluation, child,
        EvaluationStatement.Result.PASSED)))
        .containsExactlyInAnyOrder(version(graph, child),
            new LineageNode.Data(digest("held-out"), "held-out"));
    assertThat(graph.children(deployment)).isEmpty();
    assertThat(graph.find(digest("x1"))).containsExactly(new LineageNode.Artifact(digest("x1")));
    assertThat(graph.statement(set)).containsInstanceOf(DatasetStatement.class);
    assertThatThrownBy(() -> graph.descendants(new LineageNode.Artifact(digest("none"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not in this graph");
  }

  @Test
  void survivesMissingStatementsAndSaysWhich() {
    Digest set = dataset("set", "a.csv");
    ModelVersionId first = train("acme/x:1", "x1", List.of(set), List.of());
    ModelVersionId second = train("acme/x:2", "x2", List.of(set), List.of());
    statements.remove(digest("acme/x:1"));
    recorded.add(digest("lost"));
    deploy(first);
    deploy(ModelVersionId.parse("acme/never:1"));
    LineageGraph graph = graph();

    assertThat(graph.unknown()).containsExactlyInAnyOrder(digest("acme/x:1"), digest("lost"));
    assertThat(graph.trainedOn(set)).extracting(LineageNode.Version::id).containsExactly(second);
    assertThat(graph.ancestors(version(graph, first))).isEmpty();
    assertThat(graph.nodes()).anyMatch(node -> node instanceof LineageNode.Deployment deployment
        && deployment.version().equals(first));
  }

  @Test
  void anEvaluationOfOtherFilesIsNotAboutTheVersion() {
    ModelVersionId version = train("acme/x:1", "x1", List.of(), List.of());
    Digest evaluation = record("evaluation", new EvaluationStatement(version, digest("other"), "e",
        List.of(), new TreeMap<>(), List.of(), List.of(), List.of(), TIME));
    LineageGraph graph = graph();

    assertThat(graph.parents(new LineageNode.Evaluation(evaluation, version,
        EvaluationStatement.Result.PASSED)))
        .containsExactly(new LineageNode.Artifact(digest("other")));
    assertThat(graph.descendants(version(graph, version)))
        .containsExactly(new LineageNode.Artifact(digest("x1")));
  }

  @Test
  void circlesEnd() {
    ModelVersionId first = train("acme/x:1", "x1", List.of(digest("d")), List.of(digest("y1")));
    ModelVersionId second = train("acme/y:1", "y1", List.of(), List.of(digest("x1")));
    train("acme/self:1", "s1", List.of(), List.of(digest("s1")));
    LineageGraph graph = graph();

    assertThat(graph.ancestors(version(graph, first))).contains(version(graph, second))
        .doesNotContain(version(graph, first));
    assertThat(graph.descendants(version(graph, first))).contains(version(graph, second));
    assertThat(graph.trainedOn(digest("d"))).extracting(LineageNode.Version::id)
        .containsExactly(first, second);
  }

  @Test
  void aChainIsAsLongAsItIs() {
    int links = 100_000;
    train("acme/x:1", "a0", List.of(digest("d")), List.of());
    for (int i = 1; i < links; i++) {
      train("acme/x:" + (i + 1), "a" + i, List.of(), List.of(digest("a" + (i - 1))));
    }
    assertThat(graph().trainedOn(digest("d"))).hasSize(links);
  }

  @Test
  void whoIsAnAncestorHasADescendant() {
    Random random = random();
    for (int round = 0; round < 60; round++) {
      history.clear();
      recorded.clear();
      statements.clear();
      garbage(random);
      LineageGraph graph = graph();
      Map<LineageNode, Set<LineageNode>> ancestors = new HashMap<>();
      for (LineageNode node : graph.nodes()) {
        ancestors.put(node, graph.ancestors(node));
        assertThat(graph.ancestors(node)).doesNotContain(node)
            .containsAll(
                without(graph.parents(node), node));
      }
      for (LineageNode node : graph.nodes()) {
        for (LineageNode other : graph.nodes()) {
          assertThat(graph.descendants(node).contains(other))
              .isEqualTo(ancestors.getOrDefault(other, Set.of()).contains(node));
        }
        for (LineageNode parent : graph.parents(node)) {
          assertThat(graph.children(parent)).contains(node);
          assertThat(graph.ancestors(node)).containsAll(
              without(ancestors.getOrDefault(parent, Set.of()), node));
        }
      }
    }
  }

  private static Set<LineageNode> without(Set<LineageNode> nodes, LineageNode one) {
    Set<LineageNode> rest = new HashSet<>(nodes);
    rest.remove(one);
    return rest;
  }

  /** Models of any data and any parents, also later ones and themselves; some statements are lost. */
  private void garbage(Random random) {
    for (int i = random.nextInt(3); i > 0; i--) {
      var unused = dataset("set" + i, "f" + random.nextInt(4), "g" + random.nextInt(4));
    }
    int models = 1 + random.nextInt(8);
    for (int i = 1; i <= models; i++) {
      ModelVersionId version = train("acme/m:" + i, "a" + random.nextInt(models),
          List.of(digest("f" + random.nextInt(4)), digest("set" + random.nextInt(3))),
          List.of(digest("a" + random.nextInt(models))));
      if (random.nextInt(4) == 0) {
        statements.remove(digest("acme/m:" + i));
      }
      if (random.nextBoolean()) {
        deploy(version);
      }
      if (random.nextBoolean()) {
        var unused = record("approval" + i, new ApprovalStatement("l", version,
            digest("a" + random.nextInt(models)), digest("s"), PRODUCTION, ANN, "", TIME));
      }
    }
  }

  private static Random random() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.out.println("-Dmodelledger.seed=" + seed);
    return new Random(seed);
  }
}
