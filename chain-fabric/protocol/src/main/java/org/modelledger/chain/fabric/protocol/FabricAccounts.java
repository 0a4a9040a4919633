package org.modelledger.chain.fabric.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.modelledger.model.AccountId;

/**
 * Identities of Fabric as accounts: {@code <MSP id>:<subject>:<issuer>}, the two names of the
 * certificate by RFC 2253. In each part, {@code %}, {@code :} and what is not visible ASCII are
 * written as {@code %} and two hexadecimal digits for each byte of UTF-8. Example:
 *
 * <pre>Org1MSP:CN=ann@org1.example,OU=client,L=San%20Francisco,C=US:CN=ca.org1.example,C=US</pre>
 *
 * <p>So an account outlives the renewal of its certificate, with a new key too, as long as the same
 * authority issues it to the same name; and nobody but that authority, by that organisation's word,
 * can make another certificate of that account.
 */
public final class FabricAccounts {
  private static final int PARTS = 3;
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private FabricAccounts() {}

  /**
   * Returns the account of an identity.
   *
   * @param mspId the id of the organisation's membership service provider
   * @param certificate its certificate, which is taken at its word: Fabric's peers have checked it
   * @throws MalformedInputException if the account would have more than 512 characters, or a part of
   *     it is empty
   */
  public static AccountId of(String mspId, X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    String issuer = certificate.getIssuerX500Principal().getName(X500Principal.RFC2253);
    if (mspId.isEmpty() || subject.isEmpty() || issuer.isEmpty()) {
      throw new MalformedInputException("the identity of MSP '" + Texts.shortened(mspId)
          + "' has the subject '" + Texts.shortened(subject) + "' and the issuer '"
          + Texts.shortened(issuer) + "'; expected that none of the three is empty");
    }
    String account = encode(mspId) + ":" + encode(subject) + ":" + encode(issuer);
    if (account.length() > AccountId.MAX_LENGTH) {
      throw new MalformedInputException("the account of '" + Texts.shortened(subject) + "' in MSP '"
          + Texts.shortened(mspId) + "' has " + account.length() + " characters; expected "
          + AccountId.MAX_LENGTH + " at most, in MSP id, subject and issuer together");
    }
    return AccountId.of(account);
  }

  /**
   * Checks that an account could be one on Fabric.
   *
   * @throws MalformedInputException if it could not
   */
  public static void requireAccount(AccountId account) {
    List<String> parts = List.of(account.value().split(":", -1));
    if (parts.size() != PARTS || parts.stream().anyMatch(p -> p.isEmpty() || !isEncoded(p))) {
      throw new MalformedInputException("account '" + Texts.shortened(account.value())
          + "' is none of Fabric's; expected <MSP id>:<subject>:<issuer>, with %XX for '%', ':' and"
          + " what is not visible ASCII");
    }
  }

  /** Returns the MSP id of an account. */
  public static String mspId(AccountId account) {
    requireAccount(account);
    return decode(account.value().substring(0, account.value().indexOf(':')));
  }

  private static String encode(String part) {
    StringBuilder encoded = new StringBuilder(part.length());
    for (byte b : part.getBytes(UTF_8)) {
      if (b > ' ' && b < 0x7f && b != '%' && b != ':') {
        encoded.append((char) b);
      } else {
        encoded.append('%');
        HEX.toHexDigits(encoded, b);
      }
    }
    return encoded.toString();
  }

  private static String decode(String part) {
    byte[] bytes = new byte[part.length()];
    int length = 0;
    for (int i = 0; i < part.length(); i++) {
      if (part.charAt(i) == '%') {
        bytes[length++] = (byte) HexFormat.fromHexDigits(part, i + 1, i + 3);
        i += 2;
      } else {
        bytes[length++] = (byte) part.charAt(i);
      }
    }
    return new String(bytes, 0, length, UTF_8);
  }

  /** Whether a part is what {@link #encode} makes of something: one spelling for each account. */
  private static boolean isEncoded(String part) {
    for (int i = part.indexOf('%'); i >= 0; i = part.indexOf('%', i + 1)) {
      if (i + 3 > part.length() || !HexFormat.isHexDigit(part.charAt(i + 1))
          || !HexFormat.isHexDigit(part.charAt(i + 2))) {
        return false;
      }
    }
    return encode(decode(part)).equals(part);
  }
}
