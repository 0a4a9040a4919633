package org.modelledger.tlog;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * A checkpoint whose signature by its log has been checked: there is no other way to get one.
 * Immutable.
 */
public final class SignedCheckpoint {

  private final Checkpoint checkpoint;
  private final SignedNote note;
  private final NoteVerifier log;

  private SignedCheckpoint(Checkpoint checkpoint, SignedNote note, NoteVerifier log) {
    this.checkpoint = checkpoint;
    this.note = note;
    this.log = log;
  }

  /**
   * Reads and checks a checkpoint.
   *
   * @param bytes a signed note, as served at {@code <prefix>/checkpoint}
   * @param log the log's key; its name must be the checkpoint's origin
   * @throws ProofException if it is malformed, not signed by that key, or of another origin
   */
  public static SignedCheckpoint parse(byte[] bytes, NoteVerifier log) throws ProofException {
    return of(SignedNote.parse(bytes), log);
  }

  /** Reads and checks a checkpoint in its text form; see {@link #parse(byte[], NoteVerifier)}. */
  public static SignedCheckpoint parse(String text, NoteVerifier log) throws ProofException {
    return parse(text.getBytes(StandardCharsets.UTF_8), log);
  }

  /**
   * Checks a note that should be a checkpoint.
   *
   * @throws ProofException if its text is no checkpoint, or the log's key did not sign it, or the
   *     origin is not the key's name
   */
  public static SignedCheckpoint of(SignedNote note, NoteVerifier log) throws ProofException {
    Objects.requireNonNull(log, "log");
    var unused = note.verify(List.of(log));
    Checkpoint checkpoint = Checkpoint.parse(note.text());
    if (!checkpoint.origin().equals(log.name())) {
      throw new ProofException("the checkpoint is of the origin " + Text.quote(checkpoint.origin())
          + ", wanted the key's name " + Text.quote(log.name()));
    }
    if (checkpoint.size() == 0 && !checkpoint.root().equals(MerkleTree.emptyRoot())) {
      throw new ProofException("the checkpoint of an empty log has the root " + checkpoint.root()
          + ", wanted that of the empty tree");
    }
    return new SignedCheckpoint(checkpoint, note, log);
  }

  /**
   * Checks a note that should be a checkpoint of one of these logs.
   *
   * @throws ProofException if its text is no checkpoint, its origin the name of none of the keys, or
   *     none that has this name signed it
   */
  static SignedCheckpoint of(SignedNote note, Collection<NoteVerifier> logs)
      throws ProofException {
    String origin = Checkpoint.parse(note.text()).origin();
    List<NoteVerifier> keys = logs.stream().filter(log -> log.name().equals(origin)).toList();
    if (keys.isEmpty()) {
      throw new ProofException("the checkpoint is of the log " + Text.quote(origin)
          + ", accepted are only " + logs.stream().map(NoteVerifier::name).toList());
    }
    return of(note, note.verify(keys).getFirst());
  }

  static SignedCheckpoint sign(NoteSigner signer, long size, Hash root) {
    Checkpoint checkpoint = new Checkpoint(signer.verifier().name(), size, root);
    return new SignedCheckpoint(checkpoint, signer.sign(checkpoint.text()), signer.verifier());
  }

  /** Returns what the log commits to. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** Returns the note with all its signatures, those of witnesses included. */
  public SignedNote note() {
    return note;
  }

  /**
   * Returns which of these witnesses have cosigned it. Signatures of others are ignored.
   *
   * @return in the order of the note, each witness once; may be empty
   * @throws ProofException if a line says that one of them signed, and it did not
   */
  public List<Cosignature> cosignatures(Collection<CosignatureVerifier> witnesses)
      throws ProofException {
    return note.cosignatures(witnesses);
  }

  /** Returns the same checkpoint with further signatures, which nobody has checked. */
  SignedCheckpoint with(Collection<SignedNote.Signature> signatures) {
    return new SignedCheckpoint(checkpoint, note.with(signatures), log);
  }

  /** Returns the key that signed it. */
  public NoteVerifier log() {
    return log;
  }

  /** Returns the number of entries it covers. */
  public long size() {
    return checkpoint.size();
  }

  /** Returns the root hash. */
  public Hash root() {
    return checkpoint.root();
  }

  /** Returns the signed note in its text form. */
  public String text() {
    return note.encoded();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedCheckpoint that && note.equals(that.note) && log.equals(that.log);
  }

  @Override
  public int hashCode() {
    return note.hashCode();
  }

  @Override
  public String toString() {
    return "SignedCheckpoint[" + checkpoint.origin() + ", size " + checkpoint.size() + ", root "
        + checkpoint.root() + "]";
  }
}
