package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.hyperledger.fabric.client.identity.Identities;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.NodeProcess;

/** The answers are Fabric's. */
class FabricAnswersIT extends Answers {
  @RegisterExtension
  static final FabricExtension FABRIC = FabricExtension
      .of(FabricOptions.builder(SampleChaincode.description()).build());

  private static final Pattern OLDER = Pattern.compile("Version: v?2\\.");

  @SuppressWarnings("NullAway.Init")
  private static String version;

  @BeforeAll
  static void askForTheVersion(@TempDir Path scratch) throws IOException, InterruptedException {
    Path output = scratch.resolve("version.txt");
    int status = NodeProcess.run(List.of(FabricBinaries.required().program("peer"), "version"),
        Map.of(), scratch, output, Duration.ofMinutes(1));
    version = Files.readString(output);
    assertThat(status).as(version).isZero();
  }

  @Override
  Ground ground() {
    FabricNetwork network = FABRIC.node();
    return new Ground() {
      @Override
      public boolean isOlder() {
        return OLDER.matcher(version).find();
      }

      @Override
      public String channel() {
        return network.connection().channel();
      }

      @Override
      public String chaincode() {
        return network.connection().chaincode();
      }

      @Override
      public String address(String mspId) {
        return peer(mspId).address();
      }

      @Override
      public ManagedChannel connect(String mspId) {
        try {
          return Grpc.newChannelBuilder(address(mspId), TlsChannelCredentials.newBuilder()
              .trustManager(peer(mspId).tlsRoot().toFile())
              .build()).build();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      private FabricConnection.Endpoint peer(String mspId) {
        return network.connection().organization(mspId).peers().getFirst();
      }

      @Override
      public Person person(String mspId, String name, Map<String, String> attributes) {
        return person(network.enroll(mspId, name, attributes));
      }

      @Override
      public Person person(String mspId, String name, Instant notBefore, Instant notAfter) {
        return person(network.enroll(mspId, name, Map.of(), notBefore, notAfter));
      }

      private static Person person(FabricUser user) {
        try (Reader certificate = Files.newBufferedReader(user.certificate());
            Reader key = Files.newBufferedReader(user.privateKey())) {
          return new Person(user.mspId(), Identities.readX509Certificate(certificate),
              Identities.readPrivateKey(key));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }
}
