// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {RulesModel} from "./RulesModel.sol";

/// @title Commands as calls, and the events that they leave
library Commands {
    function encode(RulesModel.Command memory c) internal pure returns (bytes memory) {
        if (c.verb == RulesModel.Verb.CREATE_MODEL) {
            return abi.encodeCall(ModelRegistry.createModel, (c.name));
        }
        if (c.verb == RulesModel.Verb.TRAIN_MODEL) {
            return abi.encodeCall(ModelRegistry.trainModel, (c.name, c.digest, c.statement));
        }
        if (c.verb == RulesModel.Verb.DEPLOY_MODEL) {
            return abi.encodeCall(ModelRegistry.deployModel, (c.name, c.number, c.environment));
        }
        if (c.verb == RulesModel.Verb.UNDEPLOY_MODEL) {
            return abi.encodeCall(ModelRegistry.undeployModel, (c.name, c.environment));
        }
        if (c.verb == RulesModel.Verb.REVOKE_VERSION) {
            return abi.encodeCall(ModelRegistry.revokeVersion, (c.name, c.number, c.digest));
        }
        if (c.verb == RulesModel.Verb.GRANT_ROLE) {
            return abi.encodeCall(ModelRegistry.grantRole, (c.name, c.account, c.role));
        }
        if (c.verb == RulesModel.Verb.REVOKE_ROLE) {
            return abi.encodeCall(ModelRegistry.revokeRole, (c.name, c.account, c.role));
        }
        if (c.verb == RulesModel.Verb.TRANSFER_OWNERSHIP) {
            return abi.encodeCall(ModelRegistry.transferOwnership, (c.name, c.account));
        }
        if (c.verb == RulesModel.Verb.ACCEPT_OWNERSHIP) {
            return abi.encodeCall(ModelRegistry.acceptOwnership, (c.name));
        }
        return abi.encodeCall(ModelRegistry.anchorLog, (c.name, uint64(c.number), c.digest));
    }

    /// @notice The event's first topic and its data.
    /// @param number of the version that was registered
    /// @param previousOwner whose model was accepted
    function left(RulesModel.Command memory c, address author, uint256 number, address previousOwner)
        internal
        pure
        returns (bytes32, bytes memory)
    {
        if (c.verb == RulesModel.Verb.CREATE_MODEL) {
            return (RegistryTypes.ModelCreated.selector, abi.encode(c.name));
        }
        if (c.verb == RulesModel.Verb.TRAIN_MODEL) {
            return (RegistryTypes.ModelTrained.selector, abi.encode(c.name, number, c.digest, c.statement));
        }
        if (c.verb == RulesModel.Verb.DEPLOY_MODEL) {
            return (RegistryTypes.ModelDeployed.selector, abi.encode(c.name, c.number, c.environment));
        }
        if (c.verb == RulesModel.Verb.UNDEPLOY_MODEL) {
            return (RegistryTypes.ModelUndeployed.selector, abi.encode(c.name, c.environment));
        }
        if (c.verb == RulesModel.Verb.REVOKE_VERSION) {
            return (RegistryTypes.VersionRevoked.selector, abi.encode(c.name, c.number, c.digest));
        }
        if (c.verb == RulesModel.Verb.GRANT_ROLE || c.verb == RulesModel.Verb.REVOKE_ROLE) {
            bool granted = c.verb == RulesModel.Verb.GRANT_ROLE;
            return (RegistryTypes.RoleChanged.selector, abi.encode(c.name, c.account, c.role, granted));
        }
        if (c.verb == RulesModel.Verb.TRANSFER_OWNERSHIP) {
            return (RegistryTypes.OwnershipTransferStarted.selector, abi.encode(c.name, c.account));
        }
        if (c.verb == RulesModel.Verb.ACCEPT_OWNERSHIP) {
            return (RegistryTypes.OwnershipTransferred.selector, abi.encode(c.name, previousOwner, author));
        }
        return (RegistryTypes.LogAnchored.selector, abi.encode(c.name, c.number, c.digest));
    }
}
