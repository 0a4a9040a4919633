package org.modelledger.pack;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.modelledger.evidence.Evidence;
import org.modelledger.evidence.EvidenceLookup;
import org.modelledger.model.ModelFormatException;

/**
 * Evidence in a pack: a file for each receipt where there are few, and many in a file where there are more.
 * Such a file is a CBOR sequence (RFC 8742) of pairs, the receipt's number in eight bytes and the evidence
 * as a byte string with its length in four: docs/formats/evidence-pack.md.
 */
final class EvidenceFiles {
  static final String SINGLE = ".cbor";
  static final String SEQUENCE = ".cborseq";
  private static final int MAX_BYTES = 32 << 20;
  private static final int HEAD = 15;
  private static final byte PAIR = (byte) 0x82; // RFC 8949 §3.1: an array of two
  private static final byte NUMBER = 0x1b; // an unsigned integer in the eight bytes that follow
  private static final byte BYTES = 0x5a; // a byte string, its length in the four bytes that follow

  private EvidenceFiles() {}

  /** Writes evidence in the order of receipts. */
  static final class Writer {
    private final PackFiles files;
    private final boolean together;
    private final ByteArrayOutputStream sequence = new ByteArrayOutputStream();
    private OptionalLong first = OptionalLong.empty();

    Writer(PackFiles files, boolean together) {
      this.files = files;
      this.together = together;
    }

    void add(long index, Evidence evidence) {
      byte[] bytes = evidence.encode();
      if (!together) {
        files.write(PackLayout.EVIDENCE + index + SINGLE, bytes);
        return;
      }
      if (first.isEmpty()) {
        first = OptionalLong.of(index);
      }
      sequence.writeBytes(ByteBuffer.allocate(HEAD)
          .put(PAIR)
          .put(NUMBER)
          .putLong(index)
          .put(BYTES)
          .putInt(bytes.length)
          .array());
      sequence.writeBytes(bytes);
      if (sequence.size() >= MAX_BYTES) {
        finish();
      }
    }

    void finish() {
      if (first.isPresent()) {
        files.write(PackLayout.EVIDENCE + first.getAsLong() + SEQUENCE, sequence.toByteArray());
        sequence.reset();
        first = OptionalLong.empty();
      }
    }
  }

  /** Looks evidence up; quick if asked in the order of receipts. Not for use by several threads. */
  static final class Reader {
    private final Function<String, byte[]> files;
    private final NavigableMap<Long, String> names = new TreeMap<>();
    private final Map<Long, byte[]> open = new HashMap<>();
    private String openName = "";

    /**
     * Finds the files.
     *
     * @param all the names of the pack's files
     * @param files reads one of them
     */
    Reader(Iterable<String> all, Function<String, byte[]> files) {
      this.files = files;
      for (String name : all) {
        if (name.startsWith(PackLayout.EVIDENCE)) {
          var unused = names.put(first(name), name);
        }
      }
    }

    private static long first(String name) {
      String rest = name.substring(PackLayout.EVIDENCE.length());
      int dot = rest.indexOf('.');
      try {
        if (dot > 0 && (rest.endsWith(SINGLE) || rest.endsWith(SEQUENCE))) {
          return Long.parseLong(rest.substring(0, dot));
        }
      } catch (NumberFormatException e) {
        throw new PackFormatException(name + " is not named after a receipt's number", e);
      }
      throw new PackFormatException(
          name + " is no file of evidence; expected N" + SINGLE + " or N" + SEQUENCE);
    }

    /** @throws ModelFormatException if the file is damaged; names it */
    EvidenceLookup find(long index) {
      Map.Entry<Long, String> file = names.floorEntry(index);
      if (file == null) {
        return new EvidenceLookup.Absent();
      }
      String name = file.getValue();
      if (name.endsWith(SINGLE)) {
        return file.getKey() == index
            ? new EvidenceLookup.Kept(decode(name, files.apply(name)))
            : new EvidenceLookup.Absent();
      }
      if (!openName.equals(name)) {
        read(name);
      }
      byte[] bytes = open.get(index);
      return bytes == null
          ? new EvidenceLookup.Absent()
          : new EvidenceLookup.Kept(decode(name, bytes));
    }

    private void read(String name) {
      open.clear();
      openName = "";
      ByteBuffer in = ByteBuffer.wrap(files.apply(name));
      while (in.hasRemaining()) {
        int at = in.position();
        if (in.remaining() < HEAD || in.get() != PAIR || in.get() != NUMBER) {
          throw new PackFormatException(name + " has no evidence at byte " + at);
        }
        long index = in.getLong();
        if (in.get() != BYTES || in.getInt(in.position()) < 0
            || in.getInt(in.position()) > in.remaining() - Integer.BYTES) {
          throw new PackFormatException(name + " has no evidence at byte " + at);
        }
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        if (open.put(index, bytes) != null) {
          throw new PackFormatException(name + " has evidence to receipt " + index + " twice");
        }
      }
      openName = name;
    }

    private static Evidence decode(String name, byte[] bytes) {
      try {
        return Evidence.decode(bytes);
      } catch (ModelFormatException e) {
        throw new PackFormatException(name + ": " + e.getMessage(), e);
      }
    }
  }
}
