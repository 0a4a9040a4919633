// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {RegistryTest} from "./RegistryTest.sol";

/// @title Moving to a successor
contract SuccessorTest is RegistryTest {
    ModelRegistry private first;
    ModelRegistry private second;

    function setUp() public override {
        super.setUp();
        first = registry;
        second = deploy(first);
        isDone(ALICE, abi.encodeCall(first.createModel, ("acme/digits")));
    }

    function test_everyRegistryHasTheSameCode() external view {
        same(address(first).code, artefact("ModelRegistry.bin-runtime"));
        same(address(second).code, artefact("ModelRegistry.bin-runtime"));
    }

    function test_namesItsPredecessor() external view {
        same(address(first.predecessor()), address(0));
        same(address(second.predecessor()), address(first));
    }

    function test_aNameBelongsToItsOwnerThere() external {
        registry = second;
        bytes memory refusal =
            abi.encodeWithSelector(RegistryTypes.AlreadyExists.selector, RegistryTypes.Thing.MODEL, 0);
        isRefused(MALLORY, abi.encodeCall(registry.createModel, ("acme/digits")), refusal);
        same(second.owner("acme/digits"), address(0));
        same(second.reservedFor("acme/digits"), ALICE);
        isDone(ALICE, abi.encodeCall(registry.createModel, ("acme/digits")));
        same(second.owner("acme/digits"), ALICE);
        isRefused(ALICE, abi.encodeCall(registry.createModel, ("acme/digits")), refusal);
    }

    function test_aNameThatIsFreeThereIsFreeHere() external {
        registry = second;
        same(second.reservedFor("acme/other"), address(0));
        isDone(MALLORY, abi.encodeCall(registry.createModel, ("acme/other")));
    }

    function test_whoeverOwnsItThereNowMayHaveIt() external {
        isDone(ALICE, abi.encodeCall(first.transferOwnership, ("acme/digits", BOB)));
        isDone(BOB, abi.encodeCall(first.acceptOwnership, ("acme/digits")));
        registry = second;
        same(second.reservedFor("acme/digits"), BOB);
        isRefused(
            ALICE,
            abi.encodeCall(registry.createModel, ("acme/digits")),
            abi.encodeWithSelector(RegistryTypes.AlreadyExists.selector, RegistryTypes.Thing.MODEL, 0)
        );
        isDone(BOB, abi.encodeCall(registry.createModel, ("acme/digits")));
    }

    function test_whatHappensThereAfterwardsChangesNothingHere() external {
        registry = second;
        isDone(ALICE, abi.encodeCall(registry.createModel, ("acme/digits")));
        registry = first;
        isDone(ALICE, abi.encodeCall(registry.transferOwnership, ("acme/digits", BOB)));
        isDone(BOB, abi.encodeCall(registry.acceptOwnership, ("acme/digits")));
        same(second.owner("acme/digits"), ALICE);
        same(second.reservedFor("acme/digits"), ALICE);
    }

    function test_namesAreReservedOverGenerations() external {
        ModelRegistry third = deploy(second);
        same(third.reservedFor("acme/digits"), ALICE);
        registry = third;
        isRefused(
            MALLORY,
            abi.encodeCall(registry.createModel, ("acme/digits")),
            abi.encodeWithSelector(RegistryTypes.AlreadyExists.selector, RegistryTypes.Thing.MODEL, 0)
        );
        isDone(ALICE, abi.encodeCall(registry.createModel, ("acme/digits")));
    }

    function test_aSuccessorBeginsWithoutVersionsRolesAndAnchors() external {
        isDone(ALICE, abi.encodeCall(first.trainModel, ("acme/digits", "artifact", "statement")));
        isDone(ALICE, abi.encodeCall(first.anchorLog, ("acme.example/log", 7, "root")));
        registry = second;
        isDone(ALICE, abi.encodeCall(registry.createModel, ("acme/digits")));
        same(second.modelVersion("acme/digits"), 0);
        same(second.anchor("acme.example/log", ALICE).treeSize, 0);
        isDone(ALICE, abi.encodeCall(registry.trainModel, ("acme/digits", "artifact", "statement")));
        same(second.modelVersion("acme/digits"), 1);
        same(first.modelVersion("acme/digits"), 1);
    }

    function test_aPredecessorHasToBeARegistry() external {
        (bool deployed,) = tryToDeploy(ModelRegistry(address(0x1234)));
        require(!deployed, "an account without code is no registry");
        (deployed,) = tryToDeploy(ModelRegistry(address(this)));
        require(!deployed, "a contract that cannot say whom a name belongs to is no registry");
    }
}
