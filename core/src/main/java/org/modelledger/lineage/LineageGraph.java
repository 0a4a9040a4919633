package org.modelledger.lineage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.training.DataSource;

/**
 * What came from what: data, data sets, models, evaluations, approvals and deployments. An arrow leads
 * from a file to each data set that contains it; from data and data sets to the versions trained and the
 * evaluations made with them; from a version to its artifact, and from there to the versions made from
 * it; from a version to its evaluations, approvals and deployments; from an approval to the deployments
 * of that version into that environment that the ledger has.
 *
 * <p>A statement that is missing takes its arrows with it, nothing else; {@link #unknown()} says so.
 * Statements may contradict the ledger or themselves, even form circles: queries end all the same.
 *
 * <p>Made in time linear in events and statements, queried in time linear in what is found. Immutable.
 */
public final class LineageGraph {
  private final Map<LineageNode, Set<LineageNode>> children;
  private final Map<LineageNode, Set<LineageNode>> parents;
  private final Map<Digest, Set<LineageNode>> byDigest;
  private final Map<ModelVersionId, LineageNode.Version> versions;
  private final Map<Digest, Statement> statements;
  private final SortedSet<Digest> unknown;

  private LineageGraph(Builder builder) {
    children = builder.children;
    parents = builder.parents;
    byDigest = builder.byDigest;
    versions = builder.versions;
    statements = builder.statements;
    unknown = Collections.unmodifiableSortedSet(builder.unknown);
  }

  /**
   * Builds the graph.
   *
   * @param history the events of a registry, oldest first
   * @param recorded the digests of the statements that no event names, such as the entries of a {@link
   *     StatementLog}
   * @param statements looks up what an envelope says; empty if it is missing or not to be believed
   */
  public static LineageGraph of(List<LedgerEvent> history, Collection<Digest> recorded,
      Function<Digest, Optional<Statement>> statements) {
    Builder builder = new Builder(statements);
    recorded.forEach(builder::dataset);
    history.forEach(builder::version);
    recorded.forEach(builder::verdict);
    history.forEach(builder::deployment);
    return new LineageGraph(builder);
  }

  /** Returns everything that is in the graph. */
  public Set<LineageNode> nodes() {
    return Collections.unmodifiableSet(children.keySet());
  }

  /** Returns what has this digest: data, an artifact, or what a statement with this digest is about. */
  public Set<LineageNode> find(Digest digest) {
    return Collections.unmodifiableSet(byDigest.getOrDefault(digest, Set.of()));
  }

  /** Returns a version. */
  public Optional<LineageNode.Version> version(ModelVersionId id) {
    return Optional.ofNullable(versions.get(id));
  }

  /** Returns what a statement says that the graph was built from. */
  public Optional<Statement> statement(Digest envelope) {
    return Optional.ofNullable(statements.get(envelope));
  }

  /** Returns the digests of the statements that are missing or were not believed. */
  public SortedSet<Digest> unknown() {
    return unknown;
  }

  /**
   * Returns what a node directly came from.
   *
   * @throws IllegalArgumentException if it is not in the graph
   */
  public Set<LineageNode> parents(LineageNode node) {
    return Collections.unmodifiableSet(neighbours(parents, node));
  }

  /**
   * Returns what directly came from a node.
   *
   * @throws IllegalArgumentException if it is not in the graph
   */
  public Set<LineageNode> children(LineageNode node) {
    return Collections.unmodifiableSet(neighbours(children, node));
  }

  /**
   * Returns all that a node came from, nearest first, without itself.
   *
   * @throws IllegalArgumentException if it is not in the graph
   */
  public Set<LineageNode> ancestors(LineageNode node) {
    return reachable(List.of(node), parents);
  }

  /**
   * Returns all that came from a node, nearest first, without itself.
   *
   * @throws IllegalArgumentException if it is not in the graph
   */
  public Set<LineageNode> descendants(LineageNode node) {
    return reachable(List.of(node), children);
  }

  /**
   * Returns the versions that were trained on this data, or made from a model that was, and so on;
   * nearest first.
   *
   * @param data the digest of a file or tensors, or of the statement about a data set: then a version
   *     counts that was trained on the data set or on any of its files
   */
  public List<LineageNode.Version> trainedOn(Digest data) {
    List<LineageNode> from = new ArrayList<>();
    for (LineageNode node : find(data)) {
      switch (node) {
        case LineageNode.Data file -> from.add(file);
        case LineageNode.Dataset set -> {
          from.add(set);
          from.addAll(parents(set));
        }
        default -> {
          // a model is not data
        }
      }
    }
    return reachable(from, children).stream()
        .flatMap(node -> node instanceof LineageNode.Version version
            ? Stream.of(version)
            : Stream.empty())
        .toList();
  }

  private static Set<LineageNode> reachable(List<LineageNode> from,
      Map<LineageNode, Set<LineageNode>> arrows) {
    Set<LineageNode> seen = new LinkedHashSet<>(from);
    Deque<LineageNode> next = new ArrayDeque<>(from);
    while (!next.isEmpty()) {
      for (LineageNode node : neighbours(arrows, next.remove())) {
        if (seen.add(node)) {
          next.add(node);
        }
      }
    }
    from.forEach(seen::remove);
    return Collections.unmodifiableSet(seen);
  }

  private static Set<LineageNode> neighbours(Map<LineageNode, Set<LineageNode>> arrows,
      LineageNode node) {
    Set<LineageNode> found = arrows.get(node);
    if (found == null) {
      throw new IllegalArgumentException("not in this graph: " + node);
    }
    return found;
  }

  @Override
  public String toString() {
    return "LineageGraph[" + children.size() + " nodes, " + unknown.size() + " unknown]";
  }

  private record Place(ModelVersionId version, EnvironmentName environment) {}

  /** Data sets first, so that a training finds them; then versions; then what is said of those. */
  private static final class Builder {
    private final Function<Digest, Optional<Statement>> lookup;
    private final Map<LineageNode, Set<LineageNode>> children = new LinkedHashMap<>();
    private final Map<LineageNode, Set<LineageNode>> parents = new LinkedHashMap<>();
    private final Map<Digest, Set<LineageNode>> byDigest = new HashMap<>();
    private final Map<ModelVersionId, LineageNode.Version> versions = new LinkedHashMap<>();
    private final Map<Digest, Statement> statements = new LinkedHashMap<>();
    private final Map<Digest, LineageNode> data = new HashMap<>();
    private final Map<Place, List<LineageNode>> approvals = new HashMap<>();
    private final SortedSet<Digest> unknown = new TreeSet<>();

    Builder(Function<Digest, Optional<Statement>> lookup) {
      this.lookup = Objects.requireNonNull(lookup, "lookup");
    }

    void dataset(Digest envelope) {
      if (statement(envelope).orElse(null) instanceof DatasetStatement dataset) {
        LineageNode node = node(new LineageNode.Dataset(envelope, dataset.name()), envelope);
        data.put(envelope, node);
        dataset.files().forEach(file -> arrow(data(file), node));
      }
    }

    void version(LedgerEvent event) {
      if (event instanceof LedgerEvent.ModelTrained trained) {
        LineageNode.Version version = new LineageNode.Version(trained.version(),
            trained.artifact(), trained.statement());
        versions.put(version.id(), version);
        arrow(node(version, version.statement()), artifact(version.artifact()));
        if (statement(version.statement()).orElse(null) instanceof LineageStatement training) {
          training.facts().data().forEach(source -> arrow(data(source), version));
          training.facts().parents().forEach(parent -> arrow(artifact(parent), version));
        } else {
          unknown.add(version.statement());
        }
      }
    }

    void verdict(Digest envelope) {
      switch (statement(envelope).orElse(null)) {
        case EvaluationStatement evaluation -> evaluation(envelope, evaluation);
        case ApprovalStatement approval -> approval(envelope, approval);
        case null, default -> {
          // a data set, or unknown
        }
      }
    }

    private void evaluation(Digest envelope, EvaluationStatement evaluation) {
      LineageNode node = node(
          new LineageNode.Evaluation(envelope, evaluation.version(), evaluation.result()),
          envelope);
      arrow(subject(evaluation.version(), evaluation.artifact()), node);
      evaluation.data().forEach(source -> arrow(data(source), node));
    }

    private void approval(Digest envelope, ApprovalStatement approval) {
      LineageNode node = node(new LineageNode.Approval(envelope, approval.version(),
          approval.environment(), approval.approver()), envelope);
      arrow(subject(approval.version(), approval.artifact()), node);
      approvals.computeIfAbsent(new Place(approval.version(), approval.environment()),
          place -> new ArrayList<>()).add(node);
    }

    /** The version, if the ledger has it with this artifact; otherwise the artifact alone. */
    private LineageNode subject(ModelVersionId id, Digest artifact) {
      LineageNode.Version version = versions.get(id);
      return version != null && version.artifact().equals(artifact)
          ? version
          : artifact(artifact);
    }

    void deployment(LedgerEvent event) {
      if (event instanceof LedgerEvent.ModelDeployed deployed) {
        LineageNode node = node(new LineageNode.Deployment(deployed.version(),
            deployed.environment(), deployed.header().position()));
        LineageNode.Version version = versions.get(deployed.version());
        if (version != null) {
          arrow(version, node);
        }
        approvals.getOrDefault(new Place(deployed.version(), deployed.environment()), List.of())
            .forEach(approval -> arrow(approval, node));
      }
    }

    private LineageNode data(DataSource source) {
      return data.computeIfAbsent(source.digest(), digest -> node(
          new LineageNode.Data(digest, source.name()), digest));
    }

    private LineageNode artifact(Digest digest) {
      return node(new LineageNode.Artifact(digest), digest);
    }

    private Optional<Statement> statement(Digest envelope) {
      Statement known = statements.get(envelope);
      if (known != null || unknown.contains(envelope)) {
        return Optional.ofNullable(known);
      }
      Optional<Statement> found = lookup.apply(envelope);
      found.ifPresentOrElse(it -> statements.put(envelope, it), () -> unknown.add(envelope));
      return found;
    }

    private LineageNode node(LineageNode node, Digest digest) {
      byDigest.computeIfAbsent(digest, key -> new LinkedHashSet<>()).add(node);
      return node(node);
    }

    private LineageNode node(LineageNode node) {
      children.computeIfAbsent(node, key -> new LinkedHashSet<>());
      parents.computeIfAbsent(node, key -> new LinkedHashSet<>());
      return node;
    }

    private void arrow(LineageNode from, LineageNode to) {
      Objects.requireNonNull(children.get(from)).add(to);
      Objects.requireNonNull(parents.get(to)).add(from);
    }
  }
}
