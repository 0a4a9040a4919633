package org.modelledger.testnet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One connection of a client by WebSocket and the one to the node that belongs to it. */
final class FaultyWebSocket {
  private final FaultyProxy proxy;
  private final Socket client;
  private final InputStream fromClient;
  private final OutputStream toClient;
  private final Socket node;
  private final InputStream fromNode;
  private final OutputStream toNode;
  /** What to do to answers that have yet to come. */
  private final Map<String, Fault> awaited = new ConcurrentHashMap<>();
  private final ReentrantLock writingToClient = new ReentrantLock();

  FaultyWebSocket(FaultyProxy proxy, Socket client, InputStream fromClient, Socket node)
      throws IOException {
    this.proxy = proxy;
    this.client = client;
    this.fromClient = fromClient;
    this.toClient = client.getOutputStream();
    this.node = node;
    node.setTcpNoDelay(true);
    this.fromNode = new BufferedInputStream(node.getInputStream());
    this.toNode = node.getOutputStream();
  }

  /** Runs until one of the two connections ends; then both have. */
  void run(HttpHead request) throws IOException, InterruptedException {
    // without extensions a frame's payload is the text itself
    toNode.write(request.without("sec-websocket-extensions").bytes());
    toNode.flush();
    Optional<HttpHead> response = HttpHead.read(fromNode);
    if (response.isEmpty()) {
      return;
    }
    toClient.write(response.get().bytes());
    toClient.flush();
    Thread back = Thread.ofVirtual().name("faulty-proxy-answers").start(() -> {
      try (client; node) {
        pump(fromNode, this::answer, toClient, false);
      } catch (IOException e) {
        // one of the two ended the connection
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    try (client; node) {
      pump(fromClient, this::request, toNode, true);
    } finally {
      back.join();
    }
  }

  private interface Handler {
    /** Returns false to end the connection. */
    boolean handle(String message) throws IOException, InterruptedException;
  }

  private void pump(InputStream source, Handler handler, OutputStream controlOut, boolean masked)
      throws IOException, InterruptedException {
    DataInputStream in = new DataInputStream(source);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (true) {
      WebSocketFrame frame = WebSocketFrame.read(in);
      if (frame.isControl()) {
        write(frame, controlOut, masked);
        continue;
      }
      message.writeBytes(frame.payload());
      if (frame.isLast()) {
        if (!handler.handle(message.toString(UTF_8))) {
          return;
        }
        message.reset();
      }
    }
  }

  private boolean request(String text) throws IOException, InterruptedException {
    RpcMessage request = RpcMessage.of(text);
    Fault fault = proxy.decide(request.methods());
    switch (fault) {
      case NONE -> send(text);
      case DROP_REQUEST, SERVER_ERROR -> {
        return false;
      }
      case DROP_ANSWER, CUT_ANSWER, SILENCE, REORDER, GATEWAY_TIMEOUT -> {
        awaited.put(request.key(), fault);
        send(text);
      }
      case DUPLICATE -> {
        send(text);
        send(text);
      }
      case DELAY -> {
        proxy.pause();
        send(text);
      }
      case TOO_MANY_REQUESTS -> tell(request.refusal(-32_005, "too many requests"));
      case RPC_ERROR -> tell(request.refusal(-32_000, "refused by the plan"));
    }
    return true;
  }

  private boolean answer(String text) throws IOException, InterruptedException {
    RpcMessage answer = RpcMessage.of(text);
    if (answer.isNotification()) {
      return notification(text, proxy.decide(answer.methods()));
    }
    Fault fault = awaited.remove(answer.key());
    switch (fault == null ? Fault.NONE : fault) {
      case DROP_ANSWER, GATEWAY_TIMEOUT -> {
        return false;
      }
      case CUT_ANSWER -> {
        byte[] payload = text.getBytes(UTF_8);
        write(
            new WebSocketFrame(false, WebSocketFrame.TEXT,
                Arrays.copyOf(payload, payload.length / 2)),
            toClient,
            false);
        return false;
      }
      case SILENCE -> {
        return true;
      }
      case REORDER -> tell(answer.reversed());
      default -> tell(text);
    }
    return true;
  }

  private boolean notification(String text, Fault fault) throws IOException, InterruptedException {
    switch (fault) {
      case NONE, REORDER -> tell(text);
      case DUPLICATE -> {
        tell(text);
        tell(text);
      }
      case DELAY -> {
        proxy.pause();
        tell(text);
      }
      case SILENCE, TOO_MANY_REQUESTS, RPC_ERROR -> {
        return true; // lost
      }
      case DROP_REQUEST, DROP_ANSWER, CUT_ANSWER, SERVER_ERROR, GATEWAY_TIMEOUT -> {
        return false;
      }
    }
    return true;
  }

  private void send(String text) throws IOException {
    write(new WebSocketFrame(true, WebSocketFrame.TEXT, text.getBytes(UTF_8)), toNode, true);
  }

  private void tell(String text) throws IOException {
    write(new WebSocketFrame(true, WebSocketFrame.TEXT, text.getBytes(UTF_8)), toClient, false);
  }

  private void write(WebSocketFrame frame, OutputStream out, boolean masked) throws IOException {
    if (masked) {
      frame.write(out, true); // one thread alone writes to the node
      return;
    }
    writingToClient.lock();
    try {
      frame.write(out, false);
    } finally {
      writingToClient.unlock();
    }
  }
}
