package org.modelledger.fabric.devpeer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that leaves a peer running as long as somebody wants it. */
class DevPeerCommandIT {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path scratch;

  @Test
  void leavesWhatClientsNeedAndTakesItAwayWhenItIsEnded() throws Exception {
    Path directory = scratch.resolve("net");
    Process process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        DevPeerCommand.class.getName(), "up", "--org", "Org1MSP", "--org", "Org2MSP", "--chaincode",
        "registry=127.0.0.1:9", "--user", "Org1MSP:ann:role=trainer", "--channel", "nearby",
        "--dir",
        directory.toString()).redirectErrorStream(true).start();
    try (BufferedReader printed = process.inputReader()) {
      List<String> lines = new ArrayList<>();
      while (lines.isEmpty() || !lines.getLast().startsWith("Runs until")) {
        String line = printed.readLine();
        assertThat(line).as("after %s", lines).isNotNull();
        lines.add(line);
      }
      List<String> said = texts(directory.resolve("connection.json"));
      assertThat(said).contains("nearby", "registry", "Org1MSP", "Org2MSP", "peer0.Org2MSP", "ann",
          "User1", "trainer");
      Path user = directory.resolve("users").resolve("ann@Org1MSP");
      assertThat(said).contains(user.resolve("cert.pem").toString(),
          user.resolve("key.pem").toString(), directory.resolve("tls/Org1MSP.pem").toString());
      assertThat(height(lines, directory, user)).isNotEmpty();

      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(directory).doesNotExist();
    } finally {
      process.destroyForcibly();
    }
  }

  /** What the ledger answers somebody who has nothing but what was printed and left. */
  private static byte[] height(List<String> lines, Path directory, Path user) throws Exception {
    String endpoint = lines.stream()
        .filter(line -> line.startsWith("Org1MSP at "))
        .map(line -> line.substring("Org1MSP at ".length()))
        .findFirst()
        .orElseThrow();
    ManagedChannel connection = Grpc.newChannelBuilder(endpoint, TlsChannelCredentials.newBuilder()
        .trustManager(directory.resolve("tls/Org1MSP.pem").toFile())
        .build()).build();
    try (Reader certificate = Files.newBufferedReader(user.resolve("cert.pem"));
        Reader key = Files.newBufferedReader(user.resolve("key.pem"));
        Gateway gateway = Gateway.newInstance()
            .identity(new X509Identity("Org1MSP", Identities.readX509Certificate(certificate)))
            .signer(Signers.newPrivateKeySigner(Identities.readPrivateKey(key)))
            .connection(connection)
            .connect()) {
      return gateway.getNetwork("nearby")
          .getContract("qscc")
          .evaluateTransaction("GetChainInfo", "nearby");
    } finally {
      connection.shutdownNow();
    }
  }

  private static List<String> texts(Path json) throws IOException {
    List<String> texts = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(Files.readString(json))) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          texts.add(parser.getText());
        }
      }
    }
    return texts;
  }

  @Test
  void saysWhichOptionItDidNotUnderstand() throws IOException {
    StringWriter printed = new StringWriter();
    String directory = scratch.resolve("never").toString();
    assertThat(run(printed, "up", "--dir", directory, "--chaincode", "registry")).isEqualTo(2);
    assertThat(run(printed, "up", "--dir", directory, "--org", "Org1MSP:port")).isEqualTo(2);
    assertThat(run(printed, "up", "--dir", directory, "--user", "ann")).isEqualTo(2);
    assertThat(run(printed, "up", "--dir", directory, "--user", "Org1MSP:ann:role")).isEqualTo(2);
    assertThat(run(printed, "up", "--dir", directory, "--user", "Org7MSP:ann")).isEqualTo(2);
    assertThat(run(printed, "up", "--dir", directory, "--channel", "Main")).isEqualTo(2);
    assertThat(printed.toString()).contains("--chaincode 'registry'", "--org 'Org1MSP:port'",
        "--user 'ann'", "'role'", "Org7MSP", "'Main'");

    Files.writeString(scratch.resolve("occupied"), "mine");
    assertThat(run(printed, "up", "--dir", scratch.toString())).isEqualTo(2);
    assertThat(printed.toString()).contains("is not empty");
  }

  private static int run(StringWriter printed, String... arguments) {
    PrintWriter writer = new PrintWriter(printed);
    return DevPeerCommand.commandLine(writer, writer).execute(arguments);
  }
}
