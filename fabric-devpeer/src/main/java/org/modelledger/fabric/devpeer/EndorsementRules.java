package org.modelledger.fabric.devpeer;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVMetadataWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.peer.MetaDataKeys;

/** Which policies the endorsers of a transaction must satisfy: those of chaincodes, and those of keys that have one. */
final class EndorsementRules {
  private static final String PARAMETER = MetaDataKeys.VALIDATION_PARAMETER.name();

  private final WorldState state;
  private final Map<String, Policy> chaincodes;

  EndorsementRules(WorldState state, Map<String, Policy> chaincodes) {
    this.state = state;
    this.chaincodes = Map.copyOf(chaincodes);
  }

  /**
   * The policies, all of which must hold.
   *
   * @param block the block as of which keys' policies hold
   * @param now the same, or {@link WorldState#LATEST} while a block is being committed
   * @throws RefusedException if a namespace is of no chaincode, or a policy changes within the block that is being
   *     committed
   * @throws InvalidProtocolBufferException if the set or a policy cannot be read
   */
  List<Policy> required(String chaincode, TxReadWriteSet set, long block, long now)
      throws RefusedException, InvalidProtocolBufferException {
    List<Policy> required = new ArrayList<>();
    boolean own = true; // the chaincode's own policy, unless every key that it writes has one
    for (NsReadWriteSet each : set.getNsRwsetList()) {
      String namespace = each.getNamespace();
      KVRWSet keys = KVRWSet.parseFrom(each.getRwset());
      Set<String> written = new LinkedHashSet<>();
      keys.getWritesList().stream().map(KVWrite::getKey).forEach(written::add);
      keys.getMetadataWritesList().stream().map(KVMetadataWrite::getKey).forEach(written::add);
      boolean some = false;
      for (String key : written) {
        Optional<ByteString> parameter = parameter(namespace, key, block);
        if (!parameter.equals(parameter(namespace, key, now))) {
          throw new RefusedException("the policy of key " + key + " of " + namespace
              + " was changed by a transaction before this one in the same block");
        }
        if (parameter.isPresent()) {
          required.add(new Policy(SignaturePolicyEnvelope.parseFrom(parameter.get())));
        } else {
          some = true;
        }
      }
      if (namespace.equals(chaincode)) {
        own = written.isEmpty() || some;
      } else if (some) {
        required.add(policy(namespace));
      }
    }
    if (own) {
      required.add(policy(chaincode));
    }
    return List.copyOf(required);
  }

  private Policy policy(String chaincode) throws RefusedException {
    Policy policy = chaincodes.get(chaincode);
    if (policy == null) {
      throw new RefusedException("chaincode " + chaincode + " is not defined");
    }
    return policy;
  }

  private Optional<ByteString> parameter(String namespace, String key, long block) {
    return state.get(namespace, key, block)
        .map(found -> found.metadata().getOrDefault(PARAMETER, ByteString.EMPTY))
        .filter(parameter -> !parameter.isEmpty());
  }
}
