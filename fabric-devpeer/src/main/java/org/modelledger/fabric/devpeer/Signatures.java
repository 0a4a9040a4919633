package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECKey;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;

/** ECDSA with SHA-256 as Fabric has it: DER, and the lower of the two values of {@code s} that would do. */
final class Signatures {
  private Signatures() {}

  static ByteString sign(PrivateKey key, ByteString... parts) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      for (ByteString part : parts) {
        signature.update(part.asReadOnlyByteBuffer());
      }
      ASN1Sequence pair = parse(signature.sign());
      BigInteger order = ((ECKey) key).getParams().getOrder();
      BigInteger s = ASN1Integer.getInstance(pair.getObjectAt(1)).getPositiveValue();
      if (s.compareTo(order.shiftRight(1)) > 0) {
        s = order.subtract(s);
      }
      return ByteString.copyFrom(new DERSequence(
          new ASN1Encodable[]{pair.getObjectAt(0), new ASN1Integer(s)})
          .getEncoded(ASN1Encoding.DER));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot sign with a key that was made here", e);
    }
  }

  /** Whether the signature is one over these parts, one after the other, by the owner of the key. */
  static boolean verify(PublicKey key, ByteString signed, ByteString... parts) {
    try {
      byte[] bytes = signed.toByteArray();
      ASN1Sequence pair = parse(bytes);
      BigInteger half = ((ECKey) key).getParams().getOrder().shiftRight(1);
      if (pair.size() != 2
          || ASN1Integer.getInstance(pair.getObjectAt(1)).getValue().compareTo(half) > 0) {
        return false;
      }
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(key);
      for (ByteString part : parts) {
        signature.update(part.asReadOnlyByteBuffer());
      }
      return signature.verify(bytes);
    } catch (SignatureException | IOException | IllegalArgumentException e) {
      return false; // not the encoding of a signature
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot verify with " + key.getAlgorithm(), e);
    }
  }

  private static ASN1Sequence parse(byte[] der) throws IOException {
    if (ASN1Primitive.fromByteArray(der) instanceof ASN1Sequence sequence) {
      return sequence;
    }
    throw new IOException("not a sequence in ASN.1");
  }
}
