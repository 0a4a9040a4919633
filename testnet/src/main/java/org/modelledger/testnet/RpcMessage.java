package org.modelledger.testnet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request or an answer as it passes the proxy, single or a batch; or what is no JSON-RPC at all. */
record RpcMessage(String text, List<Map<?, ?>> parts, boolean isBatch) {
  static RpcMessage of(String text) {
    @Nullable
    Object parsed;
    try {
      parsed = Json.parse(text);
    } catch (TestnetException e) {
      return new RpcMessage(text, List.of(), false); // the node shall say what it thinks of it
    }
    List<Map<?, ?>> parts = new ArrayList<>();
    for (@Nullable
    Object part : parsed instanceof List<?> list ? list : Collections.singletonList(parsed)) {
      if (part instanceof Map<?, ?> members) {
        parts.add(members);
      }
    }
    return new RpcMessage(text, parts, parsed instanceof List<?>);
  }

  List<String> methods() {
    List<String> methods = new ArrayList<>();
    for (Map<?, ?> part : parts) {
      if (part.get("method") instanceof String method) {
        methods.add(method);
      }
    }
    return List.copyOf(methods);
  }

  /** Says that the node tells something by itself. */
  boolean isNotification() {
    return !methods().isEmpty() && parts.stream().noneMatch(part -> part.containsKey("id"));
  }

  /** What a request and its answer have in common: the smallest of the ids, since a batch may come in any order. */
  String key() {
    return parts.stream().map(part -> Json.write(part.get("id"))).min(String::compareTo).orElse("");
  }

  /** The answer that refuses each of the requests. */
  String refusal(int code, String message) {
    List<Object> answers = new ArrayList<>();
    for (Map<?, ?> part : parts) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("jsonrpc", "2.0");
      answer.put("id", part.get("id"));
      answer.put("error", Map.of("code", code, "message", message));
      answers.add(answer);
    }
    return Json
        .write(isBatch || answers.isEmpty() ? answers : Objects.requireNonNull(answers.getFirst()));
  }

  /** The same answers in the opposite order. */
  String reversed() {
    return isBatch ? Json.write(parts.reversed()) : text;
  }
}
