package org.modelledger.pack;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.lineage.EvaluationStatement;
import org.modelledger.lineage.LineageNode;
import org.modelledger.lineage.LineageStatement;
import org.modelledger.receipt.Gap;
import org.modelledger.receipt.Receipt;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.training.DataSource;
import org.modelledger.training.LineageFacts;
import org.modelledger.verification.Outcome;

/**
 * The page of a pack for people, first of all for those who know law and not signatures. One file without
 * scripts and without anything from elsewhere; the same facts give the same bytes.
 */
final class ReportPage {
  private static final int MAX_EVENTS = 200;
  private static final int MAX_VALUES = 4;
  private static final MathContext DIGITS = new MathContext(4);
  private static final DateTimeFormatter TIME = DateTimeFormatter
      .ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
      .withZone(ZoneOffset.UTC);

  private final ReportFacts facts;
  private final PackDescription pack;
  private final Html html = new Html();

  ReportPage(ReportFacts facts) {
    this.facts = facts;
    this.pack = facts.description();
  }

  String html() {
    var unused = html.open("html", "lang", "en")
        .open("head")
        .leaf("meta", "charset", "utf-8")
        .leaf("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        // nothing is fetched and nothing runs, whatever stands in the texts below
        .leaf("meta", "http-equiv", "Content-Security-Policy", "content",
            "default-src 'none'; style-src 'unsafe-inline'")
        .element("title", title())
        .style(css())
        .close()
        .open("body")
        .open("main");
    head();
    verdict();
    about();
    checks();
    events();
    lineage();
    trainings();
    evaluations();
    receipts();
    yourself();
    unused = html.close().close().close();
    return html.toString();
  }

  private static String css() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is not beside this class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("a file of this library cannot be read", e);
    }
  }

  // --- what is said first

  private String title() {
    String models = pack.versions()
        .stream()
        .map(version -> version.id().toString())
        .distinct()
        .limit(3)
        .collect(Collectors.joining(", "));
    return "Evidence of " + count(pack.count(), "decision")
        + (models.isEmpty() ? "" : " by " + models)
        + (pack.versions().size() > 3 ? " and others" : "");
  }

  private void head() {
    var unused = html.open("header")
        .element("h1", title())
        .element("p", "Made on " + time(pack.created()) + " · ledger " + pack.ledger()
            + " · receipts " + pack.origin())
        .close();
  }

  private void verdict() {
    boolean sound = facts.report().isSound();
    long skipped = facts.report()
        .checks()
        .stream()
        .filter(check -> check.outcome() instanceof Outcome.Skipped)
        .count();
    var unused = html
        .open("section", "class", "verdict " + (sound ? "good" : "bad"))
        .element("div", sound ? "✓" : "✗", "class", "mark", "aria-hidden", "true")
        .open("div")
        .element("h2", sound
            ? "Everything that could be checked holds"
            : "Not everything holds")
        .element("p", "Of " + facts.report().checks().size() + " checks, "
            + failed() + " failed and " + skipped + " could not be made from this pack alone. The"
            + " list below says which, and why.")
        .element("p", withdrawn())
        .element("p", "This is what the maker of the pack found when it was made. You need not"
            + " believe it: the last section says how to find out yourself, in a minute, with"
            + " tools of others. A change of a single byte in this pack, this page included, is"
            + " found then.", "class", "note")
        .close()
        .close();
  }

  /** A decision by a model that was withdrawn is evidence as good as any other, and has to be seen. */
  private String withdrawn() {
    List<String> withdrawn = new ArrayList<>();
    for (LedgerEvent event : facts.events()) {
      if (event instanceof LedgerEvent.VersionRevoked revoked
          && pack.versions().stream().anyMatch(it -> it.id().equals(revoked.version()))) {
        withdrawn.add("Mind that " + revoked.version() + " was withdrawn on "
            + time(revoked.header().time()) + reason(revoked) + ".");
      }
    }
    return withdrawn.isEmpty()
        ? "No model that decided here has been withdrawn, as far as the registry says."
        : String.join(" ", withdrawn);
  }

  private String reason(LedgerEvent.VersionRevoked revoked) {
    return Optional.ofNullable(facts.reasons().get(revoked.reason()))
        .map(reason -> ", because: “" + reason + "”")
        .orElse("");
  }

  private long failed() {
    return facts.report().checks().stream().filter(PackCheck::isFailed).count();
  }

  private void about() {
    section("What this is");
    paragraph("Each time the model decided, a receipt was written: when, by which version, on which"
        + " machine, and a seal over what went in and what came out. Receipts stand in a log to which"
        + " one can only add; its state is signed, and recorded in a registry in the order of events,"
        + " together with who registered, approved, deployed and withdrew models. Whoever has the"
        + " public keys can check all of it without asking anybody.");
    paragraph(switch (pack.disclosure()) {
      case NOTHING ->
        "This pack shows the receipts and their seals. What went in and came out is not"
            + " disclosed.";
      case SALTS ->
        "This pack shows the receipts and what opens their seals. Who has an input or an"
            + " output can prove that it was this one; the pack itself does not contain them.";
      case ALL -> "This pack discloses what was kept of inputs and outputs. Treat it as you would"
          + " treat those.";
    });
    end();
  }

  private void checks() {
    section("Each check and its result");
    var unused = html.open("div", "class", "wide").open("table").open("tbody");
    for (PackCheck check : facts.report().checks()) {
      unused = html.open("tr")
          .open("td")
          .element("span", CheckWords.result(check), "class",
              "tag " + check.outcome().word())
          .close()
          .open("td")
          .text(CheckWords.of(check))
          .element("span", check.name() + ": " + check.outcome().explanation(), "class", "found")
          .close()
          .close();
    }
    unused = html.close().close().close();
    note("The signature over the pack itself is not in this list: it was made after this page.");
    end();
  }

  // --- the registry

  private void events() {
    section("Who did what, when");
    if (facts.events().isEmpty()) {
      paragraph("The registry has no event about these models.");
    } else {
      table("Time", "What", "By", "Position");
      facts.events().stream().limit(MAX_EVENTS).forEach(this::event);
      endTable();
    }
    if (facts.events().size() > MAX_EVENTS) {
      note("And " + (facts.events().size() - MAX_EVENTS) + " more events, which are in the pack.");
    }
    note("Of what the registry has about the logs, the newest of each is listed.");
    if (!pack.embedded()) {
      note("This list was copied from the registry " + pack.ledger()
          + " and proves nothing by itself;"
          + " the transactions in registry/events.jsonl can be looked up there.");
    }
    end();
  }

  private void event(LedgerEvent event) {
    String sentence = EventLine.sentence(event);
    if (event instanceof LedgerEvent.VersionRevoked revoked) {
      sentence += reason(revoked);
    }
    var unused = html.open("tr")
        .element("td", time(event.header().time()), "class", "t")
        .element("td", sentence)
        .element("td", shortened(event.header().author().value()), "class", "id", "title",
            event.header().author().value())
        .element("td", event.header().position().toString(), "class", "n", "title",
            event.header().transactionId())
        .close();
  }

  private void lineage() {
    section("What came from what");
    if (facts.nodes().isEmpty()) {
      paragraph("Nothing is known of how these models came about.");
    } else {
      LineageDrawing drawing = new LineageDrawing(facts.graph(), facts.nodes());
      drawing.draw(html);
      if (drawing.leftOut() > 0) {
        note("And " + drawing.leftOut() + " more, which are in the pack.");
      }
      note("Read from left to right. Point at a box for its digest.");
    }
    end();
  }

  // --- training and evaluation

  private void trainings() {
    for (PackedVersion version : pack.versions()) {
      section("How " + version.id() + " came about");
      Optional<LineageStatement> statement = facts.graph()
          .statement(version.statement())
          .filter(LineageStatement.class::isInstance)
          .map(LineageStatement.class::cast);
      if (statement.isPresent()) {
        training(statement.get());
      } else {
        paragraph("The statement of how it came about is not here.");
      }
      end();
    }
  }

  private void training(LineageStatement statement) {
    LineageFacts how = statement.facts();
    var unused = html.open("div", "class", "wide")
        .open("table", "class", "facts")
        .open("tbody");
    fact("Trained with", how.trainer().name() + " " + how.trainer().version());
    fact("From, to", time(how.started()) + " – " + time(how.finished()));
    how.spec().ifPresent(spec -> {
      fact("Algorithm", spec.algorithm() + ", seed " + spec.seed());
      if (!spec.parameters().isEmpty()) {
        fact("Parameters", spec.parameters()
            .entrySet()
            .stream()
            .map(Map.Entry::toString)
            .collect(Collectors.joining(", ")));
      }
    });
    for (DataSource data : how.data()) {
      fact("Data", data.name() + ", " + data.digest());
    }
    how.sourceRevision().ifPresent(revision -> fact("Source", revision));
    fact("Files", statement.manifest().files().size() + ", together " + statement.artifact());
    unused = html.close().close().close();
    Metrics metrics = Metrics.of(statement.metrics());
    measured(metrics);
    if (metrics.curves().isEmpty() && !metrics.numbers().isEmpty()) {
      note(
          "The statement has the values at the end and none for each epoch, so there is no curve to"
              + " draw.");
    }
  }

  private void fact(String name, String value) {
    var unused = html.open("tr")
        .element("th", name, "scope", "row")
        .element("td", value)
        .close();
  }

  private void evaluations() {
    List<EvaluationStatement> evaluations = new ArrayList<>();
    for (LineageNode node : facts.nodes()) {
      if (node instanceof LineageNode.Evaluation evaluation && facts.graph()
          .statement(evaluation.statement())
          .orElse(null) instanceof EvaluationStatement statement) {
        evaluations.add(statement);
      }
    }
    if (evaluations.isEmpty()) {
      return;
    }
    section("What was found of them");
    evaluations.forEach(this::evaluation);
    end();
  }

  private void evaluation(EvaluationStatement evaluation) {
    var unused = html.element("h3", evaluation.version() + ", evaluated by "
        + evaluation.evaluator() + " on " + time(evaluation.time()));
    for (DataSource data : evaluation.data()) {
      note("On " + data.name() + ", " + data.digest());
    }
    tests(evaluation);
    Metrics metrics = Metrics.of(evaluation.metrics());
    measured(metrics);
    if (metrics.confusion().isEmpty()) {
      note("The evaluation says nothing of which class was taken for which.");
    }
  }

  private void tests(EvaluationStatement evaluation) {
    if (evaluation.passed().isEmpty() && evaluation.warned().isEmpty()
        && evaluation.failed().isEmpty()) {
      return;
    }
    var unused = html.open("div", "class", "wide")
        .open("table", "class", "tests")
        .open("tbody");
    evaluation.failed().forEach(test -> test("failed", "failed", test));
    evaluation.warned().forEach(test -> test("skipped", "with a warning", test));
    evaluation.passed().forEach(test -> test("passed", "passed", test));
    unused = html.close().close().close();
  }

  private void test(String style, String result, String test) {
    var unused = html.open("tr")
        .open("td")
        .element("span", result, "class", "tag " + style)
        .close()
        .element("td", test)
        .close();
  }

  private void measured(Metrics metrics) {
    if (!metrics.curves().isEmpty()) {
      var unused = html.element("h3", "Training curve");
      new CurveDrawing(metrics.curves()).draw(html);
    }
    if (!metrics.numbers().isEmpty()) {
      var unused = html.element("h3", "Measured").open("div", "class", "pair");
      for (Map.Entry<String, Double> metric : metrics.numbers().entrySet()) {
        unused = html.open("table")
            .open("tbody")
            .open("tr")
            .element("td", metric.getKey())
            .element("td", number(metric.getValue()), "class", "n", "title",
                metric.getValue().toString())
            .close()
            .close()
            .close();
      }
      unused = html.close();
    }
    if (!metrics.confusion().isEmpty()) {
      confusion(metrics);
    }
  }

  private void confusion(Metrics metrics) {
    var unused = html.element("h3", "Which class was taken for which")
        .open("div", "class", "wide")
        .open("table", "class", "confusion")
        .open("tbody")
        .open("tr")
        .element("th", "was ↓  taken for →", "scope", "col");
    metrics.classes().forEach(name -> html.element("th", name, "class", "n", "scope", "col"));
    unused = html.close();
    for (String was : metrics.classes()) {
      unused = html.open("tr").element("th", was, "scope", "row");
      for (String taken : metrics.classes()) {
        Optional<String> times = metrics.times(was, taken).map(ReportPage::number);
        unused = html.element("td", times.orElse("–"), "class",
            was.equals(taken) ? "n right" : "n");
      }
      unused = html.close();
    }
    unused = html.close().close().close();
  }

  // --- receipts

  private void receipts() {
    section("The receipts");
    boolean told = facts.rows()
        .stream()
        .anyMatch(row -> row.evidence() instanceof EvidenceLookup.Kept);
    if (told) {
      table("Number", "Time", "Version", "Ran on", "What went in and came out");
    } else {
      table("Number", "Time", "Version", "Ran on");
    }
    facts.rows().forEach(row -> row(row, told));
    endTable();
    if (pack.count() > facts.rows().size()) {
      note("And " + (pack.count() - facts.rows().size()) + " more, which are in the pack.");
    }
    end();
  }

  private void row(ReportFacts.Row row, boolean told) {
    var unused = html.open("tr").element("td", Long.toString(row.index()), "class", "n");
    switch (row.entry()) {
      case Receipt receipt -> {
        unused = html.element("td", time(receipt.time()), "class", "t")
            .element("td", receipt.version().toString(), "class", "v")
            .element("td", receipt.engine().name() + " " + receipt.engine().version() + ", "
                + receipt.engine().device());
        if (told) {
          unused = html.element("td", told(row.evidence()));
        }
      }
      case Gap gap -> {
        unused = html.element("td", time(gap.time()), "class", "t")
            .element("td", gap.version().toString(), "class", "v")
            .element("td", count(gap.count(), "inference") + " without a receipt, "
                + gap.reason().word());
        if (told) {
          unused = html.element("td", "–");
        }
      }
    }
    unused = html.close();
  }

  private static String told(EvidenceLookup lookup) {
    return switch (lookup) {
      case EvidenceLookup.Kept(Evidence evidence) -> {
        List<String> said = new ArrayList<>();
        evidence.attributes().forEach((name, value) -> said.add(name + " " + value));
        evidence.inputs().ifPresent(inputs -> said.add("in: " + values(inputs)));
        evidence.outputs().ifPresent(outputs -> said.add("out: " + values(outputs)));
        yield said.isEmpty() ? "not kept" : String.join("; ", said);
      }
      case EvidenceLookup.Erased() -> "erased";
      case EvidenceLookup.Absent() -> "not kept";
    };
  }

  private static String values(Tensors tensors) {
    return tensors.asMap()
        .entrySet()
        .stream()
        .map(one -> one.getKey() + " = " + values(one.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String values(Tensor tensor) {
    List<String> values = new ArrayList<>();
    switch (tensor.dataType()) {
      case BYTES -> values.addAll(tensor.toStrings());
      case FP32 -> {
        for (float value : tensor.toFloats()) {
          values.add(Float.toString(value));
        }
      }
      case FP64 -> DoubleStream.of(tensor.toDoubles()).forEach(it -> values.add("" + it));
      case INT64 -> LongStream.of(tensor.toLongs()).forEach(it -> values.add("" + it));
      case INT32 -> IntStream.of(tensor.toInts()).forEach(it -> values.add("" + it));
      default -> {
        // shown by its type and shape alone
      }
    }
    return values.isEmpty() || values.size() > MAX_VALUES
        ? tensor.dataType().name().toLowerCase(Locale.ROOT) + tensor.shape()
        : String.join(" ", values);
  }

  // --- for those who do not believe

  private void yourself() {
    section("How to check it yourself");
    paragraph("You need the public key of the maker, model.pub, from a place that you trust: a"
        + " contract, a court file, their web site. The one in this pack shows that the pack is"
        + " consistent, not whose it is.");
    paragraph("Every byte, with the tool of the OpenSSF (not ours):");
    var unused = html.element("pre", "pip install model-signing pyOpenSSL\n"
        + "model_signing verify key . --signature pack.sig --public_key model.pub");
    paragraph("Everything that is on this page, with ModelLedger:");
    unused = html.element("pre", "modelledger verify --pack . --model-key model.pub");
    paragraph(
        "README.md beside this page has more, for the logs, the statements and the receipts, each"
            + " with a tool of somebody else.");
    end();
  }

  // --- the parts of a page

  private void section(String title) {
    var unused = html.open("section").element("h2", title);
  }

  private void end() {
    var unused = html.close();
  }

  private void paragraph(String text) {
    var unused = html.element("p", text);
  }

  private void note(String text) {
    var unused = html.element("p", text, "class", "note");
  }

  private void table(String... columns) {
    var unused = html.open("div", "class", "wide").open("table").open("thead").open("tr");
    for (String column : columns) {
      boolean isNumber = column.equals("Number") || column.equals("Position");
      unused = html.element("th", column, "scope", "col", "class", isNumber ? "n" : "");
    }
    unused = html.close().close().open("tbody");
  }

  private void endTable() {
    var unused = html.close().close().close();
  }

  private static String count(long number, String what) {
    return String.format(Locale.ENGLISH, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }

  private static String time(Instant time) {
    return TIME.format(time.truncatedTo(ChronoUnit.SECONDS));
  }

  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ENGLISH, "%,d", (long) value);
    }
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toString();
  }

  private static String shortened(String text) {
    return text.length() <= 22 ? text : text.substring(0, 21) + "…";
  }
}
