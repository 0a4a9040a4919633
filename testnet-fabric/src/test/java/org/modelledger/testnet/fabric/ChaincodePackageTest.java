package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.NodeProcess;

class ChaincodePackageTest {
  @Test
  void tarReadsWhatAPeerWillRead(@TempDir Path scratch) throws IOException, InterruptedException {
    Files.write(scratch.resolve("package.tgz"),
        ChaincodePackage.of("sample_1.0", "127.0.0.1:20001").bytes());

    unpack(scratch, "package.tgz");
    JsonNode metadata = json(scratch.resolve("metadata.json"));
    assertThat(metadata.get("type").asText()).isEqualTo("ccaas");
    assertThat(metadata.get("label").asText()).isEqualTo("sample_1.0");
    unpack(scratch, "code.tar.gz");
    JsonNode connection = json(scratch.resolve("connection.json"));
    assertThat(connection.get("address").asText()).isEqualTo("127.0.0.1:20001");
    assertThat(connection.get("tls_required").asBoolean()).isFalse();
  }

  @Test
  void theIdDependsOnTheAddressAlone() {
    ChaincodePackage one = ChaincodePackage.of("sample_1.0", "127.0.0.1:20001");

    assertThat(one.bytes())
        .isEqualTo(ChaincodePackage.of("sample_1.0", "127.0.0.1:20001").bytes());
    assertThat(one.id()).matches("sample_1\\.0:[0-9a-f]{64}")
        .isEqualTo(ChaincodePackage.of("sample_1.0", "127.0.0.1:20001").id())
        .isNotEqualTo(ChaincodePackage.of("sample_1.0", "127.0.0.1:20002").id());
  }

  private static void unpack(Path directory, String file) throws InterruptedException {
    Path output = directory.resolve("tar.log");
    int status = NodeProcess.run(List.of("tar", "-xzf", file), Map.of(), directory, output,
        Duration.ofMinutes(1));
    assertThat(status).as(NodeProcess.tail(output, 1_000)).isZero();
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
