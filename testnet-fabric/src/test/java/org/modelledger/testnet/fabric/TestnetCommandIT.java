package org.modelledger.testnet.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.testnet.NodeProcess;

/** What the command leaves running outlives it. */
@ExtendWith(TestnetCommandIT.WhereThereIsFabric.class)
class TestnetCommandIT {
  @Test
  void leavesANetworkRunningAndTakesItDown(@TempDir Path scratch) throws Exception {
    Path directory = scratch.resolve("network");
    List<String> up = new ArrayList<>(List.of("up", "fabric", "--dir", directory.toString(),
        "--chaincode", "sample", "--user", "Org1MSP:alice:role=trainer,region=eu", "--"));
    up.addAll(SampleChaincode.description().command());
    try {
      assertThat(testnet(scratch, up)).contains("connection.json");

      assertThat(PidFile.findAll(directory.resolve("run"))).hasSize(5);
      FabricConnection connection = FabricConnection.read(directory.resolve("connection.json"));
      try (Client client = Client.of(connection, "Org1MSP", "alice")) {
        client.submit("put", "left", "running");
        Eventually.reads(client, "left", "running");
        assertThat(client.evaluate("attribute", "region")).isEqualTo("eu");
      }
      List<ProcessHandle> processes = PidFile.findAll(directory.resolve("run"));
      assertThat(testnet(scratch, List.of("down", "fabric", "--dir", directory.toString())))
          .contains("5 processes ended");
      assertThat(processes).noneMatch(ProcessHandle::isAlive);
      assertThat(directory).doesNotExist();
    } finally {
      if (Files.exists(directory.resolve("run"))) {
        int unused = FabricNetwork.takeDown(directory, true);
      }
    }
  }

  private static String testnet(Path scratch, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(SampleChaincode.description().command());
    command.removeLast();
    command.add(TestnetCommand.class.getName());
    command.addAll(arguments);
    Path output = scratch.resolve("output.txt");
    int status = NodeProcess.run(command, Map.of(), scratch, output, Duration.ofMinutes(5));
    String printed = Files.readString(output);
    assertThat(status).as(printed).isZero();
    return printed;
  }

  /** Skips, as the extension does that starts a network. */
  static final class WhereThereIsFabric implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return FabricExtension.condition(FabricBinaries.ofEnvironment().isPresent(),
          context.getDisplayName());
    }
  }
}
