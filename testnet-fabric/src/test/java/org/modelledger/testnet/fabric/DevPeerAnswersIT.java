package org.modelledger.testnet.fabric;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.fabric.devpeer.DevPeer;
import org.modelledger.testnet.NodeProcess;
import org.modelledger.testnet.Ports;

/** What Fabric answers, the development peer answers. */
class DevPeerAnswersIT extends Answers {
  @SuppressWarnings("NullAway.Init")
  private static NodeProcess chaincode;

  @SuppressWarnings("NullAway.Init")
  private static DevPeer peer;

  @BeforeAll
  static void start(@TempDir Path scratch) throws IOException {
    String address = "127.0.0.1:" + Ports.free(1).getFirst();
    FabricChaincode sample = SampleChaincode.description();
    chaincode = NodeProcess.start(sample.command(),
        Map.of("CHAINCODE_SERVER_ADDRESS", address, "CORE_CHAINCODE_ID_NAME", "sample:1",
            "CORE_PEER_TLS_ENABLED", "false"),
        scratch, scratch.resolve("chaincode.log"));
    peer = DevPeer.builder()
        .organization("Org1MSP")
        .organization("Org2MSP")
        .channel("modelledger")
        .chaincode(sample.name(), address)
        .connectTimeout(Duration.ofSeconds(60))
        .tls()
        .start();
  }

  @AfterAll
  static void stop() {
    peer.close();
    chaincode.kill();
  }

  @Override
  Ground ground() {
    return new Ground() {
      @Override
      public boolean isOlder() {
        return false;
      }

      @Override
      public String channel() {
        return peer.channel();
      }

      @Override
      public String chaincode() {
        return "sample";
      }

      @Override
      public String address(String mspId) {
        return peer.endpoint(mspId);
      }

      @Override
      public ManagedChannel connect(String mspId) {
        try {
          return Grpc.newChannelBuilder(peer.endpoint(mspId), TlsChannelCredentials.newBuilder()
              .trustManager(new ByteArrayInputStream(
                  peer.tlsRootPem(mspId).getBytes(StandardCharsets.US_ASCII)))
              .build()).build();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public Person person(String mspId, String name, Map<String, String> attributes) {
        return person(peer.enroll(mspId, name, attributes));
      }

      @Override
      public Person person(String mspId, String name, Instant notBefore, Instant notAfter) {
        return person(peer.enroll(mspId, name, Map.of(), notBefore, notAfter));
      }

      private static Person person(DevIdentity identity) {
        return new Person(identity.mspId(), identity.certificate(), identity.privateKey());
      }
    };
  }
}
