package org.modelledger.chain.local;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.modelledger.model.Digest;
import org.modelledger.tlog.Hash;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.NoteVerifier;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.SignedNote;

/**
 * The snapshots of a ledger: files from which its state is had in seconds. The log is the truth; a
 * snapshot that is damaged, foreign or ahead of the log is passed over, and costs time only.
 */
final class Snapshots {
  static final String DIRECTORY = ".snapshots";

  private static final System.Logger LOGGER = System.getLogger(Snapshots.class.getName());
  // No origin has a space in it, so that nobody takes the note for a checkpoint.
  private static final String MAGIC = "modelledger local snapshot 1";
  private static final byte[] MAGIC_LINE = (MAGIC + "\n").getBytes(StandardCharsets.US_ASCII);
  private static final Pattern NAME = Pattern.compile("([1-9][0-9]{0,9})\\.snapshot");
  private static final String TEMPORARY = "new.tmp";
  private static final int KEPT = 2;
  private static final int MAX_NOTE_BYTES = 1 << 14;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path directory;
  private final NoteVerifier log;

  Snapshots(Path ledger, NoteVerifier log) {
    this.directory = ledger.resolve(DIRECTORY);
    this.log = log;
  }

  /** Why a snapshot is not used. */
  private static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  /**
   * Returns the state of the newest usable snapshot.
   *
   * @param empty makes the state to fill
   * @param at the checkpoint that the snapshot has to fit
   */
  Optional<RegistryState> newest(Supplier<RegistryState> empty, LogReader reader,
      SignedCheckpoint at) {
    try {
      for (Path file : list()) {
        try {
          return Optional.of(load(file, empty.get(), reader, at));
        } catch (FileNotFoundException e) {
          // The writer has deleted it: there is a newer one, and the older ones do as well.
          LOGGER.log(System.Logger.Level.DEBUG, "the snapshot " + file + " is gone", e);
        } catch (UnusableException | IOException | ProofException | RuntimeException e) {
          LOGGER.log(System.Logger.Level.WARNING,
              "the snapshot " + file + " is not used, the log is read instead", e);
        }
      }
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.WARNING,
          "the snapshots in " + directory + " are not used, the log is read instead", e);
    }
    return Optional.empty();
  }

  /** Returns the snapshots, newest first. */
  private List<Path> list() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (size(entry) > 0) {
          files.add(entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    files.sort(Comparator.comparingLong(Snapshots::size).reversed());
    return files;
  }

  /** Returns the size in a snapshot's name, or 0. */
  private static long size(Path file) {
    Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  private RegistryState load(Path file, RegistryState state, LogReader reader, SignedCheckpoint at)
      throws IOException,
      ProofException,
      UnusableException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
      Head head = readHead(opened);
      if (head.size() > at.size()) {
        throw new UnusableException("it is of size " + head.size() + ", the log is of size "
            + at.size());
      }
      Hash root = reader.rootAt(head.size(), at);
      if (!root.equals(head.root())) {
        throw new UnusableException("it is for the root " + head.root() + ", the log has " + root
            + " at size " + head.size());
      }
      requireDigest(opened, head);
      try (DataInputStream in = body(opened, head)) {
        StateCopy.Source source = new StateCopy.Source(in);
        state.restore(source);
        if (source.size() != head.size() || state.size() != head.size() || in.read() >= 0) {
          throw new UnusableException("its content is not of size " + head.size());
        }
      }
    }
    return state;
  }

  /** What is signed: the state after {@code size} entries with this root has this digest. */
  private record Head(String origin, long size, Hash root, long bytes, Digest digest) {
    String text() {
      return MAGIC + "\n" + origin + "\n" + size + "\n" + root.base64() + "\n" + bytes + "\n"
          + Base64.getEncoder().encodeToString(digest.bytes()) + "\n";
    }
  }

  private Head readHead(RandomAccessFile file)
      throws IOException,
      ProofException,
      UnusableException {
    byte[] magic = new byte[MAGIC_LINE.length];
    file.readFully(magic);
    if (!Arrays.equals(magic, MAGIC_LINE)) {
      throw new UnusableException("it does not begin with the line '" + MAGIC + "'");
    }
    file.seek(Math.max(0, file.length() - Integer.BYTES));
    int noteBytes = file.readInt();
    long bodyBytes = file.length() - Integer.BYTES - noteBytes - MAGIC_LINE.length;
    if (noteBytes <= 0 || noteBytes > MAX_NOTE_BYTES || bodyBytes < 0) {
      throw new UnusableException("it does not end in a signed note and its length");
    }
    byte[] encoded = new byte[noteBytes];
    file.seek(MAGIC_LINE.length + bodyBytes);
    file.readFully(encoded);
    SignedNote note = SignedNote.parse(encoded);
    var unused = note.verify(List.of(log));
    String[] lines = note.text().split("\n", -1);
    if (lines.length != 7 || !lines[0].equals(MAGIC)) {
      throw new UnusableException("its note is about something else");
    }
    Head head = new Head(lines[1], Long.parseLong(lines[2]),
        Hash.of(Base64.getDecoder().decode(lines[3])), Long.parseLong(lines[4]),
        Digest.of(Base64.getDecoder().decode(lines[5])));
    if (!head.origin().equals(log.name()) || head.bytes() != bodyBytes) {
      throw new UnusableException("it is of " + head.origin() + " with " + head.bytes()
          + " bytes, wanted " + log.name() + " with " + bodyBytes);
    }
    return head;
  }

  private static DataInputStream body(RandomAccessFile file, Head head) throws IOException {
    file.seek(MAGIC_LINE.length);
    InputStream all = Channels.newInputStream(file.getChannel());
    return new DataInputStream(
        new BufferedInputStream(new Limited(all, head.bytes()), BUFFER_BYTES));
  }

  private static void requireDigest(RandomAccessFile file, Head head)
      throws IOException,
      UnusableException {
    try (DigestInputStream in = new DigestInputStream(body(file, head), Digest.sha256())) {
      var unused = in.transferTo(OutputStream.nullOutputStream());
      Digest found = Digest.of(in.getMessageDigest().digest());
      if (!found.equals(head.digest())) {
        throw new UnusableException("its content has the digest " + found + ", it was signed with "
            + head.digest());
      }
    }
  }

  /** The first bytes of a stream; does not close it. */
  private static final class Limited extends InputStream {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long bytes) {
      this.in = in;
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }
  }

  /**
   * Writes a snapshot, whole or not at all, and deletes old ones.
   *
   * @param root of the log at the copy's size
   */
  void write(StateCopy state, Hash root, NoteSigner signer) throws IOException {
    Files.createDirectories(directory);
    Path temporary = directory.resolve(TEMPORARY);
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel),
              BUFFER_BYTES)) {
        out.write(MAGIC_LINE);
        MessageDigest sha256 = Digest.sha256();
        DataOutputStream body = new DataOutputStream(
            new BufferedOutputStream(new DigestOutputStream(out, sha256), BUFFER_BYTES));
        state.write(body);
        body.flush();
        out.flush();
        Head head = new Head(log.name(), state.size(), root,
            channel.position() - MAGIC_LINE.length, Digest.of(sha256.digest()));
        byte[] note = signer.sign(head.text()).encoded().getBytes(StandardCharsets.UTF_8);
        out.write(note);
        DataOutputStream end = new DataOutputStream(out);
        end.writeInt(note.length);
        end.flush();
        channel.force(true);
      }
      Files.move(temporary, directory.resolve(state.size() + ".snapshot"),
          StandardCopyOption.ATOMIC_MOVE);
      Durable.syncDirectory(directory);
    } finally {
      Files.deleteIfExists(temporary);
    }
    deleteAllBut(state.size());
  }

  /** Deletes what is older than the newest two, and what claims to be ahead of the newest. */
  private void deleteAllBut(long newest) throws IOException {
    List<Path> files = list();
    List<Path> kept = files.stream().filter(file -> size(file) <= newest).limit(KEPT).toList();
    for (Path file : files) {
      if (!kept.contains(file)) {
        Files.deleteIfExists(file);
      }
    }
  }
}
