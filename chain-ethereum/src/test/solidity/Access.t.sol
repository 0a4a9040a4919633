// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @title Every function that changes something, from every account that may not
contract AccessTest is RegistryTest {
    string private constant NAME = "acme/digits";

    address private constant TRAINER = address(0x7);
    address private constant DEPLOYER = address(0xD);
    address private constant WORKER = address(0x3);
    address private constant PENDING = address(0x9);
    address private constant FORMER = address(0xF);

    mapping(bytes4 verb => bool) private tried;

    function setUp() public override {
        super.setUp();
        isDone(FORMER, abi.encodeCall(registry.createModel, (NAME)));
        isDone(FORMER, abi.encodeCall(registry.transferOwnership, (NAME, ALICE)));
        isDone(ALICE, abi.encodeCall(registry.acceptOwnership, (NAME)));
        isDone(ALICE, abi.encodeCall(registry.grantRole, (NAME, TRAINER, RegistryTypes.Role.TRAINER)));
        isDone(ALICE, abi.encodeCall(registry.grantRole, (NAME, DEPLOYER, RegistryTypes.Role.DEPLOYER)));
        isDone(ALICE, abi.encodeCall(registry.grantRole, (NAME, WORKER, RegistryTypes.Role.WORKER)));
        isDone(ALICE, abi.encodeCall(registry.transferOwnership, (NAME, PENDING)));
        isDone(ALICE, abi.encodeCall(registry.trainModel, (NAME, "artifact", "statement")));
        isDone(ALICE, abi.encodeCall(registry.deployModel, (NAME, 1, "production")));
    }

    function test_onlyTrainersAndTheOwnerTrain() external {
        bytes memory command = abi.encodeCall(registry.trainModel, (NAME, "other", "statement"));
        for (uint256 i = 0; i < 7; ++i) {
            address account = accounts()[i];
            if (account != ALICE && account != TRAINER) {
                isRefusedTo(account, command);
            }
        }
        isDone(TRAINER, command);
    }

    function test_onlyTrainersAndTheOwnerStoreANetwork() external {
        bytes32[] memory files = new bytes32[](1);
        bytes memory command = abi.encodeCall(registry.storeNetwork, (NAME, 1, files, 0, 1));
        for (uint256 i = 0; i < 7; ++i) {
            address account = accounts()[i];
            if (account != ALICE && account != TRAINER) {
                isRefused(account, command, abi.encodeWithSelector(RegistryTypes.NotAuthorized.selector, account));
            }
        }
    }

    function test_onlyDeployersAndTheOwnerDeployAndUndeploy() external {
        bytes memory deployment = abi.encodeCall(registry.deployModel, (NAME, 1, "staging"));
        bytes memory undeployment = abi.encodeCall(registry.undeployModel, (NAME, "production"));
        for (uint256 i = 0; i < 7; ++i) {
            address account = accounts()[i];
            if (account != ALICE && account != DEPLOYER) {
                isRefusedTo(account, deployment);
                isRefusedTo(account, undeployment);
            }
        }
        isDone(DEPLOYER, deployment);
        isDone(DEPLOYER, undeployment);
    }

    function test_onlyTheOwnerDoesTheRest() external {
        bytes[] memory commands = new bytes[](4);
        commands[0] = abi.encodeCall(registry.revokeVersion, (NAME, 1, "reason"));
        commands[1] = abi.encodeCall(registry.grantRole, (NAME, MALLORY, RegistryTypes.Role.TRAINER));
        commands[2] = abi.encodeCall(registry.revokeRole, (NAME, TRAINER, RegistryTypes.Role.TRAINER));
        commands[3] = abi.encodeCall(registry.transferOwnership, (NAME, MALLORY));
        for (uint256 i = 0; i < 7; ++i) {
            address account = accounts()[i];
            for (uint256 j = 0; j < commands.length; ++j) {
                if (account != ALICE) {
                    isRefusedTo(account, commands[j]);
                }
            }
        }
        for (uint256 j = 0; j < commands.length; ++j) {
            isDone(ALICE, commands[j]);
        }
    }

    function test_onlyWhomItWasOfferedToAccepts() external {
        bytes memory command = abi.encodeCall(registry.acceptOwnership, (NAME));
        for (uint256 i = 0; i < 7; ++i) {
            address account = accounts()[i];
            if (account != PENDING) {
                isRefusedTo(account, command);
            }
        }
        isDone(PENDING, command);
        isRefusedTo(PENDING, command);
        isRefusedTo(ALICE, abi.encodeCall(registry.transferOwnership, (NAME, ALICE)));
    }

    function test_anOfferIsWithdrawnAndReplaced() external {
        isDone(ALICE, abi.encodeCall(registry.transferOwnership, (NAME, ALICE)));
        isRefusedTo(PENDING, abi.encodeCall(registry.acceptOwnership, (NAME)));
        isRefusedTo(ALICE, abi.encodeCall(registry.acceptOwnership, (NAME)));
        isDone(ALICE, abi.encodeCall(registry.transferOwnership, (NAME, PENDING)));
        isDone(ALICE, abi.encodeCall(registry.transferOwnership, (NAME, BOB)));
        isRefusedTo(PENDING, abi.encodeCall(registry.acceptOwnership, (NAME)));
        isDone(BOB, abi.encodeCall(registry.acceptOwnership, (NAME)));
        same(registry.owner(NAME), BOB);
        same(registry.model(NAME).pendingOwner, address(0));
    }

    function test_nobodyAnchorsForAnother() external {
        isDone(ALICE, abi.encodeCall(registry.anchorLog, ("acme.example/receipts", 7, "root")));
        isDone(MALLORY, abi.encodeCall(registry.anchorLog, ("acme.example/receipts", 2 ** 62, "forged")));
        isDone(ALICE, abi.encodeCall(registry.anchorLog, ("acme.example/receipts", 8, "next")));
        same(registry.anchor("acme.example/receipts", ALICE).treeSize, 8);
        same(registry.anchor("acme.example/receipts", ALICE).rootHash, "next");
    }

    function test_aRoleOnOneModelIsNoneOnAnother() external {
        isDone(BOB, abi.encodeCall(registry.createModel, ("bob/digits")));
        isRefusedTo(TRAINER, abi.encodeCall(registry.trainModel, ("bob/digits", "artifact", "statement")));
        isRefusedTo(ALICE, abi.encodeCall(registry.trainModel, ("bob/digits", "artifact", "statement")));
    }

    /// @notice Directly, and in a batch, where it must not change anything either.
    function isRefusedTo(address account, bytes memory command) private {
        bytes memory refusal = abi.encodeWithSelector(RegistryTypes.NotAuthorized.selector, account);
        isRefused(account, command, refusal);
        bytes memory before = abi.encode(registry.model(NAME), registry.version(NAME, 1));
        uint256 next = registry.nextInLane(account, "lane");
        vm.recordLogs();
        vm.prank(account);
        registry.execute("lane", next, submissions(command));
        same(vm.getRecordedLogs()[0].data, abi.encode(command, refusal));
        same(abi.encode(registry.model(NAME), registry.version(NAME, 1)), before);
    }

    function accounts() private pure returns (address[7] memory) {
        return [ALICE, TRAINER, DEPLOYER, WORKER, PENDING, FORMER, MALLORY];
    }
}
