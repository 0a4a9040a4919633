package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import io.grpc.ChannelCredentials;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** How connections are kept from others. */
enum Tls {
  /** Not at all. */
  NONE,
  /** The server shows a certificate. */
  SERVER,
  /** So does the client, and its requests for blocks say which. */
  MUTUAL;

  /** SHA-256 of the certificate that the client of this call has shown; empty if none. */
  private static final Context.Key<ByteString> CLIENT = Context.keyWithDefault("tls-client",
      ByteString.EMPTY);

  /** What the gateway of an organisation shows and wants to see; clients may come from all of them. */
  ServerCredentials server(Organization own, List<Organization> all) {
    if (this == NONE) {
      return InsecureServerCredentials.create();
    }
    DevIdentity pair = own.tlsAuthority().issueTls("peer0." + own.mspId(), "peer");
    try {
      TlsServerCredentials.Builder credentials = TlsServerCredentials.newBuilder()
          .keyManager(stream(pair.certificatePem()), stream(pair.privateKeyPem()));
      if (this == MUTUAL) {
        credentials
            .trustManager(stream(all.stream()
                .map(each -> DevIdentity.pem(each.tlsAuthority().certificate()))
                .collect(Collectors.joining())))
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return credentials.build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For a client that believes this root. */
  static ChannelCredentials client(X509Certificate root) {
    try {
      return TlsChannelCredentials.newBuilder()
          .trustManager(stream(DevIdentity.pem(root)))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the hash that a request carries is that of the certificate that its sender has shown. */
  boolean isBound(ByteString claimed) {
    return this != MUTUAL || (!claimed.isEmpty() && claimed.equals(CLIENT.get()));
  }

  /** Notes what certificate the client of a call has shown. */
  static final class Witness implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
        ServerCallHandler<Q, A> next) {
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      return Contexts.interceptCall(
          Context.current().withValue(CLIENT, session == null ? ByteString.EMPTY : hash(session)),
          call, headers, next);
    }

    private static ByteString hash(SSLSession session) {
      try {
        return Digests.sha256(ByteString.copyFrom(session.getPeerCertificates()[0].getEncoded()));
      } catch (SSLPeerUnverifiedException e) {
        return ByteString.EMPTY; // it need not show one
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that was read cannot be written", e);
      }
    }
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
