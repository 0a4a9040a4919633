package org.modelledger.testnet;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A frame of the WebSocket protocol (RFC 6455 §5.2), unmasked. */
final class WebSocketFrame {
  static final int TEXT = 1;
  private static final int FIRST_CONTROL = 8;
  private static final int LIMIT = 64 << 20;
  /** Masking protects caches between a browser and a server; here any key will do. */
  private static final byte[] MASK = {0x12, 0x34, 0x56, 0x78};

  private final boolean last;
  private final int opcode;
  private final byte[] payload;

  WebSocketFrame(boolean last, int opcode, byte[] payload) {
    this.last = last;
    this.opcode = opcode;
    this.payload = payload;
  }

  boolean isLast() {
    return last;
  }

  byte[] payload() {
    return payload;
  }

  boolean isControl() {
    return opcode >= FIRST_CONTROL;
  }

  /** Reads the next frame; an end of the stream before it is an {@link EOFException}. */
  static WebSocketFrame read(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    long length = second & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    if (length < 0 || length > LIMIT) {
      throw new IOException("a frame of " + length + " bytes; at most " + LIMIT + " pass");
    }
    byte[] mask = new byte[(second & 0x80) != 0 ? 4 : 0];
    in.readFully(mask);
    byte[] payload = new byte[(int) length];
    in.readFully(payload);
    apply(mask, payload);
    return new WebSocketFrame((first & 0x80) != 0, first & 0x0f, payload);
  }

  void write(OutputStream out, boolean masked) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
    frame.put((byte) ((last ? 0x80 : 0) | opcode));
    int flag = masked ? 0x80 : 0;
    if (payload.length < 126) {
      frame.put((byte) (flag | payload.length));
    } else if (payload.length < 1 << 16) {
      frame.put((byte) (flag | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (flag | 127)).putLong(payload.length);
    }
    byte[] bytes = payload.clone();
    if (masked) {
      frame.put(MASK);
      apply(MASK, bytes);
    }
    frame.put(bytes);
    out.write(frame.array(), 0, frame.position());
    out.flush();
  }

  private static void apply(byte[] mask, byte[] bytes) {
    if (mask.length > 0) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= mask[i % mask.length];
      }
    }
  }
}
