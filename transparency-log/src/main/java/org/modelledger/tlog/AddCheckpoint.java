package org.modelledger.tlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request to cosign a checkpoint (c2sp.org/tlog-witness, add-checkpoint).
 *
 * @param oldSize what the client takes for the size that the witness has cosigned last
 * @param proof that the checkpoint continues the tree of that size; empty if it is 0
 * @param note the checkpoint, signed
 */
record AddCheckpoint(long oldSize, List<Hash> proof, SignedNote note) {

  static final String PATH = "add-checkpoint";

  /** 63 hashes and a note with some large signatures: a post-quantum one has nearly 5,000 bytes. */
  static final int MAX_BYTES = 1 << 17;

  private static final int MAX_PROOF = 63;
  private static final String OLD = "old ";

  byte[] encoded() {
    StringBuilder text = new StringBuilder(OLD).append(oldSize).append('\n');
    proof.forEach(hash -> text.append(hash.base64()).append('\n'));
    return text.append('\n').append(note.encoded()).toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws ProofException if it is no such request; says what was wanted
   */
  static AddCheckpoint parse(byte[] body) throws ProofException {
    if (body.length > MAX_BYTES) {
      throw new ProofException(
          "request has " + body.length + " bytes, wanted at most " + MAX_BYTES);
    }
    String all = Text.utf8(body).orElseThrow(() -> new ProofException("request is not UTF-8"));
    int split = all.indexOf("\n\n");
    if (split < 0) {
      throw new ProofException("request has no blank line before its checkpoint");
    }
    List<String> lines = new ArrayList<>(List.of(all.substring(0, split).split("\n", -1)));
    String first = lines.removeFirst();
    if (!first.startsWith(OLD)) {
      throw new ProofException("request does not begin with 'old ' and a size");
    }
    String number = first.substring(OLD.length());
    long oldSize = Text.number(number)
        .orElseThrow(() -> new ProofException("old size is " + Text.quote(number)
            + ", wanted a decimal number below 2^63 without leading zeroes"));
    if (lines.size() > MAX_PROOF) {
      throw new ProofException(
          "proof has " + lines.size() + " hashes, wanted at most " + MAX_PROOF);
    }
    List<Hash> proof = new ArrayList<>();
    for (String line : lines) {
      proof.add(Text.hash(line)
          .orElseThrow(() -> new ProofException(
              "proof line " + Text.quote(line) + " is not 32 bytes in base64")));
    }
    byte[] note = all.substring(split + 2).getBytes(StandardCharsets.UTF_8);
    return new AddCheckpoint(oldSize, List.copyOf(proof), SignedNote.parse(note));
  }
}
