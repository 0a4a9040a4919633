package org.modelledger.pack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;

/** Writes and reads pack.json. */
final class DescriptionJson {
  static final String FORMAT = "modelledger.org/evidence-pack";
  static final int VERSION = 1;

  private static final JsonMapper MAPPER = JsonMapper.builder()
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  private DescriptionJson() {}

  static byte[] write(PackDescription pack) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT);
    json.put("version", VERSION);
    json.put("ledger", pack.ledger());
    pack.account().ifPresent(account -> json.put("account", account.value()));
    json.put("created", pack.created().toString());
    json.put("origin", pack.origin());
    json.put("logSize", pack.logSize());
    ArrayNode receipts = json.putArray("receipts");
    for (IndexRange range : pack.receipts()) {
      receipts.addObject().put("from", range.from()).put("to", range.to());
    }
    json.put("form", pack.wholeLog() ? "log" : "proofs");
    json.put("registry", pack.embedded() ? "log" : "events");
    json.put("disclosure", pack.disclosure().word());
    ArrayNode versions = json.putArray("versions");
    for (PackedVersion version : pack.versions()) {
      versions.addObject()
          .put("version", version.id().toString())
          .put("artifact", version.artifact().hex())
          .put("statement", version.statement().hex())
          .put("files", version.hasFiles());
    }
    return text(json).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(ObjectNode json) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json).replace("\r\n", "\n")
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers can be written", e);
    }
  }

  /** @throws PackFormatException if it is something else, or of a version that is not known here */
  static PackDescription read(byte[] bytes) {
    JsonNode json;
    try {
      json = MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new PackFormatException("pack.json is not JSON: " + e.getMessage(), e);
    }
    if (!json.path("format").asText().equals(FORMAT)) {
      throw new PackFormatException("pack.json says the format '" + json.path("format").asText()
          + "'; expected '" + FORMAT + "'");
    }
    if (json.path("version").asInt() != VERSION) {
      throw new PackFormatException("the pack is of version " + json.path("version").asText()
          + "; this reader knows version " + VERSION);
    }
    try {
      return description(json);
    } catch (PackFormatException e) {
      throw e;
    } catch (ModelLedgerException | IllegalArgumentException
        | DateTimeException e) {
      throw new PackFormatException("pack.json: " + e.getMessage(), e);
    }
  }

  private static PackDescription description(JsonNode json) {
    List<IndexRange> receipts = new ArrayList<>();
    for (JsonNode range : array(json, "receipts")) {
      receipts.add(new IndexRange(number(range, "from"), number(range, "to")));
    }
    List<PackedVersion> versions = new ArrayList<>();
    for (JsonNode version : array(json, "versions")) {
      versions.add(new PackedVersion(ModelVersionId.parse(string(version, "version")),
          new Digest(string(version, "artifact")), new Digest(string(version, "statement")),
          version.path("files").asBoolean()));
    }
    return new PackDescription(string(json, "ledger"),
        json.has("account")
            ? Optional.of(AccountId.of(string(json, "account")))
            : Optional.empty(),
        Instant.parse(string(json, "created")), string(json, "origin"), number(json, "logSize"),
        receipts, isWord(json, "form", "log", "proofs"), isWord(json, "registry", "log", "events"),
        Disclosure.ofWord(string(json, "disclosure"))
            .orElseThrow(() -> wrong(json, "disclosure", "nothing, salts or all")),
        versions);
  }

  private static boolean isWord(JsonNode json, String name, String one, String other) {
    String word = string(json, name);
    if (!word.equals(one) && !word.equals(other)) {
      throw wrong(json, name, one + " or " + other);
    }
    return word.equals(one);
  }

  private static JsonNode array(JsonNode json, String name) {
    if (!json.path(name).isArray()) {
      throw wrong(json, name, "a list");
    }
    return json.path(name);
  }

  private static String string(JsonNode json, String name) {
    if (!json.path(name).isTextual()) {
      throw wrong(json, name, "a text");
    }
    return json.path(name).textValue();
  }

  private static long number(JsonNode json, String name) {
    if (!json.path(name).isIntegralNumber() || !json.path(name).canConvertToLong()) {
      throw wrong(json, name, "a whole number");
    }
    return json.path(name).longValue();
  }

  private static PackFormatException wrong(JsonNode json, String name, String expected) {
    return new PackFormatException("pack.json: '" + name + "' is " + json.path(name) + "; expected "
        + expected);
  }
}
