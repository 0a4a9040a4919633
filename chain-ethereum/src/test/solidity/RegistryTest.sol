// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {Vm} from "./Vm.sol";

/// @title What the tests share
/// @notice They run the committed artefact, not what forge compiled: it is what everybody deploys.
abstract contract RegistryTest {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    string private constant ARTEFACTS = "src/main/resources/org/modelledger/chain/ethereum/";

    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant CAROL = address(0xCA401);
    address internal constant MALLORY = address(0xBAD);

    ModelRegistry internal registry;

    function setUp() public virtual {
        registry = deploy(ModelRegistry(address(0)));
    }

    function deploy(ModelRegistry predecessor) internal returns (ModelRegistry) {
        (bool deployed, address where) = tryToDeploy(predecessor);
        require(deployed, "the artefact does not deploy");
        return ModelRegistry(where);
    }

    function tryToDeploy(ModelRegistry predecessor) internal returns (bool deployed, address where) {
        bytes memory code = bytes.concat(artefact("ModelRegistry.bin"), abi.encode(predecessor));
        assembly ("memory-safe") {
            where := create(0, add(code, 32), mload(code))
        }
        deployed = where != address(0);
    }

    function artefact(string memory name) internal view returns (bytes memory) {
        return vm.parseBytes(string.concat("0x", vm.readFile(string.concat(ARTEFACTS, name))));
    }

    function submissions(bytes memory command) internal pure returns (RegistryTypes.Submission[] memory list) {
        list = new RegistryTypes.Submission[](1);
        list[0] = RegistryTypes.Submission(0, command);
    }

    function isRefused(address author, bytes memory command, bytes memory expected) internal {
        vm.prank(author);
        (bool done, bytes memory answer) = address(registry).call(command);
        require(!done, "a command was carried out that the rules refuse");
        same(answer, expected);
    }

    function isDone(address author, bytes memory command) internal {
        vm.prank(author);
        (bool done,) = address(registry).call(command);
        require(done, "a command was refused that the rules allow");
    }

    function same(bytes memory actual, bytes memory expected) internal pure {
        require(keccak256(actual) == keccak256(expected), "other bytes than expected");
    }

    function same(string memory actual, string memory expected) internal pure {
        same(bytes(actual), bytes(expected));
    }

    function same(uint256 actual, uint256 expected) internal pure {
        require(
            actual == expected,
            string.concat("expected ", vm.toString(expected), " but it is ", vm.toString(actual))
        );
    }

    function same(bytes32 actual, bytes32 expected) internal pure {
        require(actual == expected, "another word than expected");
    }

    function same(address actual, address expected) internal pure {
        require(actual == expected, "another account than expected");
    }
}
