package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Response;
import org.jspecify.annotations.Nullable;

/** Executes proposals for one organisation or another, and signs what came out. */
final class Endorser {
  static final String VERSION = "1.0";

  /**
   * What an endorser has signed.
   *
   * @param response what the chaincode answered
   * @param payload what is signed
   * @param endorsement the signature
   * @param required the policies that a transaction with this result must satisfy
   */
  record Endorsed(Response response, ByteString payload, Endorsement endorsement,
      List<Policy> required) {}

  /**
   * What an execution yields.
   *
   * @param response what the chaincode answered
   * @param version the chaincode's version
   * @param event what it announces; the default if nothing
   * @param results what it has read and written
   * @param required the policies that a transaction with this result must satisfy
   */
  private record Simulated(Response response, String version, ChaincodeEvent event,
      ByteString results, List<Policy> required) {}

  private final String channel;
  private final Members members;
  private final Ledger ledger;
  private final Map<String, ChaincodeRuntime> chaincodes;
  private final EndorsementRules rules;
  private final Duration executeLimit;
  private final LedgerQueries queries;

  Endorser(String channel, Members members, Ledger ledger,
      Map<String, ChaincodeRuntime> chaincodes, EndorsementRules rules, Duration executeLimit) {
    this.channel = channel;
    this.members = members;
    this.ledger = ledger;
    this.chaincodes = chaincodes;
    this.rules = rules;
    this.executeLimit = executeLimit;
    this.queries = new LedgerQueries(channel, ledger);
  }

  Endorsed endorse(Organization organization, Proposed proposed)
      throws EndorsementException, InterruptedException {
    check(proposed);
    Simulated simulated = proposed.chaincode().equals(LedgerQueries.NAME)
        ? new Simulated(queries.answer(proposed.input().getArgsList()), LedgerQueries.VERSION,
            ChaincodeEvent.getDefaultInstance(), ByteString.EMPTY, List.of())
        : simulate(organization, proposed);
    Response response = simulated.response();
    if (response.getStatus() < 200 || response.getStatus() >= 400) {
      throw new EndorsementException(EndorsementException.Stage.CHAINCODE,
          "chaincode response " + response.getStatus() + ", " + response.getMessage());
    }
    ByteString payload = ProposalResponsePayload.newBuilder()
        .setProposalHash(proposed.hash())
        .setExtension(action(proposed, simulated).toByteString())
        .build()
        .toByteString();
    ByteString endorser = organization.node().serialized();
    return new Endorsed(response, payload,
        Endorsement.newBuilder()
            .setEndorser(endorser)
            .setSignature(organization.sign(payload, endorser))
            .build(),
        simulated.required());
  }

  private Simulated simulate(Organization organization, Proposed proposed)
      throws EndorsementException, InterruptedException {
    long block = ledger.height() - 1;
    Simulation simulation = ledger.simulate(block);
    try {
      ChaincodeMessage message = execute(
          new ChaincodeStream.Call(organization, proposed, simulation, proposed.chaincode()),
          proposed.chaincode(), proposed.input());
      if (message.getType() == ChaincodeMessage.Type.ERROR) {
        throw new EndorsementException(EndorsementException.Stage.SIMULATION,
            "error in simulation: transaction returned with failure: "
                + message.getPayload().toStringUtf8());
      }
      TxReadWriteSet set = simulation.result();
      return new Simulated(Response.parseFrom(message.getPayload()), VERSION,
          message.getChaincodeEvent(), set.toByteString(),
          rules.required(proposed.chaincode(), set, block, block));
    } catch (RefusedException | InvalidProtocolBufferException e) {
      throw new EndorsementException(EndorsementException.Stage.SIMULATION,
          "error in simulation: failed to execute transaction " + proposed.transactionId() + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Calls a chaincode from another one, in the same transaction. */
  ChaincodeMessage nested(ChaincodeStream.Call caller, String chaincode, ChaincodeInput input)
      throws RefusedException, InterruptedException {
    if (chaincode.equals(LedgerQueries.NAME)) {
      return ChaincodeMessage.newBuilder()
          .setType(ChaincodeMessage.Type.COMPLETED)
          .setPayload(LedgerQueries.fromChaincode(caller.proposed().chaincode()).toByteString())
          .build();
    }
    return execute(new ChaincodeStream.Call(caller.organization(), caller.proposed(),
        caller.simulation(), chaincode), chaincode, input);
  }

  private ChaincodeMessage execute(ChaincodeStream.Call call, String chaincode,
      ChaincodeInput input) throws RefusedException, InterruptedException {
    ChaincodeRuntime runtime = chaincodes.get(chaincode);
    if (runtime == null) {
      throw new RefusedException("make sure the chaincode " + chaincode
          + " has been successfully defined on channel " + channel + " and try again");
    }
    return runtime.stream(call.organization().mspId()).execute(call, input, executeLimit);
  }

  private void check(Proposed proposed) throws EndorsementException {
    ByteString creator = proposed.signatureHeader().getCreator();
    if (Members.hasExpired(creator)) {
      throw new EndorsementException(EndorsementException.Stage.BEFORE,
          "proposal client identity expired");
    }
    String id = Proposed.transactionId(proposed.signatureHeader());
    if (!id.equals(proposed.transactionId())) {
      throw invalid("incorrectly computed txid '" + proposed.transactionId() + "' -- expected '"
          + id + "'", null);
    }
    String denied = "access denied: channel [" + proposed.channel() + "] creator org ";
    Member member;
    try {
      member = members.member(creator);
    } catch (RefusedException e) {
      throw invalid(denied + "unknown, creator is malformed", e);
    }
    if (!member.signed(proposed.signed().getSignature(), proposed.signed().getProposalBytes())) {
      throw invalid(denied + "[" + member.mspId() + "]", null);
    }
    if (ledger.committed(id).isPresent()) {
      throw new EndorsementException(EndorsementException.Stage.PROPOSAL,
          "duplicate transaction found [" + id + "]. Creator ["
              + HexFormat.of().formatHex(creator.toByteArray()) + "]");
    }
  }

  private static EndorsementException invalid(String why, @Nullable Throwable cause) {
    return new EndorsementException(EndorsementException.Stage.PROPOSAL,
        "error validating proposal: " + why, cause);
  }

  private static ChaincodeAction action(Proposed proposed, Simulated simulated) {
    ChaincodeAction.Builder action = ChaincodeAction.newBuilder()
        .setResults(simulated.results())
        .setResponse(simulated.response())
        .setChaincodeId(ChaincodeID.newBuilder()
            .setName(proposed.chaincode())
            .setVersion(simulated.version()));
    if (!simulated.event().getEventName().isEmpty()) {
      action.setEvents(simulated.event()
          .toBuilder()
          .setChaincodeId(proposed.chaincode())
          .setTxId(proposed.transactionId())
          .build()
          .toByteString());
    }
    return action.build();
  }
}
