package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotesTest {

  // the example of c2sp.org/signed-note
  private static final String VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  private static final String NOTE = """
      This is an example message.

      — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
      """;
  private static final NoteSigner SIGNER = NoteSigner.generate("example.com/log",
      new SecureRandom());

  private static SignedNote parse(String text) throws ProofException {
    return SignedNote.parse(text.getBytes(UTF_8));
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(ProofException.class).hasMessageContaining(message);
  }

  @Test
  void theSpecificationsExampleVerifies() throws Exception {
    NoteVerifier key = NoteVerifier.parse(VKEY);
    assertThat(key.name()).isEqualTo("example.com/foo");
    assertThat(key.keyId()).isEqualTo(0x530d903a);
    assertThat(key.toString()).isEqualTo(VKEY);
    SignedNote note = parse(NOTE);
    assertThat(note.text()).isEqualTo("This is an example message.\n");
    assertThat(note.verify(List.of(SIGNER.verifier(), key))).containsExactly(key);
    assertThat(note.encoded()).isEqualTo(NOTE);
  }

  @Test
  void aChangedTextOrSignatureIsRefused() throws Exception {
    NoteVerifier key = NoteVerifier.parse(VKEY);
    SignedNote changed = parse(NOTE.replace("example message", "exemple message"));
    assertRefused(() -> changed.verify(List.of(key)), "does not verify");
    SignedNote other = parse(NOTE.replace("OkoKZ", "x").replace("Okn8", "Okn9"));
    assertRefused(() -> other.verify(List.of(key)), "does not verify");
    assertRefused(() -> changed.verify(List.of(SIGNER.verifier())), "none of the trusted keys");
    assertRefused(() -> changed.verify(List.of()), "none of the trusted keys");
  }

  @Test
  void signaturesOfUnknownKeysAreIgnoredAndKept() throws Exception {
    NoteSigner witness = NoteSigner.generate("witness.example", new SecureRandom());
    SignedNote note = SIGNER.sign("text\n\nwith an empty line\n");
    List<SignedNote.Signature> both = new ArrayList<>(witness.sign(note.text()).signatures());
    both.addAll(note.signatures());
    both.addAll(note.signatures());
    SignedNote read = parse(new SignedNote(note.text(), both).encoded());
    assertThat(read.text()).isEqualTo("text\n\nwith an empty line\n");
    assertThat(read.signatures()).hasSize(3);
    assertThat(read.verify(List.of(SIGNER.verifier()))).containsExactly(SIGNER.verifier());
    assertThat(read.verify(List.of(SIGNER.verifier(), witness.verifier())))
        .containsExactly(witness.verifier(), SIGNER.verifier());
  }

  @Test
  void keysSurviveTheirTextFormAndHideTheSecret() throws Exception {
    String encoded = SIGNER.encoded();
    assertThat(encoded).startsWith("PRIVATE+KEY+example.com/log+");
    NoteSigner read = NoteSigner.parse(encoded);
    assertThat(read.verifier()).isEqualTo(SIGNER.verifier());
    assertThat(read.sign("a\n")).isEqualTo(SIGNER.sign("a\n"));
    String secret = encoded.split("\\+", 5)[4];
    assertThat(SIGNER.toString()).doesNotContain(secret).contains(SIGNER.verifier().toString());
    assertThatIllegalArgumentException().isThrownBy(() -> NoteSigner.parse(encoded + "A"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(secret.substring(0, 8)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoteSigner.parse(encoded.replace("example.com/log", "example.com/lag")))
        .withMessageContaining("carries another hash");
    assertThatIllegalArgumentException().isThrownBy(() -> NoteSigner.parse("secret"))
        .withMessage("private key is not of the form PRIVATE+KEY+name+hash+base64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "example.com/foo", "a+b",
      "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",
      "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
      "a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"})
  void refusesWhatIsNoVerifierKey(String vkey) {
    assertThatIllegalArgumentException().isThrownBy(() -> NoteVerifier.parse(vkey))
        .withMessageStartingWith("verifier key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b", "a\u0085b",
      "\ud800"})
  void keyNamesHaveNoSpacesAndNoPlus(String name) {
    if (name.equals("a")) {
      assertThat(NoteSigner.generate(name, new SecureRandom()).verifier().name()).isEqualTo("a");
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> NoteSigner.generate(name, new SecureRandom()))
          .withMessageContaining("key name");
    }
  }

  @Test
  void refusesWhatIsNoNote() {
    assertRefused(() -> parse(""), "no blank line");
    assertRefused(() -> parse("text\n"), "no blank line");
    assertRefused(() -> parse("text\n\n"), "does not end in a signature line");
    assertRefused(() -> parse("text\n\n— a\n"), "not of the form");
    assertRefused(() -> parse("text\n\n- a AAAAAAAA\n"), "not of the form");
    assertRefused(() -> parse("text\n\n— a AAAAA\n"), "base64 of a key id");
    assertRefused(() -> parse("text\n\n— a AAAA\n"), "base64 of a key id");
    assertRefused(() -> parse("text\n\n— a+b AAAAAAAA\n"), "key name");
    assertRefused(() -> parse("text\n\n— a AAAAAAAA"), "does not end in");
    assertRefused(() -> parse("te\rxt\n\n— a AAAAAAAA\n"), "control character");
    assertRefused(() -> SignedNote.parse(new byte[]{(byte) 0xff}), "not UTF-8");
    assertRefused(() -> SignedNote.parse(new byte[1_000_001]), "at most 1000000");
    assertRefused(() -> parse("text\n\n" + "— a AAAAAAAA\n".repeat(101)), "more than 100");
  }

  @Test
  void checkpointsAreStrict() throws Exception {
    String root = MerkleTree.emptyRoot().base64();
    Checkpoint checkpoint = Checkpoint.parse("o rigin\n0\n" + root + "\nextension\n");
    assertThat(checkpoint)
        .isEqualTo(new Checkpoint("o rigin", 0, MerkleTree.emptyRoot(), List.of("extension")));
    assertThat(checkpoint.text()).isEqualTo("o rigin\n0\n" + root + "\nextension\n");
    assertThat(Checkpoint.parse("o\n9223372036854775807\n" + root + "\n").size())
        .isEqualTo(Long.MAX_VALUE);
    assertRefused(() -> Checkpoint.parse("o\n0\n" + root), "does not end in a newline");
    assertRefused(() -> Checkpoint.parse("o\n0\n"), "has 2 lines");
    assertRefused(() -> Checkpoint.parse("\n0\n" + root + "\n"), "line 1 is empty");
    assertRefused(() -> Checkpoint.parse("o\n0\n" + root + "\n\n"), "line 4 is empty");
    for (String size : List.of("00", "01", "-1", "+1", "1 ", "x", "9223372036854775808", "٣")) {
      assertRefused(() -> Checkpoint.parse("o\n" + size + "\n" + root + "\n"),
          "checkpoint size is");
    }
    for (String bad : List.of(root.substring(1), root + "A", root.replace('=', 'A'), "AAAA",
        root.replace("VQ=", "VR="), root.substring(0, 43))) {
      if (!bad.equals(root)) {
        assertRefused(() -> Checkpoint.parse("o\n1\n" + bad + "\n"), "checkpoint root is");
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Checkpoint("a\nb", 0, MerkleTree.emptyRoot()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Checkpoint("a", -1, MerkleTree.emptyRoot()));
  }

  @Test
  void aCheckpointMustBeSignedByTheLogItNames() throws Exception {
    Hash root = MerkleTree.leafHash(new byte[0]);
    NoteVerifier log = SIGNER.verifier();
    String right = SIGNER.sign(new Checkpoint("example.com/log", 1, root).text()).encoded();
    assertThat(SignedCheckpoint.parse(right, log).text()).isEqualTo(right);
    String otherOrigin = SIGNER.sign(new Checkpoint("example.com/x", 1, root).text()).encoded();
    assertRefused(() -> SignedCheckpoint.parse(otherOrigin, log),
        "is of the origin 'example.com/x', wanted the key's name 'example.com/log'");
    String badEmpty = SIGNER.sign(new Checkpoint("example.com/log", 0, root).text()).encoded();
    assertRefused(() -> SignedCheckpoint.parse(badEmpty, log), "wanted that of the empty tree");
    assertRefused(() -> SignedCheckpoint.parse(right, NoteVerifier.parse(VKEY)),
        "none of the trusted keys");
    assertRefused(() -> SignedCheckpoint.parse(SIGNER.sign("no checkpoint\n").encoded(), log),
        "has 1 lines");
  }

  @Test
  void mutatedTextsThrowNothingButTheDeclared() throws Exception {
    RandomGenerator random = Seeds.random(Seeds.seed());
    SignedCheckpoint checkpoint = SignedCheckpoint.sign(SIGNER, 3, MerkleTree.emptyRoot());
    TlogProof proof = new TlogProof(Optional.of("AAAA"), 1,
        List.of(MerkleTree.emptyRoot(), MerkleTree.emptyRoot()), checkpoint.note());
    byte[] vkey = VKEY.getBytes(UTF_8);
    byte[] skey = SIGNER.encoded().getBytes(UTF_8);
    int accepted = 0;
    for (int i = 0; i < 8_000; i++) {
      byte[] note = mutated(checkpoint.text().getBytes(UTF_8), random);
      byte[] text = mutated(proof.text().getBytes(UTF_8), random);
      try {
        SignedNote read = SignedNote.parse(note);
        assertThat(read.encoded().getBytes(UTF_8)).isEqualTo(note);
        accepted++;
        SignedCheckpoint signed = SignedCheckpoint.parse(note, SIGNER.verifier());
        assertThat(signed.checkpoint()).isEqualTo(checkpoint.checkpoint());
      } catch (ProofException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
      }
      try {
        TlogProof read = TlogProof.parse(text);
        assertThat(read.text().getBytes(UTF_8)).isEqualTo(text);
        accepted++;
        read.verify(MerkleTree.emptyRoot(), List.of(SIGNER.verifier()));
        throw new AssertionError("a proof that does not hold was accepted: " + read.text());
      } catch (ProofException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
      }
      try {
        var unused = Checkpoint.parse(new String(note, UTF_8));
      } catch (ProofException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
      }
      try {
        NoteVerifier key = NoteVerifier.parse(new String(mutated(vkey, random), UTF_8));
        assertThat(NoteVerifier.parse(key.toString())).isEqualTo(key);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("verifier key");
      }
      try {
        var unused = NoteSigner.parse(new String(mutated(skey, random), UTF_8));
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageMatching("(?s)(private key|key name).*");
      }
    }
    assertThat(accepted).isPositive();
  }

  static byte[] mutated(byte[] bytes, RandomGenerator random) {
    byte[] copy = bytes.clone();
    for (int n = random.nextInt(1, 4); n > 0; n--) {
      int at = random.nextInt(copy.length);
      switch (random.nextInt(4)) {
        case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> copy[at] = (byte) "\n +-=A09—".charAt(random.nextInt(9));
        case 2 -> copy = Arrays.copyOf(copy, Math.max(1, at));
        default -> {
          byte[] longer = Arrays.copyOf(copy, copy.length + 1);
          System.arraycopy(copy, at, longer, at + 1, copy.length - at);
          copy = longer;
        }
      }
    }
    return copy;
  }
}
