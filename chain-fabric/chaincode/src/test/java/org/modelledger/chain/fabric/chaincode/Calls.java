package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.modelledger.chain.fabric.chaincode.SimulatedState.Simulation;
import org.modelledger.chain.fabric.protocol.Batch;
import org.modelledger.chain.fabric.protocol.Batch.Submitted;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.fabric.protocol.Outcomes;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.registry.Command;
import org.modelledger.registry.SubmissionId;

/** Calls of the contract, one transaction after the other. */
final class Calls {
  static final Lane LANE = new Lane("ab".repeat(32));
  static final Instant TIME = Instant.parse("2026-11-26T21:00:00.5Z");

  final SimulatedState ledger = new SimulatedState();
  private final RegistryContract contract = new RegistryContract("1.2.3");
  private int transactions;

  /** An endorsed transaction that waits for its place in the order. */
  record Endorsed(Simulation transaction, Answer answer) {
    boolean commit() {
      return transaction.commit();
    }

    List<Outcome> outcomes() {
      return answer.event().map(payload -> Outcomes.parse(payload).outcomes()).orElse(List.of());
    }

    String payload() {
      return new String(answer.payload(), UTF_8);
    }
  }

  static AccountId account(String name) {
    return AccountId.of("Org1MSP:CN=" + name + ",OU=client:CN=ca.org1.example");
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(UTF_8));
  }

  /** Simulates a call on what is committed. */
  Endorsed endorse(String name, List<String> call) {
    return endorse(new Caller(account(name), Permissions.ALL), call);
  }

  Endorsed endorse(Caller caller, List<String> call) {
    Simulation simulation = ledger.simulate();
    Answer answer = contract.invoke(simulation,
        new Invocation("tx-" + transactions++, TIME, () -> caller, call));
    if (!answer.isOk()) {
      assertThat(simulation.keysWritten()).as("written by what was refused").isEmpty();
      assertThat(answer.event()).isEmpty();
    }
    return new Endorsed(simulation, answer);
  }

  Endorsed endorse(String name, Command<?> command) {
    return endorse(name, FabricCommands.write(command));
  }

  /** Calls a verb by itself and commits it. */
  Endorsed does(String name, Command<?> command) {
    Endorsed endorsed = endorse(name, command);
    assertThat(endorsed.answer().message()).isEmpty();
    assertThat(endorsed.commit()).isTrue();
    return endorsed;
  }

  /** Sends a batch in {@link #LANE} and commits it. */
  Endorsed executes(String name, long first, Submitted... submissions) {
    Endorsed endorsed = endorse(name, new Batch(LANE, first, List.of(submissions)).call());
    assertThat(endorsed.commit()).isTrue();
    return endorsed;
  }

  static Submitted submitted(Command<?> command) {
    return Submitted.of(SubmissionId.random(), command);
  }
}
