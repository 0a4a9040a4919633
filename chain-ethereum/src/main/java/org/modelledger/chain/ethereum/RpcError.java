package org.modelledger.chain.ethereum;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An error that a node answered. Codes say little – most are -32000 –, so the message is read, in the
 * spellings of geth, anvil, Erigon, Nethermind, Besu, and providers.
 *
 * @param code of JSON-RPC, or the HTTP status where there was no JSON
 * @param data what the node added: of a call that reverted, 0x and its return data in hexadecimal
 */
record RpcError(int code, String message, Optional<String> data) {
  private static final int METHOD_NOT_FOUND = -32601;
  private static final int LIMIT_EXCEEDED = -32005;
  private static final int TOO_LARGE = -32003;
  private static final int REVERTED = 3;
  private static final int MAX_SHOWN = 300;

  /** What to do about it. */
  enum Kind {
    /** The account cannot pay for the transaction. */
    INSUFFICIENT_FUNDS,
    /** The nonce is used up. */
    NONCE_TOO_LOW,
    /** Transactions are missing before this one, more than the node waits for. */
    NONCE_TOO_HIGH,
    /** The node has this very transaction. */
    ALREADY_KNOWN,
    /** Another transaction is under the nonce, and this one does not offer enough more. */
    REPLACEMENT_UNDERPRICED,
    /** It offers less than the node takes. */
    UNDERPRICED,
    /** The node's pool has no room. */
    POOL_FULL,
    /** The call was carried out and reverted. */
    REVERTED,
    /** More gas than a block, a transaction or a call may have, or less than it needs. */
    GAS_LIMIT,
    /** Too many calls lately. */
    RATE_LIMITED,
    /** Not ready, as geth is for receipts while it indexes transactions after a start. */
    BUSY,
    /** Too many blocks, or too many results, for one eth_getLogs. */
    RANGE_TOO_LARGE,
    /** Too many calls, or too large an answer, for one request. */
    BATCH_TOO_LARGE,
    /** The node has no such method. */
    METHOD_NOT_FOUND,
    /** The node does not have that block or its state: not yet, or no more. */
    UNKNOWN_BLOCK,
    /** Anything else. */
    OTHER
  }

  /** What a message contains, in lower case, and what that means; the first that fits. */
  private record Phrase(Kind kind, List<String> words) {
    Phrase(Kind kind, String... words) {
      this(kind, List.of(words));
    }
  }

  private static final List<Phrase> PHRASES = List.of(
      new Phrase(Kind.REPLACEMENT_UNDERPRICED, "replacement transaction underpriced",
          "replacement not allowed", "could not replace existing", "gas price too low to replace",
          "replacement fee too low", "underpriced: new tx gas price", "replacing transaction"),
      new Phrase(Kind.INSUFFICIENT_FUNDS, "insufficient funds", "insufficient balance",
          "upfront cost exceeds", "insufficientfunds", "gas required exceeds allowance",
          "not enough balance"),
      new Phrase(Kind.ALREADY_KNOWN, "already known", "already imported", "known transaction",
          "alreadyknown", "transaction already exists", "tx already in mempool"),
      new Phrase(Kind.NONCE_TOO_LOW, "nonce too low", "oldnonce", "nonce is too low",
          "invalid nonce; got"),
      new Phrase(Kind.NONCE_TOO_HIGH, "nonce too high", "nonce too far", "nonce gap",
          "noncetoofarinfuture", "gapped-nonce", "exceeds next nonce"),
      new Phrase(Kind.POOL_FULL, "txpool is full", "pool is full", "mempool is full",
          "too many transactions", "account limit exceeded", "queue limit", "in-flight transaction",
          "transaction pool"),
      new Phrase(Kind.UNDERPRICED, "underpriced", "less than block base fee", "feetoolow",
          "fee too low", "gas price too low", "gas price below", "less than the minimum",
          "tip too low", "tipbelowminimum", "max fee per gas less", "maxfeepergas"),
      new Phrase(Kind.GAS_LIMIT, "exceeds block gas limit", "exceeds gas limit",
          "gas limit too high",
          "intrinsic gas too low", "intrinsic gas too high", "exceeds transaction gas limit",
          "gas limit exceeded",
          "out of gas", "exceeds max transaction gas", "gas cap", "gaslimitexceeded",
          "gas limit is too high", "transaction gas limit too high",
          "exceeds the limit allowed for the block"),
      new Phrase(Kind.BATCH_TOO_LARGE, "batch too large", "batch size",
          "too many requests in batch",
          "batch limit", "requests in a batch", "response too large", "response size",
          "response is too big", "request entity too large", "body too large",
          "request too large", "batch of more than"),
      new Phrase(Kind.RANGE_TOO_LARGE, "block range", "range is too", "range too",
          "query returned more than", "more than 10000 results", "too many results",
          "too many logs", "log response size", "logs matched", "results exceed", "max results",
          "exceed maximum block", "exceeds the range", "limit the query", "ranges over",
          "query timeout exceeded", "query exceeds"),
      new Phrase(Kind.RATE_LIMITED, "rate limit", "too many requests", "request limit",
          "requests per second", "compute units", "capacity exceeded", "throttl", "quota",
          "daily request count"),
      new Phrase(Kind.BUSY, "indexing is in progress", "request timed out", "try again",
          "temporarily unavailable", "service unavailable", "server is busy"),
      new Phrase(Kind.REVERTED, "execution reverted", "revert"),
      new Phrase(Kind.UNKNOWN_BLOCK, "header not found", "unknown block", "block not found",
          "missing trie node", "state is not available", "state not available", "pruned",
          "historical state", "blockoutofrange", "block out of range", "no state found",
          "finalized block not found", "safe block not found"),
      new Phrase(Kind.METHOD_NOT_FOUND, "method not found", "method not supported",
          "does not exist/is not available", "unsupported method", "method is not whitelisted"));

  Kind kind() {
    if (code == METHOD_NOT_FOUND) {
      return Kind.METHOD_NOT_FOUND;
    }
    if (code == REVERTED) {
      return Kind.REVERTED;
    }
    String text = message.toLowerCase(Locale.ROOT);
    for (Phrase phrase : PHRASES) {
      for (String words : phrase.words()) {
        if (text.contains(words)) {
          return phrase.kind();
        }
      }
    }
    return switch (code) {
      case LIMIT_EXCEEDED, 429 -> Kind.RATE_LIMITED;
      case TOO_LARGE, 413 -> Kind.BATCH_TOO_LARGE;
      default -> Kind.OTHER;
    };
  }

  /** Shows code and message on one line, and not more of them than helps. */
  @Override
  public String toString() {
    String line = message.replaceAll("\\s+", " ").strip();
    return code + " "
        + (line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line);
  }
}
