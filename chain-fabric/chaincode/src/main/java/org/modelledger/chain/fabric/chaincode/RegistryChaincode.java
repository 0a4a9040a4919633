package org.modelledger.chain.fabric.chaincode;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.traces.Traces;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.MalformedInputException;
import org.modelledger.chain.fabric.protocol.Outcomes;

/** The contract behind Fabric's interface. */
final class RegistryChaincode extends ChaincodeBase {
  private static final System.Logger LOGGER = System
      .getLogger(RegistryChaincode.class.getName());
  private static final int FAILED = 500;

  private final RegistryContract contract;
  private final InstantSource clock;
  private final Duration maxAhead;

  /**
   * @param clock decides only whether this process endorses a transaction, never what is in it
   * @param maxAhead how far before the clock a transaction's time may be
   */
  RegistryChaincode(RegistryContract contract, InstantSource clock, Duration maxAhead) {
    this.contract = contract;
    this.clock = clock;
    this.maxAhead = maxAhead;
  }

  /**
   * Serves peers until the process is ended.
   *
   * @throws IOException if the address cannot be listened at
   */
  void serve(ChaincodeServerProperties properties) throws IOException, InterruptedException {
    // In this order, as ChaincodeBase.start has it; without the configuration every call would hang.
    initializeLogging();
    processEnvironmentOptions();
    validateOptions();
    Properties configuration = getChaincodeConfig();
    Metrics.initialize(configuration);
    Traces.initialize(configuration);
    new NettyChaincodeServer(this, properties).start();
  }

  @Override
  public Response init(ChaincodeStub stub) {
    return response(Answer.of(""));
  }

  @Override
  public Response invoke(ChaincodeStub stub) {
    try {
      List<String> call = stub.getStringArgs();
      Instant claimed = stub.getTxTimestamp();
      if (claimed == null) {
        return response(Answer.refused("Malformed: the transaction has no time"));
      }
      Answer answer = isTooEarly(call, claimed)
          ? Answer.refused("ClockAhead: the transaction says that it is " + claimed
              + ", which is more than " + maxAhead + " ahead of this endorser's clock")
          : contract.invoke(new StubState(stub), new Invocation(stub.getTxId(), claimed,
              () -> Identities.caller(stub.getCreator()), call));
      answer.event().ifPresent(payload -> stub.setEvent(Outcomes.EVENT_NAME, payload));
      return response(answer);
    } catch (RuntimeException e) {
      // The peer answered with an error, or the state is not ours: nothing that a caller can mend.
      LOGGER.log(System.Logger.Level.ERROR, "transaction " + stub.getTxId() + " failed", e);
      return new Response(FAILED, "the chaincode failed: " + e.getMessage(), new byte[0]);
    }
  }

  /** A claim far in the future would stand above all later events, whose times never run backwards. */
  private boolean isTooEarly(List<String> call, Instant claimed) {
    if (call.isEmpty() || !claimed.isAfter(clock.instant().plus(maxAhead))) {
      return false;
    }
    try {
      return ChaincodeFunction.named(call.get(0)).changesState();
    } catch (MalformedInputException e) {
      return false; // the contract says what is wrong with it
    }
  }

  private static Response response(Answer answer) {
    return new Response(answer.status(), answer.message(), answer.payload());
  }
}
