package org.modelledger.chain.fabric.chaincode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ledger.CompositeKey;
import org.hyperledger.fabric.shim.ledger.KeyValue;
import org.hyperledger.fabric.shim.ledger.QueryResultsIterator;
import org.hyperledger.fabric.shim.ledger.QueryResultsIteratorWithMetadata;

/** The state behind a stub of Fabric's: each call asks the peer. */
final class StubState implements State {
  private final ChaincodeStub stub;

  StubState(ChaincodeStub stub) {
    this.stub = stub;
  }

  @Override
  public Optional<byte[]> get(String key) {
    byte[] value = stub.getState(key);
    // a key without a value and a key with an empty one are the same to Fabric
    return value == null || value.length == 0 ? Optional.empty() : Optional.of(value);
  }

  @Override
  public void put(String key, byte[] value) {
    stub.putState(key, value);
  }

  @Override
  public void delete(String key) {
    stub.delState(key);
  }

  @Override
  public List<Entry> range(String prefix) {
    try (QueryResultsIterator<KeyValue> results = stub.getStateByPartialCompositeKey(prefix)) {
      return entries(results);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a range that was read could not be closed", e);
    }
  }

  @Override
  public Slice page(String prefix, int size, String bookmark) {
    try (QueryResultsIteratorWithMetadata<KeyValue> results = stub
        .getStateByPartialCompositeKeyWithPagination(CompositeKey.parseCompositeKey(prefix), size,
            bookmark)) {
      List<Entry> entries = entries(results);
      return new Slice(entries, results.getMetadata().getBookmark());
    }
  }

  private static List<Entry> entries(Iterable<KeyValue> results) {
    List<Entry> entries = new ArrayList<>();
    for (KeyValue result : results) {
      entries.add(new Entry(result.getKey(), result.getValue()));
    }
    return entries;
  }
}
