package org.modelledger.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.modelledger.internal.envelope.KeyFile;
import org.modelledger.model.ModelFormatException;

/**
 * Erases all records that have the tag of one subject. What it is about to do stands in the name of a file
 * until it is done, so that whoever opens the store after a crash can finish it. The name is the tag,
 * which says nothing to whoever lacks the subjects' key.
 */
final class SubjectErasure {
  private static final String SUFFIX = ".erase";

  private final Path intent;
  private final byte[] tag;
  private long unreadable;

  private SubjectErasure(Path intent, byte[] tag) {
    this.intent = intent;
    this.tag = tag;
  }

  /** Says whether a file is an erasure that was begun. */
  static boolean isOne(Path path) {
    return String.valueOf(path.getFileName()).matches("[0-9a-f]{64}" + SUFFIX.replace(".", "\\."));
  }

  /** Notes durably what is going to be erased. */
  static SubjectErasure begin(Path directory, byte[] tag) throws IOException {
    Path intent = directory.resolve(HexFormat.of().formatHex(tag) + SUFFIX);
    if (!Files.exists(intent)) { // it is there if an earlier attempt failed
      var unused = Files.createFile(intent);
    }
    KeyFile.syncDirectory(directory);
    return new SubjectErasure(intent, tag);
  }

  /** Returns what was begun before and not finished. */
  static SubjectErasure resume(Path intent) {
    String name = String.valueOf(intent.getFileName());
    return new SubjectErasure(intent,
        HexFormat.of().parseHex(name.substring(0, name.length() - SUFFIX.length())));
  }

  /**
   * Goes through all files, damaged ones as far as it can; returns how many records it erased.
   *
   * @throws ModelFormatException if a file is damaged; the erasure stays begun then
   */
  long run(List<Path> files) throws IOException {
    long erased = 0;
    List<ModelFormatException> damaged = new ArrayList<>();
    for (Path file : files) {
      try (Segment segment = Segment.open(file)) {
        erased += erase(segment);
      } catch (ModelFormatException e) {
        damaged.add(e);
      }
    }
    if (!damaged.isEmpty()) {
      throw damaged.getFirst();
    }
    Files.deleteIfExists(intent);
    KeyFile.syncDirectory(Objects.requireNonNull(intent.getParent()));
    return erased;
  }

  private long erase(Segment segment) throws IOException {
    long erased = 0;
    RecordScanner scanner = new RecordScanner(segment, segment.start());
    for (RecordHeader header = scanner.peek(); header != null; header = scanner.peek()) {
      if (matches(segment, scanner.position(), header)
          && EvidenceStore.wipe(segment, scanner.position(), header)) {
        erased++;
      }
      scanner.skip(header);
    }
    segment.force(); // also what an earlier attempt has overwritten
    if (!scanner.atEnd() && !scanner.isCutOff()) {
      throw segment.corrupt(scanner.position(),
          "there is no whole record; what comes after cannot be searched for a subject");
    }
    return erased;
  }

  private boolean matches(Segment segment, long position, RecordHeader header)
      throws IOException {
    int tagBytes = header.keyLength() - RecordSealer.WRAPPED_BYTES;
    if (segment.hasNoKey() || tagBytes <= 0 || tagBytes % SubjectKey.TAG_BYTES != 0
        || EvidenceStore.state(segment, position) != RecordHeader.STATE_KEPT) {
      return false;
    }
    byte[] tags = segment.readBytes(
        position + RecordHeader.BYTES + 1 + RecordSealer.WRAPPED_BYTES, tagBytes);
    boolean found = false;
    boolean foreign = false;
    for (int at = 0; at < tagBytes; at += SubjectKey.TAG_BYTES) {
      found |= Arrays.equals(tags, at, at + SubjectKey.TAG_BYTES, tag, 0, SubjectKey.TAG_BYTES);
      foreign |= !Arrays.equals(tags, at, at + SubjectKey.CHECK_BYTES, tag, 0,
          SubjectKey.CHECK_BYTES);
    }
    if (foreign && EvidenceStore.state(segment, position) == RecordHeader.STATE_KEPT) {
      unreadable++; // otherwise it has just been erased by its index
    }
    return found;
  }

  /** @throws EvidenceException if records have tags of another key */
  void requireAllReadable() {
    if (unreadable > 0) {
      throw new EvidenceException(unreadable + " records in " + intent.getParent()
          + " are filed under subjects by a key that is lost; whether they are of this subject cannot"
          + " be told");
    }
  }
}
