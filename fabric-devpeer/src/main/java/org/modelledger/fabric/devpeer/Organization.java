package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Set;

/** One organisation of the channel: its authorities, and the key with which its peer endorses. */
final class Organization {
  private final String mspId;
  private final CertificateAuthority authority;
  private final CertificateAuthority tlsAuthority;
  private final DevIdentity peer;
  private final Member member;
  private volatile String address = "";

  Organization(String mspId, String unit) {
    this.mspId = mspId;
    this.authority = new CertificateAuthority(mspId, "ca");
    this.tlsAuthority = new CertificateAuthority(mspId, "tlsca");
    this.peer = authority.issue(unit + "0." + mspId, unit, Map.of());
    this.member = new Member(mspId, Set.of(unit), peer.certificate(), Members.serialize(peer));
  }

  String mspId() {
    return mspId;
  }

  CertificateAuthority authority() {
    return authority;
  }

  /** Certifies ends of connections, and nobody who signs. */
  CertificateAuthority tlsAuthority() {
    return tlsAuthority;
  }

  /** The node of this organisation, as others see it. */
  Member node() {
    return member;
  }

  /** Where its gateway listens, or did when last it listened. */
  String address() {
    return address;
  }

  void listensAt(String endpoint) {
    address = endpoint;
  }

  ByteString sign(ByteString... parts) {
    return Signatures.sign(peer.privateKey(), parts);
  }
}
