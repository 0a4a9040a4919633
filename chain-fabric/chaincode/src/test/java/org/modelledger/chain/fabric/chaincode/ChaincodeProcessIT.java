package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.chain.fabric.chaincode.StreamPeer.Result;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.Description;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.ModelStates;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.chain.fabric.protocol.Ownership;
import org.modelledger.chain.fabric.protocol.Page;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.Role;

/** The process that operators start, from the distribution, at the end of the chaincode stream. */
class ChaincodeProcessIT {
  private static final ModelName MODEL = ModelName.of("acme/digits");
  private static final byte[] ANN = Certificates.identity("Org1MSP",
      Certificates.issue("OU=client,CN=ann", "CN=ca.org1.example", Optional.empty()));
  private static final byte[] EVE = Certificates.identity("Org1MSP",
      Certificates.issue("CN=eve", "CN=ca.org1.example",
          Optional.of("{\"attrs\":{\"modelledger.roles\":\"auditor\"}}")));

  @TempDir
  Path directory;

  @Test
  void servesAPeer() throws Exception {
    int port = ChaincodeProcess.freePort();
    Process process = ChaincodeProcess.start(directory.resolve("log"),
        Map.of("CORE_CHAINCODE_ID_NAME", "registry:ab",
            "CHAINCODE_SERVER_ADDRESS", "127.0.0.1:" + port));
    try (StreamPeer peer = new StreamPeer(port)) {
      saysWhatItIs(peer);
      carriesOutABatch(peer);
      readsRanges(peer);
      refusesAsAWhole(peer);
      failsWithItsPeer(peer);
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static void saysWhatItIs(StreamPeer peer) throws Exception {
    Description description = Description.parse(read(peer, ChaincodeFunction.DESCRIBE));

    assertThat(description.name()).isEqualTo(Description.NAME);
    assertThat(description.version()).isEqualTo(Main.release());
    assertThat(new String(read(peer, ChaincodeFunction.ACCOUNT), UTF_8))
        .isEqualTo(Calls.account("ann").value());
  }

  private static void carriesOutABatch(StreamPeer peer) throws Exception {
    List<Command<?>> commands = List.of(new CreateModel(MODEL), register(1), register(1),
        register(2), new GrantRole(MODEL, Calls.account("bob"), Role.TRAINER),
        new DeployVersion(MODEL.version(2), EnvironmentName.of("production")),
        new CreateModel(ModelName.of("acme/letters")), new CreateModel(ModelName.of("b")));
    List<Submitted> submissions = commands.stream().<Submitted>map(Calls::submitted).toList();
    Instant time = Instant.now();

    Result result = peer.call(ANN, time, new Batch(Calls.LANE, 0, submissions).call());

    assertThat(result.response().getMessage()).isEmpty();
    assertThat(result.response().getStatus()).isEqualTo(200);
    assertThat(result.response().getPayload().toStringUtf8()).isEqualTo("{\"next\":8}");
    assertThat(result.message().getChaincodeEvent().getEventName())
        .isEqualTo(Outcomes.EVENT_NAME);
    Outcomes outcomes = Outcomes
        .parse(result.message().getChaincodeEvent().getPayload().toByteArray());
    assertThat(outcomes.author()).isEqualTo(Calls.account("ann"));
    assertThat(outcomes.claimedTime()).isEqualTo(time);
    assertThat(outcomes.outcomes()).hasSize(8)
        .filteredOn(Outcome.Refused.class::isInstance)
        .hasSize(1);
    assertThat(result.simulation().commit()).isTrue();
  }

  private static void readsRanges(StreamPeer peer) throws Exception {
    ModelRecord model = ModelStates
        .parse(read(peer, ChaincodeFunction.MODEL, MODEL.value()));
    Page<Ownership> first = Page.ofModels(read(peer, ChaincodeFunction.MODELS, "2", ""));
    Page<Ownership> second = Page
        .ofModels(read(peer, ChaincodeFunction.MODELS, "2", first.bookmark()));

    assertThat(model.roles()).containsOnlyKeys(Role.TRAINER);
    assertThat(model.deployments()).containsOnlyKeys(EnvironmentName.of("production"));
    assertThat(model.latestVersion()).isEqualTo(2);
    assertThat(Stream.concat(first.items().stream(), second.items().stream()))
        .extracting(item -> item.model().value())
        .containsExactly("acme/digits", "acme/letters", "b");
    assertThat(second.bookmark()).isEmpty();
  }

  private static void refusesAsAWhole(StreamPeer peer) throws Exception {
    Instant now = Instant.now();
    assertRefused(peer.call(ANN, now, List.of("explode")), "Malformed: there is no function");
    assertRefused(peer.call(ANN, now, FabricCommands.write(new CreateModel(MODEL))),
        "AlreadyExists: model acme/digits exists already");
    assertRefused(peer.call(EVE, now, FabricCommands.write(new CreateModel(ModelName.of("e")))),
        "NotAuthorized: the certificate of account Org1MSP:CN=eve:CN=ca.org1.example");
    assertRefused(peer.call(ANN, now.plusSeconds(3_600),
        FabricCommands.write(new CreateModel(ModelName.of("e")))), "ClockAhead: ");
    assertRefused(peer.call(new byte[0], now,
        FabricCommands.write(new CreateModel(ModelName.of("e")))), "Malformed: the creator");
    // who only asks may have any clock and any certificate
    assertThat(peer.call(new byte[0], now.plusSeconds(3_600), List.of("owner", "acme/digits"))
        .response()
        .getPayload()
        .toStringUtf8()).isEqualTo(Calls.account("ann").value());
  }

  private static void failsWithItsPeer(StreamPeer peer) throws Exception {
    peer.fail(true);
    Result failed = peer.call(ANN, Instant.now(), FabricCommands.write(register(3)));
    peer.fail(false);
    Result next = peer.call(ANN, Instant.now(), FabricCommands.write(register(3)));

    assertThat(failed.response().getStatus()).isEqualTo(500);
    assertThat(failed.response().getMessage()).startsWith("the chaincode failed: ");
    assertThat(next.response().getStatus()).isEqualTo(200);
  }

  @Test
  void saysWhatTheEnvironmentLacks() throws Exception {
    Process process = ChaincodeProcess.start(directory.resolve("log"),
        Map.of("CORE_CHAINCODE_ID_NAME", "registry:ab"));

    assertThat(process.waitFor()).isNotZero();
    assertThat(directory.resolve("log")).content()
        .contains("the environment has no CHAINCODE_SERVER_ADDRESS");
  }

  private static void assertRefused(Result result, String message) {
    assertThat(result.response().getStatus()).isEqualTo(400);
    assertThat(result.response().getMessage()).startsWith(message);
    assertThat(result.message().hasChaincodeEvent()).isFalse();
    assertThat(result.simulation().keysWritten()).isEmpty();
  }

  private static byte[] read(StreamPeer peer, ChaincodeFunction function, String... arguments)
      throws Exception {
    Result result = peer.call(ANN, Instant.now(), function.call(arguments));
    assertThat(result.response().getMessage()).isEmpty();
    assertThat(result.simulation().keysWritten()).isEmpty();
    return result.response().getPayload().toByteArray();
  }

  private static RegisterVersion register(int i) {
    return new RegisterVersion(MODEL, Calls.digest("artifact " + i), Calls.digest("statement"));
  }
}
