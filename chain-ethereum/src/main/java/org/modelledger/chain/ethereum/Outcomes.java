package org.modelledger.chain.ethereum;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.modelledger.chain.support.Recorded;

/** What an outbox keeps of a settled command: the chain's own log entry, with the block's time. */
final class Outcomes {
  private static final int LOG = 1;
  private static final byte[] LOST = {2};

  private Outcomes() {}

  static byte[] write(RawLog log, long seconds) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(LOG);
      out.writeByte(log.topics().size());
      for (String topic : log.topics()) {
        out.writeUTF(topic);
      }
      byte[] data = log.data().getBytes(StandardCharsets.US_ASCII);
      out.writeInt(data.length);
      out.write(data);
      out.writeLong(log.block());
      out.writeUTF(log.blockHash());
      out.writeInt(log.index());
      out.writeUTF(log.transaction());
      out.writeLong(seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The command did not happen and never will. */
  static byte[] lost() {
    return LOST.clone();
  }

  /** Returns the entry, or empty if the command was lost. */
  static Optional<Recorded> read(byte[] outcome) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(outcome))) {
      int kind = in.readByte();
      if (kind != LOG) {
        return Optional.empty();
      }
      List<String> topics = new ArrayList<>();
      for (int left = in.readByte(); left > 0; left--) {
        topics.add(in.readUTF());
      }
      byte[] data = new byte[in.readInt()];
      in.readFully(data);
      RawLog log = new RawLog(topics, new String(data, StandardCharsets.US_ASCII),
          in.readLong(), in.readUTF(), in.readInt(), in.readUTF(), OptionalLong.empty());
      return EventCodec.read(log, in.readLong());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
