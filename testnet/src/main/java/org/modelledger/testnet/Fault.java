package org.modelledger.testnet;

/** What a {@link FaultyProxy} can do to a request, or to a batch of them, on its way to a node and back. */
public enum Fault {
  /** Passes it on. */
  NONE,

  /** The node never sees it; the connection is closed without an answer. */
  DROP_REQUEST,

  /** The node carries it out; the connection is closed without an answer. */
  DROP_ANSWER,

  /** The node carries it out; half the answer comes, then the connection is closed. */
  CUT_ANSWER,

  /** The node carries it out; there is no answer, and the connection stays open until the client gives up. */
  SILENCE,

  /**
   * The node gets it twice, one after the other. Over HTTP the client gets the second answer, over WebSocket both.
   */
  DUPLICATE,

  /** It is passed on after the delay that the proxy is set to. */
  DELAY,

  /** The answers of a batch come in the opposite order. */
  REORDER,

  /** The node never sees it; the answer is HTTP 429, over WebSocket the error -32005: too many requests. */
  TOO_MANY_REQUESTS,

  /** The node never sees it; the answer is HTTP 500, over WebSocket the connection is closed. */
  SERVER_ERROR,

  /** The node carries it out; the answer is HTTP 504, over WebSocket the connection is closed. */
  GATEWAY_TIMEOUT,

  /** The node never sees it; each request is answered with the JSON-RPC error -32000. */
  RPC_ERROR
}
