package org.modelledger.tlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CosignatureTest {

  // made by filippo.io/torchwood 0.6.1 with the seed 00 01 02 … 1f
  private static final String SKEY = "PRIVATE+KEY+witness.example/w1+e75f6532+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
  private static final String VKEY = "witness.example/w1+e75f6532+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
  private static final String LINE = "— witness.example/w1 519lMgAAAABrCDN2+o24NW0e7mVz+pV63SU4e0ndnO4Dma237vuFbCt3+ZPBDtKUHV3eCsrnGmG/MHoxAqXuNjZ4BB5lqbySe4UqAQ==\n";
  private static final long TIMESTAMP = 0x6b083376L;
  private static final String ORIGIN = "example.com/behind-the-sofa";
  private static final String TEXT = ORIGIN
      + "\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

  private static final NoteSigner LOG = NoteSigner.generate(ORIGIN, new SecureRandom());
  private static final CosignatureSigner SIGNER = CosignatureSigner.parse(SKEY);

  private static SignedCheckpoint signedWith(String line) throws ProofException {
    return SignedCheckpoint.parse(LOG.sign(TEXT).encoded() + line, LOG.verifier());
  }

  @Test
  void readsWhatAnotherImplementationSigned() throws Exception {
    CosignatureVerifier key = CosignatureVerifier.parse(VKEY);
    assertThat(key.name()).isEqualTo("witness.example/w1");
    assertThat(key.keyId()).isEqualTo(0xe75f6532);
    assertThat(key.toString()).isEqualTo(VKEY);
    assertThat(signedWith(LINE).cosignatures(List.of(key)))
        .containsExactly(new Cosignature(key, TIMESTAMP));
  }

  @Test
  void signsTheSameBytesAsAnotherImplementation() throws Exception {
    assertThat(SIGNER.verifier().toString()).isEqualTo(VKEY);
    assertThat(SIGNER.encoded()).isEqualTo(SKEY);
    assertThat(SIGNER.cosign(Checkpoint.parse(TEXT), TIMESTAMP).line()).isEqualTo(LINE);
  }

  @Test
  void othersSignaturesAreIgnored() throws Exception {
    CosignatureSigner other = CosignatureSigner.generate("witness.example/w1", new SecureRandom());
    assertThat(signedWith(LINE).cosignatures(List.of(other.verifier()))).isEmpty();
    assertThat(signedWith("").cosignatures(List.of(SIGNER.verifier()))).isEmpty();
    String both = LINE + other.cosign(Checkpoint.parse(TEXT), 7).line() + LINE;
    assertThat(signedWith(both).cosignatures(List.of(other.verifier(), SIGNER.verifier())))
        .containsExactly(new Cosignature(SIGNER.verifier(), TIMESTAMP),
            new Cosignature(other.verifier(), 7));
  }

  private static String line(Consumer<ByteBuffer> change, int length) {
    SignedNote.Signature signature;
    try {
      signature = SignedNote.parseSignatures(LINE).getFirst();
    } catch (ProofException e) {
      throw new AssertionError(e);
    }
    byte[] bytes = Arrays.copyOf(signature.bytes(), length);
    change.accept(ByteBuffer.wrap(bytes));
    return new SignedNote.Signature(signature.keyName(), signature.keyId(),
        Base64.getEncoder().encodeToString(bytes)).line();
  }

  @Test
  void aLineThatClaimsTheKeyAndDoesNotVerifyIsRefused() {
    int length = CosignatureVerifier.SIGNATURE_BYTES;
    List<String> bad = List.of(line(b -> b.putLong(0, TIMESTAMP + 1), length),
        line(b -> b.putLong(0, 0), length), line(b -> b.putLong(0, -1), length),
        line(b -> b.put(30, (byte) ~b.get(30)), length), line(b -> {
        }, length - 1),
        line(b -> {
        }, length + 1), line(b -> {
        }, 1));
    for (String line : bad) {
      assertThatThrownBy(() -> signedWith(line).cosignatures(List.of(SIGNER.verifier())))
          .isInstanceOf(ProofException.class)
          .hasMessage("the cosignature of " + VKEY + " does not verify");
    }
  }

  @Test
  void noKindOfKeyPassesForTheOther() {
    assertThatIllegalArgumentException().isThrownBy(() -> NoteVerifier.parse(VKEY))
        .withMessageContaining("0x01 (Ed25519)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CosignatureVerifier.parse(LOG.verifier().toString()))
        .withMessageContaining("0x04 (Ed25519 cosignature)");
    assertThatIllegalArgumentException().isThrownBy(() -> NoteSigner.parse(SKEY))
        .withMessageContaining("0x01 (Ed25519)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CosignatureSigner.parse(LOG.encoded()))
        .withMessageContaining("0x04 (Ed25519 cosignature)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "witness.example/w1",
      "witness.example/w1+e75f6533+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
      "witness.example/w2+e75f6532+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
      "witness.example/w1+E75F6532+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
      "witness.example/w1+e75f6532+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVQ==",
      "witness example+e75f6532+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"})
  void refusesWhatIsNoKeyOfAWitness(String vkey) {
    assertThatIllegalArgumentException().isThrownBy(() -> CosignatureVerifier.parse(vkey))
        .withMessageStartingWith("verifier key");
  }

  @Test
  void hidesTheSecret() {
    String secret = SKEY.substring(SKEY.lastIndexOf('+') + 1);
    assertThat(SIGNER.toString()).contains(VKEY).doesNotContain(secret);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CosignatureSigner.parse(SKEY.replace("w1", "w2")))
        .satisfies(e -> assertThat(e.getMessage()).contains("another hash")
            .doesNotContain(secret));
  }
}
