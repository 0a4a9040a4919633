package org.modelledger.tlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything needed to check offline that an entry is in a log, besides the entry and the log's key
 * (c2sp.org/tlog-proof). Kept by custom in files named {@code *.tlog-proof}.
 *
 * @param extra opaque data in base64, which nothing vouches for; may be the empty string
 * @param index of the entry, from 0
 * @param path the inclusion proof, from the leaf's sibling up
 * @param note the checkpoint as it was signed; counts only after {@link #verify}
 */
public record TlogProof(Optional<String> extra, long index, List<Hash> path, SignedNote note) {

  private static final String MAGIC = "c2sp.org/tlog-proof@v1";
  private static final int MAX_PATH = 63;
  private static final int MAX_BYTES = 2_000_000;

  /**
   * @throws IllegalArgumentException if extra is no base64, the index is negative, or the path is
   *     longer than 63 hashes
   */
  public TlogProof {
    path = List.copyOf(path);
    Objects.requireNonNull(note, "note");
    if (extra.isPresent() && Text.base64(extra.get()).isEmpty()) {
      throw new IllegalArgumentException("extra data " + Text.quote(extra.get()) + " is no base64");
    }
    if (index < 0) {
      throw new IllegalArgumentException("index is " + index + ", wanted 0 or more");
    }
    if (path.size() > MAX_PATH) {
      throw new IllegalArgumentException(
          "path has " + path.size() + " hashes, wanted at most " + MAX_PATH);
    }
  }

  /**
   * Puts a proof and its checkpoint together.
   *
   * @throws IllegalArgumentException if the proof is not for the checkpoint's size
   */
  public static TlogProof of(InclusionProof proof, SignedCheckpoint checkpoint) {
    if (proof.treeSize() != checkpoint.size()) {
      throw new IllegalArgumentException("the proof is for size " + proof.treeSize()
          + ", the checkpoint for " + checkpoint.size());
    }
    return new TlogProof(Optional.empty(), proof.index(), proof.path(), checkpoint.note());
  }

  /** Returns the same proof with these bytes as extra data. */
  public TlogProof withExtra(byte[] bytes) {
    return new TlogProof(Optional.of(Base64.getEncoder().encodeToString(bytes)), index, path, note);
  }

  /** Returns the extra data, decoded. Nothing vouches for it. */
  public Optional<byte[]> extraBytes() {
    return extra.map(text -> Base64.getDecoder().decode(text));
  }

  /** Returns the text form. */
  public String text() {
    StringBuilder text = new StringBuilder(MAGIC).append('\n');
    extra.ifPresent(data -> text.append("extra ").append(data).append('\n'));
    text.append("index ").append(index).append('\n');
    path.forEach(hash -> text.append(hash.base64()).append('\n'));
    return text.append('\n').append(note.encoded()).toString();
  }

  /**
   * Reads the text form, strictly, without judging the proof.
   *
   * @throws ProofException if it is not such a text; says what was wanted
   */
  public static TlogProof parse(byte[] bytes) throws ProofException {
    if (bytes.length > MAX_BYTES) {
      throw new ProofException("proof has " + bytes.length + " bytes, wanted at most " + MAX_BYTES);
    }
    String all = Text.utf8(bytes).orElseThrow(() -> new ProofException("proof is not UTF-8"));
    int split = all.indexOf("\n\n");
    if (split < 0) {
      throw new ProofException("proof has no blank line before its checkpoint");
    }
    List<String> lines = new ArrayList<>(List.of(all.substring(0, split).split("\n", -1)));
    if (!lines.removeFirst().equals(MAGIC)) {
      throw new ProofException("proof does not begin with the line " + MAGIC);
    }
    Optional<String> extra = Optional.empty();
    if (!lines.isEmpty() && lines.getFirst().startsWith("extra ")) {
      extra = Optional.of(lines.removeFirst().substring("extra ".length()));
      if (Text.base64(extra.get()).isEmpty()) {
        throw new ProofException("extra data " + Text.quote(extra.get()) + " is no base64");
      }
    }
    if (lines.isEmpty() || !lines.getFirst().startsWith("index ")) {
      throw new ProofException("proof has no index line");
    }
    String number = lines.removeFirst().substring("index ".length());
    long index = Text.number(number)
        .orElseThrow(() -> new ProofException("index is " + Text.quote(number)
            + ", wanted a decimal number below 2^63 without leading zeroes"));
    if (lines.size() > MAX_PATH) {
      throw new ProofException(
          "path has " + lines.size() + " hashes, wanted at most " + MAX_PATH);
    }
    List<Hash> path = new ArrayList<>();
    for (String line : lines) {
      path.add(Text.hash(line)
          .orElseThrow(() -> new ProofException(
              "path line " + Text.quote(line) + " is not 32 bytes in base64")));
    }
    SignedNote note = SignedNote.parse(all.substring(split + 2).getBytes(StandardCharsets.UTF_8));
    return new TlogProof(extra, index, path, note);
  }

  /**
   * Checks that one of the logs signed a checkpoint of a tree with this leaf at {@link #index()}.
   *
   * @param leaf the leaf hash, {@link MerkleTree#leafHash} of the entry
   * @param logs keys of the logs that are accepted; the one whose name is the origin must have signed
   * @return the checkpoint, checked
   * @throws ProofException if the note is no checkpoint, of no accepted log, not signed, or the path
   *     does not lead to its root
   */
  public SignedCheckpoint verify(Hash leaf, Collection<NoteVerifier> logs) throws ProofException {
    SignedCheckpoint checkpoint = SignedCheckpoint.of(note, logs);
    if (index >= checkpoint.size()) {
      throw new ProofException(
          "index " + index + " is not in a tree of size " + checkpoint.size());
    }
    new InclusionProof(index, checkpoint.size(), path).verify(leaf, checkpoint.root());
    return checkpoint;
  }

  /**
   * Checks that one of the policy's logs signed a checkpoint of a tree with this leaf at {@link
   * #index()}, and that a quorum of its witnesses cosigned it.
   *
   * @param leaf the leaf hash, {@link MerkleTree#leafHash} of the entry
   * @param policy names at least one log
   * @return the checkpoint, checked
   * @throws ProofException as without a policy, or if there is no quorum; says which witnesses are
   *     missing
   */
  public SignedCheckpoint verify(Hash leaf, WitnessPolicy policy) throws ProofException {
    SignedCheckpoint checkpoint = verify(leaf, policy.logs());
    var unused = policy.verify(checkpoint);
    return checkpoint;
  }
}
