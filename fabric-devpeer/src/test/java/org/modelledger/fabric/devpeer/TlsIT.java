package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ChannelCredentials;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.protos.common.Block;
import org.junit.jupiter.api.Test;

/** Connections that are kept from others. */
class TlsIT {
  private static final byte[] NO_HASH = new byte[0];

  @Test
  void aClientChecksTheRootOfTheOrganisationItSpeaksTo() throws Exception {
    try (DevPeer peer = DevPeer.builder()
        .organization("Org1MSP")
        .organization("Org2MSP")
        .tls()
        .start()) {
      DevIdentity alice = peer.enroll("Org1MSP", "alice");
      try (Client client = Client.of(peer, alice, trusting(peer, "Org1MSP").build(), NO_HASH)) {
        assertThat(info(client, peer)).isNotEmpty();
        assertThat(firstBlock(client).getHeader().getNumber()).isZero();
      }
      // the root of another organisation, and no TLS at all
      try (Client client = Client.of(peer, alice, trusting(peer, "Org2MSP").build(), NO_HASH)) {
        unavailable(client, peer);
      }
      try (Client client = Client.of(peer, alice)) {
        unavailable(client, peer);
      }
    }
  }

  @Test
  void aClientShowsACertificateWhereThePeerWantsOne() throws Exception {
    try (DevPeer peer = DevPeer.builder()
        .organization("Org1MSP")
        .organization("Org2MSP")
        .mutualTls()
        .start()) {
      DevIdentity alice = peer.enroll("Org1MSP", "alice");
      DevIdentity pair = peer.enrollTls("Org2MSP", "laptop");
      byte[] hash = Digests.sha256(ByteString.copyFrom(pair.certificate().getEncoded()))
          .toByteArray();
      ChannelCredentials shown = trusting(peer, "Org1MSP")
          .keyManager(stream(pair.certificatePem()), stream(pair.privateKeyPem()))
          .build();

      try (Client client = Client.of(peer, alice, shown, hash)) {
        assertThat(info(client, peer)).isNotEmpty();
        assertThat(firstBlock(client).getHeader().getNumber()).isZero();
      }
      // Fabric lets nobody have blocks whose request does not name the certificate
      try (Client client = Client.of(peer, alice, shown, NO_HASH)) {
        assertThat(info(client, peer)).isNotEmpty();
        assertThatThrownBy(() -> firstBlock(client)).hasMessageContaining("BAD_REQUEST");
      }
      try (Client client = Client.of(peer, alice, trusting(peer, "Org1MSP").build(), NO_HASH)) {
        unavailable(client, peer);
      }
      // who may sign transactions may not therefore connect
      ChannelCredentials another = trusting(peer, "Org1MSP")
          .keyManager(stream(alice.certificatePem()), stream(alice.privateKeyPem()))
          .build();
      try (Client client = Client.of(peer, alice, another, NO_HASH)) {
        unavailable(client, peer);
      }
    }
  }

  @Test
  void aChaincodeMayListenWithTls() throws Exception {
    CertificateAuthority authority = new CertificateAuthority("Operations", "tlsca");
    try (
        ChaincodeProcess chaincode = new ChaincodeProcess()
            .startTls(authority.issueTls("chaincode", "server"));
        DevPeer peer = DevPeer.builder()
            .organization("Org1MSP")
            .chaincode("test", chaincode.endpoint(), "ANY", authority.certificate())
            .connectTimeout(Duration.ofSeconds(60))
            .start();
        Client client = Client.of(peer, peer.enroll("Org1MSP", "alice"))) {
      client.submit("put", "secure", "value");
      assertThat(client.evaluate("get", "secure")).isEqualTo("value");
    }
  }

  @Test
  void aPeerWithoutTlsHasNoRoots() throws Exception {
    try (DevPeer peer = DevPeer.builder().organization("Org1MSP").start()) {
      assertThatThrownBy(() -> peer.tlsRootPem("Org1MSP"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("without TLS");
      assertThatThrownBy(() -> peer.enrollTls("Org1MSP", "laptop"))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static void unavailable(Client client, DevPeer peer) {
    assertThat(catchThrowableOfType(GatewayException.class, () -> info(client, peer)).getStatus()
        .getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private static byte[] info(Client client, DevPeer peer) throws GatewayException {
    return client.contract("qscc").evaluateTransaction("GetChainInfo", peer.channel());
  }

  private static Block firstBlock(Client client) {
    try (CloseableIterator<Block> blocks = client.network()
        .newBlockEventsRequest()
        .startBlock(0)
        .build()
        .getEvents()) {
      return blocks.next();
    }
  }

  private static TlsChannelCredentials.Builder trusting(DevPeer peer, String mspId)
      throws Exception {
    return TlsChannelCredentials.newBuilder().trustManager(stream(peer.tlsRootPem(mspId)));
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }
}
