package org.modelledger.pack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.modelledger.lineage.LineageGraph;
import org.modelledger.lineage.LineageNode;
import org.modelledger.model.Digest;

/**
 * Draws what came from what, from left to right: a box stands right of everything that it came from, in its
 * column near the middle of those.
 */
final class LineageDrawing {
  private static final int MAX_NODES = 60;
  private static final int WIDTH = 176;
  private static final int HEIGHT = 46;
  private static final int GAP_X = 58;
  private static final int GAP_Y = 16;
  private static final int MARGIN = 8;
  private static final int MAX_TEXT = 25;

  private final LineageGraph graph;
  private final Set<LineageNode> nodes;
  private final int leftOut;
  private final Map<LineageNode, Integer> columns = new HashMap<>();
  private final Map<LineageNode, Integer> rows = new LinkedHashMap<>();

  LineageDrawing(LineageGraph graph, Set<LineageNode> all) {
    this.graph = graph;
    this.nodes = new LinkedHashSet<>(all.stream().limit(MAX_NODES).toList());
    this.leftOut = all.size() - nodes.size();
    assignColumns();
    moveBeginnings();
    assignRows();
  }

  int leftOut() {
    return leftOut;
  }

  /** The longest way from a beginning. Statements may form circles, so no way is longer than all nodes. */
  private void assignColumns() {
    nodes.forEach(node -> columns.put(node, 0));
    boolean moved = true;
    for (int round = 0; moved && round < nodes.size(); round++) {
      moved = false;
      for (LineageNode node : nodes) {
        for (LineageNode child : children(node)) {
          int behind = column(node) + 1;
          if (column(child) < behind && behind < nodes.size()) {
            columns.put(child, behind);
            moved = true;
          }
        }
      }
    }
  }

  /** What came from nothing stands right before the first thing that came from it. */
  private void moveBeginnings() {
    for (LineageNode node : nodes) {
      if (column(node) == 0) {
        children(node).stream()
            .mapToInt(this::column)
            .min()
            .ifPresent(first -> columns.put(node, Math.max(0, first - 1)));
      }
    }
  }

  /** Says whether an arrow passes columns and what it says is said by the arrows through them as well. */
  private boolean isImplied(LineageNode from, LineageNode to) {
    return column(to) > column(from) + 1 && children(from).stream()
        .anyMatch(between -> !between.equals(to) && children(between).contains(to));
  }

  private void assignRows() {
    TreeMap<Integer, List<LineageNode>> byColumn = new TreeMap<>();
    nodes.forEach(
        node -> byColumn.computeIfAbsent(column(node), key -> new ArrayList<>()).add(node));
    Map<LineageNode, Double> middles = new HashMap<>();
    for (List<LineageNode> column : byColumn.values()) {
      column.forEach(node -> middles.put(node, middle(node)));
      column.sort(Comparator.comparingDouble(node -> middles.getOrDefault(node, 0.0)));
      for (int row = 0; row < column.size(); row++) {
        rows.put(column.get(row), row);
      }
    }
  }

  private double middle(LineageNode node) {
    return graph.parents(node)
        .stream()
        .filter(rows::containsKey)
        .mapToInt(parent -> rows.getOrDefault(parent, 0))
        .average()
        .orElse(rows.size());
  }

  private List<LineageNode> children(LineageNode node) {
    return graph.children(node).stream().filter(nodes::contains).toList();
  }

  private int column(LineageNode node) {
    return columns.getOrDefault(node, 0);
  }

  private int x(LineageNode node) {
    return MARGIN + column(node) * (WIDTH + GAP_X);
  }

  private int y(LineageNode node) {
    return MARGIN + rows.getOrDefault(node, 0) * (HEIGHT + GAP_Y);
  }

  void draw(Html html) {
    int width = nodes.stream().mapToInt(this::x).max().orElse(0) + WIDTH + MARGIN;
    int height = nodes.stream().mapToInt(this::y).max().orElse(0) + HEIGHT + MARGIN;
    var unused = html.open("div", "class", "wide")
        .open("svg", "viewBox", "0 0 " + width + " " + height, "width", "" + width, "height",
            "" + height, "role", "img", "aria-label", "What came from what");
    for (LineageNode from : nodes) {
      children(from).stream()
          .filter(to -> !isImplied(from, to))
          .forEach(to -> arrow(html, from, to));
    }
    nodes.forEach(node -> box(html, node));
    unused = html.close().close();
  }

  private void arrow(Html html, LineageNode from, LineageNode to) {
    int x1 = x(from) + WIDTH;
    int y1 = y(from) + HEIGHT / 2;
    int x2 = x(to);
    int y2 = y(to) + HEIGHT / 2;
    int bend = Math.max(24, (x2 - x1) / 2);
    var unused = html
        .leaf("path", "class", "arrow", "d", "M" + x1 + " " + y1 + " C" + (x1 + bend) + " " + y1
            + " " + (x2 - bend) + " " + y2 + " " + (x2 - 7) + " " + y2)
        .leaf("path", "class", "tip", "d",
            "M" + x2 + " " + y2 + " l-8 -4 l0 8 z");
  }

  private void box(Html html, LineageNode node) {
    var unused = html.open("g", "class", "node " + kind(node).replace(' ', '-'))
        .element("title", kind(node) + ": " + name(node) + detail(node))
        .leaf("rect", "x", "" + x(node), "y", "" + y(node), "width", "" + WIDTH, "height",
            "" + HEIGHT, "rx", "7")
        .element("text", kind(node), "class", "kind", "x", "" + (x(node) + 11), "y",
            "" + (y(node) + 18))
        .element("text", shortened(name(node)), "x", "" + (x(node) + 11), "y",
            "" + (y(node) + 35))
        .close();
  }

  private static String shortened(String text) {
    return text.codePointCount(0, text.length()) <= MAX_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_TEXT - 1)) + "…";
  }

  static String kind(LineageNode node) {
    return switch (node) {
      case LineageNode.Data unused -> "data";
      case LineageNode.Dataset unused -> "data set";
      case LineageNode.Artifact unused -> "files";
      case LineageNode.Version unused -> "version";
      case LineageNode.Evaluation unused -> "evaluation";
      case LineageNode.Approval unused -> "approval";
      case LineageNode.Deployment unused -> "deployment";
    };
  }

  static String name(LineageNode node) {
    return switch (node) {
      case LineageNode.Data it -> it.name();
      case LineageNode.Dataset it -> it.name();
      case LineageNode.Artifact it -> start(it.digest());
      case LineageNode.Version it -> it.id().toString();
      case LineageNode.Evaluation it -> it.result().name().toLowerCase(Locale.ROOT);
      case LineageNode.Approval it -> "for " + it.environment();
      case LineageNode.Deployment it -> "in " + it.environment();
    };
  }

  private static String detail(LineageNode node) {
    return switch (node) {
      case LineageNode.Data it -> ", " + it.digest();
      case LineageNode.Dataset it -> ", statement " + it.statement();
      case LineageNode.Artifact it -> ", " + it.digest();
      case LineageNode.Version it -> ", " + it.artifact();
      case LineageNode.Evaluation it -> ", of " + it.version() + ", statement " + it.statement();
      case LineageNode.Approval it -> ", of " + it.version() + " by " + it.approver();
      case LineageNode.Deployment it -> ", of " + it.version() + " at " + it.position();
    };
  }

  private static String start(Digest digest) {
    return digest.hex().substring(0, 16) + "…";
  }
}
