package org.modelledger.chain.ethereum;

import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.SubmissionId;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes16;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;

/** The calls that read the contract. */
final class Calls {
  private Calls() {}

  static byte[] nextInLane(Node.Lane lane) {
    return Abi.call(ModelRegistry.FUNC_NEXTINLANE, new Address(lane.author()),
        new Bytes32(lane.id()));
  }

  static byte[] wasSubmitted(String author, SubmissionId id) {
    return Abi.call(ModelRegistry.FUNC_WASSUBMITTED, new Address(author),
        new Bytes16(Abi.idBytes(id)));
  }

  static byte[] model(ModelName name) {
    return Abi.call(ModelRegistry.FUNC_MODEL, new Utf8String(name.value()));
  }

  static byte[] version(ModelVersionId id) {
    return Abi.call(ModelRegistry.FUNC_VERSION, new Utf8String(id.model().value()),
        new Uint256(id.number()));
  }

  static byte[] deployed(ModelName name, EnvironmentName environment) {
    return Abi.call(ModelRegistry.FUNC_DEPLOYED, new Utf8String(name.value()),
        new Utf8String(environment.value()));
  }

  static byte[] anchor(LogOrigin origin, String author) {
    return Abi.call(ModelRegistry.FUNC_ANCHOR, new Utf8String(origin.value()),
        new Address(author));
  }

  static byte[] predecessor() {
    return Abi.call(ModelRegistry.FUNC_PREDECESSOR);
  }
}
