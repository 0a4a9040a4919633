package org.modelledger.tlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A text with signatures under it (c2sp.org/signed-note). Having one says nothing yet: what it says
 * counts only after {@link #verify}.
 *
 * @param text ends in a newline; may contain empty lines
 * @param signatures one to 100, in the order of the note
 */
public record SignedNote(String text, List<Signature> signatures) {

  private static final int MAX_BYTES = 1_000_000;
  private static final int MAX_SIGNATURES = 100;
  private static final String MARK = "— ";

  /**
   * One signature line, by any kind of key.
   *
   * @param keyName the signing key's name
   * @param keyId the signing key's id
   * @param base64 the signature without the key id, in base64; for Ed25519 it is 64 bytes
   */
  public record Signature(String keyName, int keyId, String base64) {

    /**
     * @throws IllegalArgumentException if the name is no key name or the signature no base64
     */
    public Signature {
      if (!Text.isKeyName(keyName)) {
        throw new IllegalArgumentException(Text.quote(keyName) + " is no key name");
      }
      if (base64.isEmpty() || Text.base64(base64).isEmpty()) {
        throw new IllegalArgumentException("signature of " + Text.quote(keyName) + " is no base64");
      }
    }

    byte[] bytes() {
      return Base64.getDecoder().decode(base64);
    }

    /** Returns the line under a note, with its newline. */
    String line() {
      byte[] signature = bytes();
      byte[] all = ByteBuffer.allocate(Integer.BYTES + signature.length)
          .putInt(keyId)
          .put(signature)
          .array();
      return MARK + keyName + " " + Base64.getEncoder().encodeToString(all) + "\n";
    }
  }

  /**
   * @throws IllegalArgumentException if the text does not end in a newline or has a control character
   *     in it, or there is no signature or more than 100
   */
  public SignedNote {
    signatures = List.copyOf(signatures);
    if (!text.endsWith("\n") || !Text.isNoteText(text)) {
      throw new IllegalArgumentException(
          "a note's text ends in a newline and has no other control characters");
    }
    if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
      throw new IllegalArgumentException(
          "a note has 1 to " + MAX_SIGNATURES + " signatures, not " + signatures.size());
    }
  }

  /**
   * Reads a signed note, strictly, without judging its signatures.
   *
   * @param bytes at most 1,000,000
   * @throws ProofException if it is not a signed note; says what was wanted
   */
  public static SignedNote parse(byte[] bytes) throws ProofException {
    if (bytes.length > MAX_BYTES) {
      throw new ProofException(
          "signed note has " + bytes.length + " bytes, wanted at most " + MAX_BYTES);
    }
    String all = Text.utf8(bytes).orElseThrow(() -> new ProofException("signed note is not UTF-8"));
    if (!Text.isNoteText(all)) {
      throw new ProofException("signed note has a control character in it");
    }
    int split = all.lastIndexOf("\n\n");
    if (split < 0) {
      throw new ProofException("signed note has no blank line between text and signatures");
    }
    return new SignedNote(all.substring(0, split + 1), parseSignatures(all.substring(split + 2)));
  }

  /** Reads one signature line or more, each with its newline. */
  static List<Signature> parseSignatures(String block) throws ProofException {
    if (!block.endsWith("\n")) {
      throw new ProofException("signed note does not end in a signature line with a newline");
    }
    List<Signature> signatures = new ArrayList<>();
    for (String line : block.substring(0, block.length() - 1).split("\n", -1)) {
      if (signatures.size() == MAX_SIGNATURES) {
        throw new ProofException("signed note has more than " + MAX_SIGNATURES + " signatures");
      }
      signatures.add(parseSignature(line));
    }
    return signatures;
  }

  private static Signature parseSignature(String line) throws ProofException {
    int space = line.indexOf(' ', MARK.length());
    if (!line.startsWith(MARK) || space < 0) {
      throw new ProofException(
          "signature line " + Text.quote(line) + " is not of the form '— name base64'");
    }
    String name = line.substring(MARK.length(), space);
    byte[] signature = Text.base64(line.substring(space + 1)).orElse(new byte[0]);
    if (!Text.isKeyName(name) || signature.length <= Integer.BYTES) {
      throw new ProofException("signature line " + Text.quote(line)
          + " does not have a key name and the base64 of a key id and a signature");
    }
    ByteBuffer buffer = ByteBuffer.wrap(signature);
    int keyId = buffer.getInt();
    byte[] rest = new byte[buffer.remaining()];
    buffer.get(rest);
    return new Signature(name, keyId, Base64.getEncoder().encodeToString(rest));
  }

  /**
   * Checks the note against the keys that are trusted. Signatures of other keys are ignored, as the
   * specification asks.
   *
   * @return the keys that signed, without repetition, in the order of the note; never empty
   * @throws ProofException if none of the keys signed the note, or the signature of one of them does
   *     not verify
   */
  public List<NoteVerifier> verify(Collection<NoteVerifier> trusted) throws ProofException {
    Objects.requireNonNull(trusted, "trusted");
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    List<NoteVerifier> signers = new ArrayList<>();
    for (Signature signature : signatures) {
      for (NoteVerifier verifier : trusted) {
        if (!verifier.key().made(signature) || signers.contains(verifier)) {
          continue;
        }
        if (!verifier.verifies(message, signature.bytes())) {
          throw new ProofException("the signature of " + verifier + " does not verify");
        }
        signers.add(verifier);
      }
    }
    if (signers.isEmpty()) {
      throw new ProofException(
          "none of the trusted keys " + trusted + " signed the note; it is signed by "
              + signatures.stream()
                  .map(s -> s.keyName() + "+" + VerifierKey.hash(s.keyId()))
                  .toList());
    }
    return List.copyOf(signers);
  }

  /** See {@link SignedCheckpoint#cosignatures}; the text must be a checkpoint. */
  List<Cosignature> cosignatures(Collection<CosignatureVerifier> witnesses) throws ProofException {
    Map<CosignatureVerifier, Cosignature> found = new LinkedHashMap<>();
    for (Signature signature : signatures) {
      for (CosignatureVerifier witness : witnesses) {
        if (witness.key().made(signature) && !found.containsKey(witness)) {
          found.put(witness, witness.verified(text, signature)
              .orElseThrow(() -> new ProofException(
                  "the cosignature of " + witness + " does not verify")));
        }
      }
    }
    return List.copyOf(found.values());
  }

  /** Returns the same note with further signatures under it; those that it has are not repeated. */
  SignedNote with(Collection<Signature> more) {
    List<Signature> all = new ArrayList<>(signatures);
    more.stream().filter(signature -> !all.contains(signature)).forEach(all::add);
    return new SignedNote(text, all);
  }

  /** Returns the whole note in its text form, as {@link #parse} reads it. */
  public String encoded() {
    StringBuilder all = new StringBuilder(text).append('\n');
    signatures.forEach(signature -> all.append(signature.line()));
    return all.toString();
  }
}
