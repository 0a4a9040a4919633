package org.modelledger.fabric.devpeer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.hyperledger.fabric.contract.ClientIdentity;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeServerProperties;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.NettyChaincodeServer;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.shim.ext.sbe.StateBasedEndorsement;
import org.hyperledger.fabric.shim.ext.sbe.impl.StateBasedEndorsementFactory;
import org.hyperledger.fabric.shim.ledger.KeyModification;
import org.hyperledger.fabric.shim.ledger.KeyValue;
import org.hyperledger.fabric.shim.ledger.QueryResultsIterator;
import org.hyperledger.fabric.shim.ledger.QueryResultsIteratorWithMetadata;
import org.hyperledger.fabric.traces.Traces;

/** A chaincode with the real shim, in a process of its own. */
public final class TestChaincode extends ChaincodeBase {
  /**
   * Serves on 127.0.0.1 and the port that is the first argument, or that which the environment names; with a certificate
   * and a key, by TLS.
   */
  public static void main(String[] args) throws Exception {
    TestChaincode chaincode = new TestChaincode();
    chaincode.initializeLogging();
    chaincode.processEnvironmentOptions();
    chaincode.validateOptions();
    Properties options = chaincode.getChaincodeConfig();
    Metrics.initialize(options);
    Traces.initialize(options);
    ChaincodeServerProperties server = new ChaincodeServerProperties();
    server.setServerAddress(new InetSocketAddress(
        InetAddress.getByAddress(new byte[]{127, 0, 0, 1}),
        Integer.parseInt(args.length > 0
            ? args[0]
            : System.getenv("CHAINCODE_SERVER_ADDRESS").split(":", 2)[1])));
    if (args.length == 3) {
      server.setTlsEnabled(true);
      server.setKeyCertChainFile(args[1]);
      server.setKeyFile(args[2]);
    }
    new NettyChaincodeServer(chaincode, server).start();
  }

  @Override
  public Response init(ChaincodeStub stub) {
    return ResponseUtils.newSuccessResponse();
  }

  @Override
  public Response invoke(ChaincodeStub stub) {
    if (stub.getFunction().equals("refuse")) {
      return ResponseUtils.newErrorResponse(stub.getParameters().getFirst());
    }
    try {
      return ResponseUtils.newSuccessResponse(answer(stub).getBytes(UTF_8));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String answer(ChaincodeStub stub) throws Exception {
    List<String> args = stub.getParameters();
    return switch (stub.getFunction()) {
      case "put" -> {
        stub.putStringState(args.get(0), args.get(1));
        yield "put";
      }
      case "putMany" -> {
        for (int i = 0; i < Integer.parseInt(args.get(1)); i++) {
          stub.putStringState(args.get(0) + String.format("%04d", i), Integer.toString(i));
        }
        yield "put";
      }
      case "get" -> stub.getStringState(args.get(0));
      case "delete" -> {
        stub.delState(args.get(0));
        yield "deleted";
      }
      case "add" -> {
        String before = stub.getStringState(args.get(0));
        int sum = (before.isEmpty() ? 0 : Integer.parseInt(before)) + Integer.parseInt(args.get(1));
        stub.putStringState(args.get(0), Integer.toString(sum));
        yield Integer.toString(sum);
      }
      case "range" -> range(stub, args.get(0), args.get(1));
      case "count" -> {
        // reads a range and writes how many there are outside it: open to phantoms
        String found = range(stub, args.get(0), args.get(1));
        String count = Integer.toString(found.isEmpty() ? 0 : found.split(",", -1).length);
        stub.putStringState(args.get(2), count);
        yield count;
      }
      case "page" -> {
        try (QueryResultsIteratorWithMetadata<KeyValue> page = stub.getStateByRangeWithPagination(
            args.get(0), args.get(1), Integer.parseInt(args.get(2)), args.get(3))) {
          List<String> keys = new ArrayList<>();
          page.forEach(found -> keys.add(found.getKey()));
          yield String.join(",", keys) + "|" + page.getMetadata().getBookmark();
        }
      }
      case "pageAndPut" -> {
        String bookmark = stub.getStateByRangeWithPagination("a", "b", 1, "")
            .getMetadata()
            .getBookmark();
        stub.putStringState("after", bookmark);
        yield bookmark;
      }
      case "history" -> {
        try (QueryResultsIterator<KeyModification> history = stub.getHistoryForKey(args.get(0))) {
          List<String> values = new ArrayList<>();
          history.forEach(
              each -> values.add(each.isDeleted() ? "deleted" : each.getStringValue()));
          yield String.join(",", values);
        }
      }
      case "event" -> {
        stub.setEvent(args.get(0), args.get(1).getBytes(UTF_8));
        stub.putStringState("event", args.get(1));
        yield "set";
      }
      case "attribute" -> new ClientIdentity(stub).getAttributeValue(args.get(0));
      case "who" -> new ClientIdentity(stub).getMSPID();
      case "policy" -> {
        StateBasedEndorsement policy = StateBasedEndorsementFactory.getInstance()
            .newStateBasedEndorsement(null);
        policy.addOrgs(StateBasedEndorsement.RoleType.RoleTypePeer,
            args.subList(1, args.size()).toArray(String[]::new));
        stub.setStateValidationParameter(args.get(0), policy.policy());
        yield "set";
      }
      case "policyOf" -> {
        byte[] policy = stub.getStateValidationParameter(args.get(0));
        yield policy == null || policy.length == 0
            ? "none"
            : StateBasedEndorsementFactory.getInstance()
                .newStateBasedEndorsement(policy)
                .listOrgs()
                .toString();
      }
      case "random" -> {
        stub.putStringState("random", UUID.randomUUID().toString());
        yield "put";
      }
      case "transient" -> new String(stub.getTransient().get(args.get(0)), UTF_8);
      case "call" -> {
        Response called = stub.invokeChaincodeWithStringArgs(args.get(0),
            args.subList(1, args.size()));
        if (called.getStatus() != Response.Status.SUCCESS) {
          throw new IllegalStateException(called.getMessage());
        }
        yield called.getStringPayload();
      }
      case "throw" -> throw new IllegalStateException(args.get(0));
      case "hang" -> {
        new CountDownLatch(1).await();
        yield "never";
      }
      default -> throw new IllegalArgumentException(
          stub.getFunction() + Arrays.toString(args.toArray()));
    };
  }

  private static String range(ChaincodeStub stub, String start, String end) throws Exception {
    try (QueryResultsIterator<KeyValue> range = stub.getStateByRange(start, end)) {
      List<String> found = new ArrayList<>();
      range.forEach(each -> found.add(each.getKey() + "=" + each.getStringValue()));
      return String.join(",", found);
    }
  }
}
