package org.modelledger.bench.suite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All that is known of a run: JMH's own results and what they were made with. The page is made of this
 * alone.
 *
 * @param format {@value #FORMAT}
 * @param version of the format, {@value #VERSION}
 * @param suite its name
 * @param started ISO 8601, UTC
 * @param ended ISO 8601, UTC
 * @param rounds how often each row was measured, each time by a JVM of its own
 * @param smoke whether it only showed that all works, so that the times mean nothing
 * @param commit of the sources; empty if it is not known
 * @param machine what it ran on
 * @param libraries the jars on the class path
 * @param gpus what {@code nvidia-smi} tells of each
 * @param peers what is compared with what, by the benchmark that is compared
 * @param sweeps the parameter that is the x-axis, by class
 * @param observations of each row in each round
 * @param failures what went wrong, a line each
 * @param results as JMH writes them; the forks of a result are the rounds
 */
record Report(String format, int version, String suite, String started, String ended, int rounds,
    boolean smoke, String commit, Machine machine, List<String> libraries, List<Gpu> gpus,
    Map<String, PeerName> peers, Map<String, String> sweeps, List<Observation> observations,
    List<String> failures, JsonNode results) {
  static final String FORMAT = "modelledger-bench-suite";
  static final int VERSION = 1;

  private static final ObjectMapper JSON = JsonMapper.builder()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
      .build();

  /**
   * What a benchmark is compared with.
   *
   * @param benchmark class and method
   * @param params the values of parameters that only this one has
   */
  record PeerName(String benchmark, Map<String, String> params) {}

  /**
   * A row while it ran.
   *
   * @param round from 1
   * @param benchmark class and method
   * @param mode JMH's short name
   * @param threads that called it; 0 if that was left to the benchmark
   * @param params of the benchmark
   * @param seconds how long it took with all that belongs to it
   * @param loadBefore the machine's load over the minute before; negative if it is not known
   * @param loadAfter the same at the end
   * @param gpus how busy each was
   */
  record Observation(int round, String benchmark, String mode, int threads,
      Map<String, String> params, double seconds, double loadBefore, double loadAfter,
      List<GpuUse> gpus) {}

  /**
   * Reads a report.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is not a report that this version knows; says what it is
   */
  static Report read(Path file) throws IOException {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!json.path("format").asText().equals(FORMAT)) {
      throw new IllegalArgumentException(
          file + " is not the report of a suite; expected the format '"
              + FORMAT + "', found '" + json.path("format").asText() + "'");
    }
    if (json.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException(file + " has version " + json.path("version").asText()
          + " of the format; known is " + VERSION);
    }
    try {
      return JSON.treeToValue(json, Report.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file + " is not the report of a suite: " + e.getOriginalMessage(), e);
    }
  }

  void write(Path file) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(this) + "\n");
  }

  /** Returns JMH's results as JSON. */
  static JsonNode parse(String text) throws IOException {
    return JSON.readTree(text);
  }

  /** Returns the results one by one. */
  List<Row> rows() {
    return Row.of(results);
  }
}
