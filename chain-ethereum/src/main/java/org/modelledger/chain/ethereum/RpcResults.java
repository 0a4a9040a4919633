package org.modelledger.chain.ethereum;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Readers of the results that nodes give. What they leave out or add is no error unless we need it. */
final class RpcResults {
  private static final int HEX = 16;
  private static final int HEX_DIGITS_OF_A_LONG = 16;

  private RpcResults() {}

  static String text(JsonParser json) throws IOException {
    RpcJson.require(json, JsonToken.VALUE_STRING);
    return json.getText();
  }

  /** A quantity such as 0x1f; some nodes write small ones as JSON numbers. */
  static long quantity(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return json.getLongValue();
    }
    return quantity(text(json));
  }

  static long quantity(String text) throws IOException {
    BigInteger value = bigQuantity(text);
    if (value.bitLength() >= Long.SIZE) {
      throw new IOException("a quantity is too great: " + text);
    }
    return value.longValue();
  }

  static BigInteger bigQuantity(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return json.getBigIntegerValue();
    }
    return bigQuantity(text(json));
  }

  private static BigInteger bigQuantity(String text) throws IOException {
    if (!text.startsWith("0x") || text.length() < 3) {
      throw new IOException("a quantity is 0x and hexadecimal digits, not '" + text + "'");
    }
    try {
      return text.length() <= HEX_DIGITS_OF_A_LONG + 1
          ? BigInteger.valueOf(Long.parseLong(text, 2, text.length(), HEX))
          : new BigInteger(text.substring(2), HEX);
    } catch (NumberFormatException e) {
      throw new IOException("a quantity is 0x and hexadecimal digits, not '" + text + "'", e);
    }
  }

  /** A transaction hash or null; anything else is no error. */
  static String anything(JsonParser json) throws IOException {
    String text = json.currentToken().isScalarValue() ? json.getText() : "";
    json.skipChildren();
    return text;
  }

  static Optional<Block> block(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    RpcJson.require(json, JsonToken.START_OBJECT);
    long number = -1;
    String hash = null;
    String parent = "";
    long seconds = 0;
    long gasLimit = 0;
    BigInteger baseFee = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      boolean isNull = json.nextToken() == JsonToken.VALUE_NULL;
      switch (field) {
        case "number" -> number = isNull ? -1 : quantity(json);
        case "hash" -> hash = isNull ? null : text(json);
        case "parentHash" -> parent = text(json);
        case "timestamp" -> seconds = quantity(json);
        case "gasLimit" -> gasLimit = quantity(json);
        case "baseFeePerGas" -> baseFee = isNull ? null : bigQuantity(json);
        default -> json.skipChildren();
      }
    }
    if (number < 0 || hash == null) {
      throw new IOException("a block has no number or no hash");
    }
    return Optional.of(new Block(number, hash, parent, seconds, gasLimit,
        Optional.ofNullable(baseFee)));
  }

  /** Logs, without those that a reorganization took back. */
  static List<RawLog> logs(JsonParser json) throws IOException {
    List<RawLog> logs = new ArrayList<>();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return logs;
    }
    RpcJson.require(json, JsonToken.START_ARRAY);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      RawLog log = log(json);
      if (log != null) {
        logs.add(log);
      }
    }
    return logs;
  }

  private static @Nullable RawLog log(JsonParser json) throws IOException {
    RpcJson.require(json, JsonToken.START_OBJECT);
    List<String> topics = new ArrayList<>(4);
    String data = "0x";
    long block = -1;
    String blockHash = "";
    long index = -1;
    String transaction = "";
    OptionalLong seconds = OptionalLong.empty();
    boolean removed = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      if (json.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (field) {
        case "topics" -> {
          RpcJson.require(json, JsonToken.START_ARRAY);
          while (json.nextToken() != JsonToken.END_ARRAY) {
            topics.add(text(json));
          }
        }
        case "data" -> data = text(json);
        case "blockNumber" -> block = quantity(json);
        case "blockHash" -> blockHash = text(json);
        case "logIndex" -> index = quantity(json);
        case "transactionHash" -> transaction = text(json);
        case "blockTimestamp" -> seconds = OptionalLong.of(quantity(json));
        case "removed" -> removed = json.currentToken() == JsonToken.VALUE_TRUE;
        default -> json.skipChildren();
      }
    }
    if (removed) {
      return null;
    }
    if (block < 0 || index < 0 || index > Integer.MAX_VALUE) {
      throw new IOException("a log has no block or no index");
    }
    return new RawLog(topics, data, block, blockHash, (int) index, transaction, seconds);
  }

  static Optional<TransactionReceipt> receipt(JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    RpcJson.require(json, JsonToken.START_OBJECT);
    String transaction = "";
    long block = -1;
    String blockHash = "";
    boolean succeeded = true; // before Byzantium there was no status
    long gasUsed = 0;
    BigInteger price = null;
    String contract = null;
    List<RawLog> logs = List.of();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      if (json.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (field) {
        case "transactionHash" -> transaction = text(json);
        case "blockNumber" -> block = quantity(json);
        case "blockHash" -> blockHash = text(json);
        case "status" -> succeeded = quantity(json) == 1;
        case "gasUsed" -> gasUsed = quantity(json);
        case "effectiveGasPrice" -> price = bigQuantity(json);
        case "contractAddress" -> contract = text(json);
        case "logs" -> logs = logs(json);
        default -> json.skipChildren();
      }
    }
    if (block < 0) {
      return Optional.empty(); // some nodes give receipts of waiting transactions
    }
    return Optional.of(new TransactionReceipt(transaction, block, blockHash, succeeded, gasUsed,
        Optional.ofNullable(price), Optional.ofNullable(contract), logs));
  }

  /** The rewards of eth_feeHistory: one for each block and percentile. */
  static List<BigInteger> rewards(JsonParser json) throws IOException {
    RpcJson.require(json, JsonToken.START_OBJECT);
    List<BigInteger> rewards = new ArrayList<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (!"reward".equals(field) || json.currentToken() != JsonToken.START_ARRAY) {
        json.skipChildren();
        continue;
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        RpcJson.require(json, JsonToken.START_ARRAY);
        while (json.nextToken() != JsonToken.END_ARRAY) {
          rewards.add(bigQuantity(json));
        }
      }
    }
    return rewards;
  }
}
