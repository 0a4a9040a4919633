package org.modelledger.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelVersionId;
import org.modelledger.receipt.LoggedReceipt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a model and leaves receipts. */
@Command(name = "infer", description = {
    "Runs a model, on each row of a CSV file or on a request, and leaves a receipt for each inference.",
    "Prints what came of it, and the receipt's number in the log, once the receipt is on the disk."})
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class InferCommand implements Callable<Integer> {
  private static final int AT_ONCE = 256;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String STANDARD_INPUT = "-";

  /** What to run it on: one of the two. */
  static final class Given {
    @Option(names = "--rows", paramLabel = "FILE", description = "A CSV file with a column for each of the model's inputs, by name.")
    private @Nullable Path rows;

    @Option(names = "--request", paramLabel = "FILE|-", description = "A request of the Open Inference Protocol in JSON; - is the standard input.")
    private @Nullable String request;
  }

  @Parameters(paramLabel = "MODEL@ENVIRONMENT|MODEL:VERSION", description = "Such as acme/credit@production.")
  private String reference;

  @ArgGroup(multiplicity = "1")
  private Given given;

  @Option(names = "--attribute", paramLabel = "NAME=TEXT", description = "What receipts commit to besides, such as case=4711."
      + " As often as wanted.")
  private Map<String, String> attributes = Map.of();

  @Option(names = "--attribute-column", paramLabel = "COLUMN", description = "A column of the rows whose value receipts commit to.")
  private @Nullable String column;

  @Mixin
  private CsvFormat format;

  @Mixin
  private LedgerOptions options;

  @Mixin
  private ResultOutput output;

  @Override
  public Integer call() throws InterruptedException {
    try (ModelLedger ledger = options.open(); AttestedModel model = ledger.load(reference)) {
      if (given.rows != null) {
        inferRows(model, given.rows);
      } else {
        Tensors inputs = request(String.valueOf(given.request));
        print(model, List.of(fitting(model, inputs)));
      }
    }
    return ExitCode.OK;
  }

  private Inference fitting(AttestedModel model, Tensors inputs) throws InterruptedException {
    try {
      return model.infer(inputs.check(model.inputs()), attributes);
    } catch (IllegalArgumentException e) {
      throw new InputException("the request does not fit the model: " + e.getMessage(), e);
    }
  }

  private static Tensors request(String where) {
    return InferenceJson.inputs(where.equals(STANDARD_INPUT)
        ? InputFile.read(Path.of(where), input -> System.in.readAllBytes())
        : InputFile.bytes(Path.of(where)));
  }

  private void inferRows(AttestedModel model, Path file) throws InterruptedException {
    InputRows rows = new InputRows(file, format.options(), model.inputs(),
        Optional.ofNullable(column));
    for (int from = 0; from < rows.size(); from += AT_ONCE) {
      List<Tensors> inputs = new ArrayList<>();
      List<Map<String, String>> besides = new ArrayList<>();
      for (int row = from; row < Math.min(rows.size(), from + AT_ONCE); row++) {
        inputs.add(rows.inputs(row));
        Map<String, String> all = new LinkedHashMap<>(attributes);
        all.putAll(rows.attributes(row));
        besides.add(all);
      }
      print(model, model.inferAll(inputs, besides));
    }
  }

  private void print(AttestedModel model, List<Inference> inferences) throws InterruptedException {
    for (Inference inference : inferences) {
      LoggedReceipt receipt = inference.receipt().await(PATIENCE);
      output.print("receipt " + receipt.index() + "  " + describe(inference.outputs()),
          response(model.version().id(), inference.outputs(), receipt));
    }
  }

  private static String describe(Tensors outputs) {
    return outputs.asMap()
        .entrySet()
        .stream()
        .map(output -> output.getKey() + " " + plain(InferenceJson.elements(output.getValue())))
        .collect(Collectors.joining("  "));
  }

  private static Object plain(List<Object> elements) {
    return elements.size() == 1 ? elements.getFirst() : elements;
  }

  /** A response as the Open Inference Protocol has it; the receipt is one of its parameters. */
  private static Map<String, Object> response(ModelVersionId version, Tensors outputs,
      LoggedReceipt receipt) {
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("model_name", version.model().value());
    response.put("model_version", Long.toString(version.number()));
    response.put("parameters", Map.of("receipt", receipt.index()));
    response.put("outputs", InferenceJson.outputs(outputs));
    return response;
  }
}
