package org.modelledger.testnet.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.modelledger.testnet.fabric.SampleChaincode.answer;
import static org.modelledger.testnet.fabric.SampleChaincode.bytes;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hyperledger.fabric.shim.Chaincode.Response;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.shim.ledger.KeyModification;
import org.hyperledger.fabric.shim.ledger.KeyValue;
import org.hyperledger.fabric.shim.ledger.QueryResultsIterator;
import org.hyperledger.fabric.shim.ledger.QueryResultsIteratorWithMetadata;

/** What a chaincode can do with its stub, and what it had better not do. */
final class SampleMisuse {
  private SampleMisuse() {}

  static Response invoke(ChaincodeStub stub) {
    List<String> arguments = stub.getParameters();
    return switch (stub.getFunction()) {
      case "throw" -> throw new IllegalStateException(arguments.get(0));
      case "call" -> {
        Response called = stub.invokeChaincodeWithStringArgs(arguments.get(0),
            arguments.subList(1, arguments.size()));
        yield new Response(called.getStatusCode(), called.getMessage(), called.getPayload());
      }
      case "transient" -> answer(new String(stub.getTransient().get(arguments.get(0)), UTF_8));
      case "random" -> {
        stub.putStringState("random", UUID.randomUUID().toString());
        yield answer("");
      }
      case "query" -> answer(joined(stub.getQueryResult("{}")));
      case "private" -> answer(stub.getPrivateDataUTF8("collection", "key"));
      case "event" -> {
        stub.setEvent(arguments.get(0), bytes(arguments.get(1)));
        stub.putStringState("event", arguments.get(1));
        yield answer("");
      }
      case "add", "delete", "putAndGet", "everything" -> written(stub, arguments);
      case "range", "count", "page", "history", "pageAndPut", "putAndPage" -> read(stub,
          arguments);
      default -> ResponseUtils.newErrorResponse("unknown function " + stub.getFunction());
    };
  }

  private static Response written(ChaincodeStub stub, List<String> arguments) {
    String key = arguments.get(0);
    switch (stub.getFunction()) {
      case "add" -> {
        String before = stub.getStringState(key);
        stub.putStringState(key, Integer.toString(
            (before.isEmpty() ? 0 : Integer.parseInt(before))
                + Integer.parseInt(arguments.get(1))));
      }
      case "delete" -> stub.delState(key);
      case "putAndGet" -> {
        stub.putStringState(key, arguments.get(1));
        return answer(stub.getStringState(key));
      }
      default -> {
        // every kind of entry that a read and write set has
        stub.getStringState(key);
        stub.getStringState(key + " is not there");
        stub.putStringState(key + " z", "z");
        stub.putStringState(key + " a", "a");
        stub.putStringState(key + " a", "b");
        stub.delState(key);
        stub.delState(key + " was not there");
        stub.setStateValidationParameter(key + " a", new byte[0]);
        String unused = joined(stub.getStateByRange(key, key + "~"));
        stub.setEvent("everything", bytes(key));
      }
    }
    return answer("done");
  }

  private static Response read(ChaincodeStub stub, List<String> arguments) {
    return switch (stub.getFunction()) {
      case "range" -> answer(joined(stub.getStateByRange(arguments.get(0), arguments.get(1))));
      case "count" -> {
        String found = joined(stub.getStateByRange(arguments.get(0), arguments.get(1)));
        stub.putStringState(arguments.get(2), Integer.toString(found.length()));
        yield answer("");
      }
      case "page" -> {
        QueryResultsIteratorWithMetadata<KeyValue> page = stub.getStateByRangeWithPagination(
            arguments.get(0), arguments.get(1), Integer.parseInt(arguments.get(2)),
            arguments.get(3));
        List<String> keys = new ArrayList<>();
        page.forEach(found -> keys.add(found.getKey()));
        yield answer(String.join(",", keys) + "|" + page.getMetadata().getBookmark() + "|"
            + page.getMetadata().getFetchedRecordsCount());
      }
      case "pageAndPut" -> {
        stub.getStateByRangeWithPagination("a", "b", 1, "").getMetadata();
        stub.putStringState("after", "value");
        yield answer("");
      }
      case "putAndPage" -> {
        stub.putStringState("before", "value");
        stub.getStateByRangeWithPagination("a", "b", 1, "").getMetadata();
        yield answer("");
      }
      default -> {
        List<String> values = new ArrayList<>();
        try (QueryResultsIterator<KeyModification> history = stub
            .getHistoryForKey(arguments.get(0))) {
          history.forEach(
              each -> values.add(each.isDeleted() ? "deleted" : each.getStringValue()));
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
        yield answer(String.join(",", values));
      }
    };
  }

  private static String joined(QueryResultsIterator<KeyValue> range) {
    List<String> found = new ArrayList<>();
    try (range) {
      range.forEach(each -> found.add(each.getKey() + "=" + each.getStringValue()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return String.join(",", found);
  }
}
