package org.modelledger.chain.ethereum;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of a method of a node. Makes and reads JSON; knows nothing of where it is sent.
 *
 * @param params each a String, a Boolean, bytes that are written as 0x and digits, or a List or Map of such
 * @param isRepeatable whether calling it twice is as good as once
 * @param reader reads the result
 */
record RpcCall<T>(String method, List<? extends @Nullable Object> params, boolean isRepeatable,
    ResultReader<? extends T> reader) {
  /** Reads a result. The parser stands on its first token, and is to be left on its last. */
  @FunctionalInterface
  interface ResultReader<T> {
    T read(JsonParser json) throws IOException;
  }

  /** Returns about how many bytes it takes in a request. */
  int size() {
    return method.length() + size(params);
  }

  private static int size(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length() + 3;
      case byte[] bytes -> 2 * bytes.length + 5;
      case Collection<?> list -> list.stream().mapToInt(RpcCall::size).sum() + 2;
      case Map<?, ?> map -> size(map.keySet()) + size(map.values());
      case null, default -> 8;
    };
  }

  /** A call that changes nothing. */
  static <T> RpcCall<T> reading(String method, ResultReader<? extends T> reader,
      @Nullable Object... params) {
    return new RpcCall<>(method, Arrays.asList(params), true, reader);
  }

  /** A call that may change something and is made once only. */
  static <T> RpcCall<T> changing(String method, ResultReader<? extends T> reader,
      @Nullable Object... params) {
    return new RpcCall<>(method, Arrays.asList(params), false, reader);
  }
}
