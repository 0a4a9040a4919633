package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.client.ChaincodeEvent;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.SubmittedTransaction;
import org.hyperledger.fabric.client.Transaction;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.FabricAccounts;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.fabric.devpeer.DevPeer;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.RegisterVersion;

/** Fabric's own client, two organisations that endorse, and the process that operators start. */
class DevPeerIT {
  private static final ModelName MODEL = ModelName.of("acme/digits");

  @TempDir
  Path directory;

  @Test
  void carriesOutWhatFabricsClientSends() throws Exception {
    int port = ChaincodeProcess.freePort();
    Process process = ChaincodeProcess.start(directory.resolve("log"), Map.of(
        "CORE_CHAINCODE_ID_NAME", "registry:1", "CHAINCODE_SERVER_ADDRESS", "127.0.0.1:" + port));
    try (DevPeer peer = DevPeer.builder()
        .organization("Org1MSP")
        .organization("Org2MSP")
        .chaincode("registry", "127.0.0.1:" + port)
        .connectTimeout(Duration.ofSeconds(60))
        .start()) {
      DevIdentity ann = peer.enroll("Org1MSP", "ann");
      DevIdentity eve = peer.enroll("Org2MSP", "eve", Map.of(Permissions.ATTRIBUTE, "auditor"));
      try (Connection anns = new Connection(peer, ann);
          Connection eves = new Connection(peer, eve)) {
        assertThat(anns.evaluate(List.of("account")))
            .isEqualTo(FabricAccounts.of("Org1MSP", ann.certificate()).value());
        happensOnceThoughSentTwice(anns);
        conflictsWhereItHasTo(peer, anns);
        tellsAnAuditorWhatItMayNot(eves);
        leavesOutcomes(anns);
      }
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static void happensOnceThoughSentTwice(Connection client) throws Exception {
    List<Submitted> submissions = List.of(Calls.submitted(new CreateModel(MODEL)),
        Calls.submitted(register(1)), Calls.submitted(register(1)));
    List<String> call = new Batch(Calls.LANE, 0, submissions).call();

    assertThat(client.submit(call)).isEqualTo("{\"next\":3}");
    assertThat(client.submit(call)).isEqualTo("{\"next\":3}");
    assertThat(client.evaluate(List.of("modelVersion", "acme/digits"))).isEqualTo("1");
  }

  private static void conflictsWhereItHasTo(DevPeer peer, Connection client) throws Exception {
    List<Transaction> endorsed = new ArrayList<>();
    for (Command<?> command : List.of(register(2),
        new DeployVersion(MODEL.version(1), EnvironmentName.of("production")), register(3))) {
      endorsed.add(client.endorse(FabricCommands.write(command)));
    }
    peer.faults().holdBlocks();
    List<SubmittedTransaction> submitted = new ArrayList<>();
    for (Transaction transaction : endorsed) {
      submitted.add(transaction.submitAsync());
    }
    peer.faults().releaseBlocks();

    List<TxValidationCode> codes = new ArrayList<>();
    for (SubmittedTransaction transaction : submitted) {
      codes.add(transaction.getStatus().getCode());
    }
    assertThat(codes).containsExactly(TxValidationCode.VALID, TxValidationCode.VALID,
        TxValidationCode.MVCC_READ_CONFLICT);
  }

  private static void tellsAnAuditorWhatItMayNot(Connection auditor) throws Exception {
    assertThat(auditor.evaluate(List.of("deployed", "acme/digits", "production")))
        .contains("\"version\":1");

    EndorseException refusal = catchThrowableOfType(EndorseException.class,
        () -> auditor.submit(FabricCommands.write(new CreateModel(ModelName.of("eve")))));

    assertThat(refusal.getDetails()).isNotEmpty()
        .allSatisfy(detail -> assertThat(detail.getMessage())
            .contains("400", "NotAuthorized: the certificate of account Org2MSP:", "[auditor]"));
  }

  private static void leavesOutcomes(Connection client) throws Exception {
    List<Integer> counts = new ArrayList<>();
    try (CloseableIterator<ChaincodeEvent> events = client.network
        .newChaincodeEventsRequest("registry")
        .startBlock(0)
        .build()
        .getEvents()) {
      while (counts.size() < 3) {
        ChaincodeEvent event = events.next();
        assertThat(event.getEventName()).isEqualTo(Outcomes.EVENT_NAME);
        counts.add(Outcomes.parse(event.getPayload()).outcomes().size());
      }
    }
    // the batch, and the two of three that did not conflict; a batch that was skipped leaves nothing
    assertThat(counts).containsExactly(3, 1, 1);
  }

  /** Fabric's gateway client on a connection of its own. */
  private static final class Connection implements AutoCloseable {
    private final ManagedChannel channel;
    private final Gateway gateway;
    private final Network network;
    private final Contract contract;

    Connection(DevPeer peer, DevIdentity identity) {
      channel = Grpc.newChannelBuilder(peer.endpoint(), InsecureChannelCredentials.create())
          .build();
      gateway = Gateway.newInstance()
          .identity(new X509Identity(identity.mspId(), identity.certificate()))
          .signer(Signers.newPrivateKeySigner(identity.privateKey()))
          .connection(channel)
          .connect();
      network = gateway.getNetwork(peer.channel());
      contract = network.getContract("registry");
    }

    String evaluate(List<String> call) throws Exception {
      return new String(contract.evaluateTransaction(call.get(0), arguments(call)), UTF_8);
    }

    String submit(List<String> call) throws Exception {
      return new String(contract.submitTransaction(call.get(0), arguments(call)), UTF_8);
    }

    Transaction endorse(List<String> call) throws Exception {
      return contract.newProposal(call.get(0)).addArguments(arguments(call)).build().endorse();
    }

    private static String[] arguments(List<String> call) {
      return call.stream().skip(1).toArray(String[]::new);
    }

    @Override
    public void close() {
      gateway.close();
      channel.shutdownNow();
    }
  }

  private static RegisterVersion register(int i) {
    return new RegisterVersion(MODEL, Calls.digest("artifact " + i), Calls.digest("statement"));
  }
}
