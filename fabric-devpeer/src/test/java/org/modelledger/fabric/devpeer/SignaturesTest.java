package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.junit.jupiter.api.Test;

class SignaturesTest {
  private static final DevIdentity ALICE = new CertificateAuthority("Org1MSP", "ca").issue("alice",
      "client", Map.of());
  private static final ByteString TEXT = ByteString.copyFromUtf8("text");

  @Test
  void verifiesWhatWasSignedInParts() {
    for (int i = 0; i < 20; i++) { // half of the values of s that come up are high
      ByteString signature = Signatures.sign(ALICE.privateKey(), TEXT, TEXT);
      assertThat(verify(signature, TEXT.concat(TEXT))).isTrue();
      assertThat(verify(signature, TEXT)).isFalse();
    }
  }

  @Test
  void refusesTheOtherSignatureThatMathematicsAllows() throws Exception {
    ByteString signature = Signatures.sign(ALICE.privateKey(), TEXT);
    ASN1Sequence pair = ASN1Sequence.getInstance(signature.toByteArray());
    BigInteger order = ((ECKey) ALICE.privateKey()).getParams().getOrder();
    BigInteger high = order
        .subtract(ASN1Integer.getInstance(pair.getObjectAt(1)).getPositiveValue());
    byte[] other = new DERSequence(
        new ASN1Encodable[]{pair.getObjectAt(0), new ASN1Integer(high)}).getEncoded();

    Signature jdk = Signature.getInstance("SHA256withECDSA");
    jdk.initVerify(ALICE.certificate());
    jdk.update(TEXT.toByteArray());
    assertThat(jdk.verify(other)).isTrue();
    assertThat(verify(ByteString.copyFrom(other), TEXT)).isFalse();
  }

  @Test
  void refusesWhatIsNoSignature() {
    assertThat(verify(ByteString.EMPTY, TEXT)).isFalse();
    assertThat(verify(TEXT, TEXT)).isFalse();
    assertThat(verify(Signatures.sign(ALICE.privateKey(), TEXT).substring(0, 20), TEXT)).isFalse();
  }

  private static boolean verify(ByteString signature, ByteString text) {
    return Signatures.verify(ALICE.certificate().getPublicKey(), signature, text);
  }
}
