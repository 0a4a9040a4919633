package org.modelledger.fabric.devpeer;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsRequest;
import org.hyperledger.fabric.protos.gateway.ChaincodeEventsResponse;
import org.hyperledger.fabric.protos.gateway.CommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.CommitStatusResponse;
import org.hyperledger.fabric.protos.gateway.EndorseRequest;
import org.hyperledger.fabric.protos.gateway.EndorseResponse;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;
import org.hyperledger.fabric.protos.gateway.EvaluateRequest;
import org.hyperledger.fabric.protos.gateway.EvaluateResponse;
import org.hyperledger.fabric.protos.gateway.GatewayGrpc;
import org.hyperledger.fabric.protos.gateway.SignedChaincodeEventsRequest;
import org.hyperledger.fabric.protos.gateway.SignedCommitStatusRequest;
import org.hyperledger.fabric.protos.gateway.SubmitRequest;
import org.hyperledger.fabric.protos.gateway.SubmitResponse;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;

/** The gateway of one organisation's peer. Codes and messages are those of Fabric's, as far as clients can see them. */
final class GatewayService extends GatewayGrpc.GatewayImplBase {
  private static final String DETAILS = ", see attached details for more info";

  private final Network network;
  private final Organization own;
  private final ExecutorService executor;

  GatewayService(Network network, Organization own, ExecutorService executor) {
    this.network = network;
    this.own = own;
    this.executor = executor;
  }

  @Override
  public void evaluate(EvaluateRequest request, StreamObserver<EvaluateResponse> observer) {
    answer(observer, () -> {
      Proposed proposed = proposed("failed to unpack transaction proposal: ",
          request.getProposedTransaction());
      if (!proposed.channel().equals(network.channel())) {
        throw error(Status.Code.UNAVAILABLE, noConfig(proposed.channel()), List.of());
      }
      List<ErrorDetail> details = new ArrayList<>();
      Status.Code code = Status.Code.FAILED_PRECONDITION;
      for (Organization target : targets(request.getTargetOrganizationsList(), proposed)) {
        boolean remote = !target.equals(own);
        try {
          return EvaluateResponse.newBuilder()
              .setResult(network.endorser().endorse(target, proposed).response())
              .build();
        } catch (EndorsementException e) {
          code = e.code(remote);
          details.add(detail(target, e));
          if (!e.isForOthersToTry(remote)) {
            throw error(code,
                "evaluate call to endorser returned error: " + e.detail(remote), details);
          }
        }
      }
      throw details.isEmpty()
          ? error(code, "no peers available to evaluate chaincode " + proposed.chaincode()
              + " in channel " + proposed.channel(), List.of())
          : error(code, "failed to evaluate transaction" + DETAILS, details);
    });
  }

  /** Who may be asked to evaluate, the first one first; its own organisation whenever it may. */
  private List<Organization> targets(List<String> wanted, Proposed proposed) {
    if (!network.knows(proposed.chaincode())) {
      return List.of();
    }
    List<Organization> targets = new ArrayList<>();
    if (wanted.isEmpty() && proposed.payload().getTransientMapCount() > 0) {
      return List.of(own); // what is transient is for those whom the client trusts
    }
    for (Organization each : network.organizations()) {
      if (wanted.isEmpty() || wanted.contains(each.mspId())) {
        targets.add(each.equals(own) ? 0 : targets.size(), each);
      }
    }
    return List.copyOf(targets);
  }

  @Override
  public void endorse(EndorseRequest request, StreamObserver<EndorseResponse> observer) {
    answer(observer, () -> {
      Proposed proposed = proposed("", request.getProposedTransaction());
      Map<Organization, Endorser.Endorsed> endorsed = new LinkedHashMap<>();
      List<Organization> needed = request.getEndorsingOrganizationsCount() > 0
          ? endorsing(request.getEndorsingOrganizationsList(), proposed)
          : planned(proposed, endorsed);
      endorseBy(needed, proposed, endorsed);
      endorsed.keySet().retainAll(needed);
      return EndorseResponse.newBuilder()
          .setPreparedTransaction(prepare(proposed, List.copyOf(endorsed.values())))
          .build();
    });
  }

  /** The organisations that the client wants. */
  private List<Organization> endorsing(List<String> mspIds, Proposed proposed) {
    List<Organization> organizations = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    boolean known = isEndorsed(proposed);
    for (String mspId : mspIds) {
      network.organization(mspId)
          .filter(each -> known)
          .ifPresentOrElse(organizations::add, () -> missing.add(mspId));
    }
    if (!missing.isEmpty()) {
      throw error(Status.Code.UNAVAILABLE, "failed to find any endorsing peers for org(s): "
          + String.join(", ", missing), List.of());
    }
    return List.copyOf(organizations);
  }

  private boolean isEndorsed(Proposed proposed) {
    return proposed.channel().equals(network.channel()) && network.knows(proposed.chaincode());
  }

  /** Lets its own organisation's peer say whom else it takes. */
  private List<Organization> planned(Proposed proposed,
      Map<Organization, Endorser.Endorsed> endorsed) throws InterruptedException {
    String noCombination = "no combination of peers can be derived which satisfy the endorsement policy: ";
    String unknown = noCombination + "No metadata was found for chaincode " + proposed.chaincode()
        + " in channel " + proposed.channel();
    if (!isEndorsed(proposed)) {
      throw error(Status.Code.FAILED_PRECONDITION, unknown, List.of());
    }
    List<Organization> needed;
    try {
      Endorser.Endorsed first = network.endorser().endorse(own, proposed);
      endorsed.put(own, first);
      needed = network.plan(own, first.required());
    } catch (EndorsementException e) {
      throw error(Status.Code.ABORTED, "failed to endorse transaction" + DETAILS,
          List.of(detail(own, e)));
    }
    if (proposed.chaincode().equals(LedgerQueries.NAME)) {
      throw error(Status.Code.FAILED_PRECONDITION, unknown, List.of());
    }
    if (needed.isEmpty()) {
      throw error(Status.Code.FAILED_PRECONDITION,
          noCombination + "no peer combination can satisfy the endorsement policy", List.of());
    }
    return needed;
  }

  private void endorseBy(List<Organization> organizations, Proposed proposed,
      Map<Organization, Endorser.Endorsed> endorsed) throws InterruptedException {
    Map<Organization, Future<Endorser.Endorsed>> asked = new LinkedHashMap<>();
    for (Organization organization : organizations) {
      if (!endorsed.containsKey(organization)) {
        asked.put(organization,
            executor.submit(() -> network.endorser().endorse(organization, proposed)));
      }
    }
    List<ErrorDetail> details = new ArrayList<>();
    for (Map.Entry<Organization, Future<Endorser.Endorsed>> each : asked.entrySet()) {
      try {
        endorsed.put(each.getKey(), each.getValue().get());
      } catch (ExecutionException e) {
        details.add(detail(each.getKey(), e.getCause() == null ? e : e.getCause()));
      }
    }
    ByteString payload = endorsed.isEmpty()
        ? ByteString.EMPTY
        : endorsed.values().iterator().next().payload();
    endorsed.forEach((organization, each) -> {
      if (!each.payload().equals(payload)) {
        details.add(detail(organization,
            new RefusedException("ProposalResponsePayloads do not match")));
      }
    });
    if (!details.isEmpty()) {
      throw error(Status.Code.ABORTED,
          "failed to collect enough transaction endorsements" + DETAILS, details);
    }
  }

  private static Envelope prepare(Proposed proposed, List<Endorser.Endorsed> endorsed) {
    ChaincodeEndorsedAction.Builder action = ChaincodeEndorsedAction.newBuilder()
        .setProposalResponsePayload(endorsed.getFirst().payload());
    endorsed.forEach(each -> action.addEndorsements(each.endorsement()));
    Transaction transaction = Transaction.newBuilder()
        .addActions(TransactionAction.newBuilder()
            .setHeader(proposed.header().getSignatureHeader())
            .setPayload(ChaincodeActionPayload.newBuilder()
                .setChaincodeProposalPayload(proposed.publicPayload())
                .setAction(action)
                .build()
                .toByteString()))
        .build();
    return Envelope.newBuilder()
        .setPayload(Payload.newBuilder()
            .setHeader(proposed.header())
            .setData(transaction.toByteString())
            .build()
            .toByteString())
        .build();
  }

  @Override
  public void submit(SubmitRequest request, StreamObserver<SubmitResponse> observer) {
    answer(observer, () -> {
      Envelope envelope = request.getPreparedTransaction();
      if (!request.hasPreparedTransaction()) {
        throw error(Status.Code.INVALID_ARGUMENT, "a prepared transaction is required",
            List.of());
      }
      if (envelope.getSignature().isEmpty()) {
        throw error(Status.Code.INVALID_ARGUMENT, "prepared transaction must be signed",
            List.of());
      }
      if (!request.getChannelId().equals(network.channel())) {
        throw error(Status.Code.FAILED_PRECONDITION, noConfig(request.getChannelId()), List.of());
      }
      requireAcceptable(envelope);
      boolean lost = network.faults().takeSubmit();
      if (!lost) {
        network.orderer().order(envelope.toByteString());
      }
      if (lost || network.faults().takeSubmitAnswer()) {
        throw error(Status.Code.UNAVAILABLE, "no orderers could successfully process transaction",
            List.of());
      }
      return SubmitResponse.getDefaultInstance();
    });
  }

  /** What an orderer looks at before it takes a transaction. */
  private void requireAcceptable(Envelope envelope) {
    try {
      ByteString creator = SignatureHeader
          .parseFrom(Payload.parseFrom(envelope.getPayload()).getHeader().getSignatureHeader())
          .getCreator();
      if (Members.hasExpired(creator)) {
        throw notOrdered("BAD_REQUEST", "broadcast client identity expired");
      }
      if (!network.members()
          .member(creator)
          .signed(envelope.getSignature(), envelope.getPayload())) {
        throw notOrdered("FORBIDDEN", unsatisfied("Writers") + ": permission denied");
      }
    } catch (RefusedException e) {
      throw notOrdered("FORBIDDEN", unsatisfied("Writers") + ": permission denied");
    } catch (InvalidProtocolBufferException e) {
      throw notOrdered("BAD_REQUEST", "could not determine channel ID: error unmarshalling "
          + "Payload: proto: cannot parse invalid wire-format data");
    }
  }

  private static StatusRuntimeException notOrdered(String status, String info) {
    return error(Status.Code.ABORTED, "received unsuccessful response from orderer: status="
        + status + ", info=" + info, List.of());
  }

  private static String unsatisfied(String policy) {
    return "implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy "
        + "requires 1 of the '" + policy + "' sub-policies to be satisfied";
  }

  @Override
  public void commitStatus(SignedCommitStatusRequest signed,
      StreamObserver<CommitStatusResponse> observer) {
    try {
      requireRequest(signed.getRequest(), "a commit status request is required");
      CommitStatusRequest request = CommitStatusRequest.parseFrom(signed.getRequest());
      requireRequest(request.getIdentity(), "no identity provided");
      requireRequest(request.getChannelIdBytes(), "no channel ID provided");
      requireRequest(request.getTransactionIdBytes(), "transaction ID should not be empty");
      authorize(request.getChannelId(), request.getIdentity(), signed.getSignature(),
          signed.getRequest());
      CompletableFuture<Ledger.Committed> committed = network.ledger()
          .whenCommitted(request.getTransactionId());
      ((ServerCallStreamObserver<CommitStatusResponse>) observer)
          .setOnCancelHandler(() -> committed.cancel(false));
      var unused = committed.thenAccept(status -> {
        observer.onNext(CommitStatusResponse.newBuilder()
            .setResult(status.code())
            .setBlockNumber(status.block())
            .build());
        observer.onCompleted();
      });
    } catch (InvalidProtocolBufferException e) {
      observer.onError(error(Status.Code.INVALID_ARGUMENT,
          "invalid status request: " + e.getMessage(), List.of()));
    } catch (StatusRuntimeException e) {
      observer.onError(e);
    }
  }

  @Override
  public void chaincodeEvents(SignedChaincodeEventsRequest signed,
      StreamObserver<ChaincodeEventsResponse> observer) {
    try {
      requireRequest(signed.getRequest(), "a chaincode events request is required");
      ChaincodeEventsRequest request = ChaincodeEventsRequest.parseFrom(signed.getRequest());
      authorize(request.getChannelId(), request.getIdentity(), signed.getSignature(),
          signed.getRequest());
      Optional<Ledger.Committed> after = network.ledger()
          .committed(request.getAfterTransactionId());
      long from = after.isPresent() ? after.get().block() : start(request.getStartPosition());
      Outlet<ChaincodeEventsResponse> outlet = new Outlet<>(observer, network.ledger());
      executor.execute(() -> follow(request, from, outlet));
    } catch (InvalidProtocolBufferException e) {
      observer.onError(error(Status.Code.INVALID_ARGUMENT,
          "invalid chaincode events request: " + e.getMessage(), List.of()));
    } catch (StatusRuntimeException e) {
      observer.onError(e);
    }
  }

  private void follow(ChaincodeEventsRequest request, long from,
      Outlet<ChaincodeEventsResponse> outlet) {
    boolean passed = request.getAfterTransactionId().isEmpty();
    try {
      for (long number = from; !outlet.isCancelled(); number++) {
        Optional<Block> block = network.ledger().await(number, outlet::isCancelled);
        if (block.isEmpty()) {
          return;
        }
        ChaincodeEventsResponse.Builder response = ChaincodeEventsResponse.newBuilder()
            .setBlockNumber(number);
        for (ChaincodeEvent event : BlockReader.events(block.get())) {
          if (!passed) {
            passed = event.getTxId().equals(request.getAfterTransactionId());
          } else if (event.getChaincodeId().equals(request.getChaincodeId())) {
            response.addEvents(event);
          }
        }
        if (response.getEventsCount() > 0) {
          outlet.send(response.build());
        }
      }
    } catch (InterruptedException e) {
      outlet.fail(Status.UNAVAILABLE.withDescription("the peer is closed").asException());
    }
  }

  private long start(SeekPosition position) {
    return switch (position.getTypeCase()) {
      case SPECIFIED -> position.getSpecified().getNumber();
      case NEXT_COMMIT, TYPE_NOT_SET -> network.ledger().height();
      default -> throw error(Status.Code.INVALID_ARGUMENT,
          "invalid start position type: " + position.getTypeCase(), List.of());
    };
  }

  private static void requireRequest(ByteString part, String otherwise) {
    if (part.isEmpty()) {
      throw error(Status.Code.INVALID_ARGUMENT, otherwise, List.of());
    }
  }

  /** Members may read, also with a certificate that has expired: Fabric does not look at that here. */
  private void authorize(String channel, ByteString identity, ByteString signature,
      ByteString request) {
    if (!channel.equals(network.channel())) {
      throw error(Status.Code.PERMISSION_DENIED,
          "Failed to get policy manager for channel [" + channel + "]", List.of());
    }
    try {
      if (!network.members().member(identity).signed(signature, request)) {
        throw new RefusedException("the signature is not one over the request by this identity");
      }
    } catch (RefusedException e) {
      throw error(Status.Code.PERMISSION_DENIED,
          "Failed evaluating policy on signed data during check policy on channel [" + channel
              + "] with policy [/Channel/Application/Readers]: [" + unsatisfied("Readers") + "]",
          List.of());
    }
  }

  private static Proposed proposed(String failed, SignedProposal signed) {
    try {
      return Proposed.parse(signed);
    } catch (RefusedException e) {
      throw error(Status.Code.INVALID_ARGUMENT, failed + e.getMessage(), List.of());
    }
  }

  private static String noConfig(String channel) {
    return "failed to get config for channel [" + channel
        + "]: could not get last config for channel " + channel;
  }

  private ErrorDetail detail(Organization organization, Throwable cause) {
    return ErrorDetail.newBuilder()
        .setAddress(organization.address())
        .setMspId(organization.mspId())
        .setMessage(cause instanceof EndorsementException refused
            ? refused.detail(!organization.equals(own))
            : String.valueOf(cause.getMessage()))
        .build();
  }

  private static StatusRuntimeException error(Status.Code code, String message,
      List<ErrorDetail> details) {
    com.google.rpc.Status.Builder status = com.google.rpc.Status.newBuilder()
        .setCode(code.value())
        .setMessage(message);
    details.forEach(detail -> status.addDetails(Any.pack(detail)));
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** Makes one answer. */
  @FunctionalInterface
  private interface Answer<T> {
    T make() throws InterruptedException;
  }

  private static <T> void answer(StreamObserver<T> observer, Answer<T> answer) {
    T made;
    try {
      made = answer.make();
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      observer.onError(error(Status.Code.UNAVAILABLE, "the peer is closed", List.of()));
      return;
    }
    observer.onNext(made);
    observer.onCompleted();
  }
}
