// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CommandReader} from "../../main/solidity/CommandReader.sol";
import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {Names} from "../../main/solidity/Names.sol";
import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {RegistryTest} from "./RegistryTest.sol";
import {RulesModel} from "./RulesModel.sol";
import {Vm} from "./Vm.sol";

/// @title What a batch reads from the bytes of a command, and what a name is
contract ReadingTest is RegistryTest {
    RulesModel private rules = new RulesModel();

    function setUp() public override {
        super.setUp();
        isDone(ALICE, abi.encodeCall(registry.createModel, ("acme/digits")));
        isDone(ALICE, abi.encodeCall(registry.trainModel, ("acme/digits", "artifact", "statement")));
        isDone(ALICE, abi.encodeCall(registry.deployModel, ("acme/digits", 1, "production")));
        isDone(ALICE, abi.encodeCall(registry.transferOwnership, ("acme/digits", BOB)));
    }

    function test_anyBytesAreRefusedAndNothingReverts(bytes calldata command) external {
        same(inABatch(command), abi.encodeWithSelector(RegistryTypes.MalformedCommand.selector));
    }

    function test_aSelectorWithAnyBytesDoesNotRevert(uint256 verb, bytes calldata rest) external {
        bytes memory command = bytes.concat(bytes4(commands()[verb % 10]), rest);
        agrees(command);
    }

    /// @notice A command whose words are changed, cut off or lengthened: the batch and the compiler's decoder agree.
    function test_aChangedCommandIsReadAsTheDecoderReadsIt(uint256 verb, uint256 where, uint256 what, uint256 how)
        external
    {
        bytes memory command = commands()[verb % 10];
        uint256 words = (command.length - 4) / 32;
        uint256 position = 4 + 32 * (where % words);
        uint256 value = [what, what % 256, type(uint256).max - (what % 256), 2 ** 63, 2 ** 64, 2 ** 160][how % 6];
        if (how % 7 < 4) {
            assembly ("memory-safe") {
                mstore(add(add(command, 32), position), value)
            }
        }
        if (how % 5 == 0) {
            uint256 length = what % (command.length + 1);
            assembly ("memory-safe") {
                mstore(command, length)
            }
        } else if (how % 5 == 1) {
            command = bytes.concat(command, abi.encode(what));
        }
        agrees(command);
    }

    function test_textMayLieAnywhereInTheCommand() external {
        bytes memory command = bytes.concat(
            registry.deployModel.selector,
            abi.encode(160, 1, 96), // the environment first, then a word that is nothing
            abi.encode(uint256(2), bytes32("ab")),
            abi.encode(uint256(11), bytes32("acme/digits"))
        );
        same(inABatch(command), "");
        same(registry.deployed("acme/digits", "ab"), 1);
    }

    function test_textEndsWhereTheCommandEndsAtTheLatest() external {
        bytes memory offset = bytes.concat(registry.createModel.selector, abi.encode(32));
        same(inABatch(bytes.concat(offset, abi.encode(5), "acme/")), refusalOfAName());
        same(inABatch(bytes.concat(offset, abi.encode(5), "other")), "");
        bytes memory malformed = abi.encodeWithSelector(RegistryTypes.MalformedCommand.selector);
        same(inABatch(bytes.concat(offset, abi.encode(6), "third")), malformed);
        same(inABatch(bytes.concat(offset, abi.encode(5 + 32), "third")), malformed);
        same(inABatch(bytes.concat(offset, abi.encode(type(uint256).max), "third")), malformed);
        same(inABatch(bytes.concat(registry.createModel.selector, abi.encode(33), abi.encode(0))), malformed);
        same(inABatch(bytes.concat(registry.createModel.selector, abi.encode(type(uint256).max))), malformed);
    }

    function test_wordsOutOfTheirRangeAreRefused() external {
        bytes memory malformed = abi.encodeWithSelector(RegistryTypes.MalformedCommand.selector);
        bytes memory name = abi.encode(uint256(11), bytes32("acme/digits"));
        for (uint256 role = 3; role < 20; ++role) {
            same(inABatch(bytes.concat(registry.grantRole.selector, abi.encode(96, BOB, role), name)), malformed);
            same(inABatch(bytes.concat(registry.revokeRole.selector, abi.encode(96, BOB, role), name)), malformed);
        }
        uint256 account = 2 ** 160;
        same(inABatch(bytes.concat(registry.grantRole.selector, abi.encode(96, account, 0), name)), malformed);
        same(inABatch(bytes.concat(registry.transferOwnership.selector, abi.encode(64, account), name)), malformed);
        same(inABatch(bytes.concat(registry.anchorLog.selector, abi.encode(96, 2 ** 63, 0), name)), malformed);
        same(inABatch(bytes.concat(registry.anchorLog.selector, abi.encode(96, 2 ** 64 + 1, 0), name)), malformed);
        same(inABatch(bytes.concat(registry.anchorLog.selector, abi.encode(96, 2 ** 63 - 1, 0), name)), "");
    }

    function test_theArtefactRefusesNamesThatAreNone() external {
        string[9] memory names = ["", "/", "a/", "/a", "a//b", "A", "a b", ".a", "a/-b"];
        for (uint256 i = 0; i < names.length; ++i) {
            isRefused(ALICE, abi.encodeCall(registry.createModel, (names[i])), refusalOfAName());
        }
    }

    function test_aRecordSaysWhoAndWhenAndWhere() external {
        isDone(ALICE, abi.encodeCall(registry.grantRole, ("acme/digits", CAROL, RegistryTypes.Role.TRAINER)));
        vm.roll(12_345_678);
        vm.warp(2_000_000_000);
        isDone(CAROL, abi.encodeCall(registry.trainModel, ("acme/digits", "other", "statement")));
        same(
            abi.encode(registry.version("acme/digits", 2)),
            abi.encode(bytes32("other"), bytes32("statement"), CAROL, 2_000_000_000, 12_345_678, false, bytes32(0))
        );
        isDone(CAROL, abi.encodeCall(registry.anchorLog, ("acme.example/log", 7, "root")));
        same(
            abi.encode(registry.anchor("acme.example/log", CAROL)),
            abi.encode(7, bytes32("root"), 12_345_678, 2_000_000_000)
        );
    }

    function refusalOfAName() private pure returns (bytes memory) {
        return abi.encodeWithSelector(RegistryTypes.InvalidName.selector, RegistryTypes.Thing.MODEL);
    }

    function test_modelNamesFollowTheirGrammar(bytes32 seed, uint8 length) external view {
        bytes memory name = text(seed, length % 132);
        require(this.isModel(string(name)) == rules.isName(name, 128, true), string(name));
    }

    function test_environmentNamesFollowTheirGrammar(bytes32 seed, uint8 length) external view {
        bytes memory name = text(seed, length % 67);
        require(this.isEnvironment(string(name)) == rules.isName(name, 64, false), string(name));
    }

    function test_originsFollowTheirGrammar(bytes32 seed, uint16 length) external view {
        bytes memory name = text(seed, length % 258);
        require(this.isOrigin(string(name)) == rules.isOrigin(name), string(name));
    }

    function test_everyCharacterIsJudgedAlike() external view {
        for (uint256 c = 0; c < 256; ++c) {
            bytes memory alone = bytes.concat(bytes1(uint8(c)));
            bytes memory second = bytes.concat("a", bytes1(uint8(c)));
            bytes memory between = bytes.concat("a", bytes1(uint8(c)), "b");
            require(this.isModel(string(alone)) == rules.isName(alone, 128, true), "alone");
            require(this.isModel(string(second)) == rules.isName(second, 128, true), "second");
            require(this.isModel(string(between)) == rules.isName(between, 128, true), "between");
            require(this.isEnvironment(string(alone)) == rules.isName(alone, 64, false), "alone");
            require(this.isEnvironment(string(between)) == rules.isName(between, 64, false), "between");
            require(this.isOrigin(string(alone)) == rules.isOrigin(alone), "alone");
            require(this.isOrigin(string(between)) == rules.isOrigin(between), "between");
        }
    }

    function isModel(string calldata name) external pure returns (bool) {
        return Names.isModel(name);
    }

    function isEnvironment(string calldata name) external pure returns (bool) {
        return Names.isEnvironment(name);
    }

    function isOrigin(string calldata name) external pure returns (bool) {
        return Names.isOrigin(name);
    }

    /// @dev Characters that matter, with runs of valid ones between them.
    function text(bytes32 seed, uint256 length) private pure returns (bytes memory name) {
        bytes memory some = "az09az09az09a0z9-._/ABZ+ `{:\x00\x7f\x80\xff";
        name = new bytes(length);
        bool calm = uint8(seed[0]) % 3 != 0;
        for (uint256 i = 0; i < length; ++i) {
            if (i % 32 == 0) {
                seed = keccak256(abi.encode(seed));
            }
            name[i] = some[uint8(seed[i % 32]) % (calm ? 20 : some.length)];
        }
    }

    /// @notice A direct call, decoded by the compiler's code, and a batch do the same to the same state. The decoder
    /// is stricter where a word is not what its type can hold; then the batch may refuse or read what is there.
    function agrees(bytes memory command) private {
        ModelRegistry direct = registry;
        vm.prank(ALICE);
        (bool done, bytes memory answer) = address(direct).call(command);
        setUp(); // another registry in the same state
        bytes memory refusal = inABatch(command);
        if (done) {
            same(refusal, "");
            same(
                abi.encode(direct.model("acme/digits"), direct.anchor("acme.example/log", ALICE)),
                abi.encode(registry.model("acme/digits"), registry.anchor("acme.example/log", ALICE))
            );
        } else if (answer.length >= 4 && bytes4(answer) != bytes4(0x4e487b71)) {
            same(refusal, answer);
        }
    }

    /// @notice The refusal; empty if it was accepted.
    function inABatch(bytes memory command) private returns (bytes memory) {
        uint256 next = registry.nextInLane(ALICE, "lane");
        vm.recordLogs();
        vm.prank(ALICE);
        registry.execute("lane", next, submissions(command));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1);
        same(registry.nextInLane(ALICE, "lane"), next + 1);
        if (logs[0].topics[0] != RegistryTypes.CommandRefused.selector) {
            return "";
        }
        (bytes memory refused, bytes memory reason) = abi.decode(logs[0].data, (bytes, bytes));
        same(refused, command);
        return reason;
    }

    function commands() private view returns (bytes[10] memory) {
        return [
            abi.encodeCall(registry.createModel, ("acme/other")),
            abi.encodeCall(registry.trainModel, ("acme/digits", "other", "statement")),
            abi.encodeCall(registry.deployModel, ("acme/digits", 1, "staging")),
            abi.encodeCall(registry.undeployModel, ("acme/digits", "production")),
            abi.encodeCall(registry.revokeVersion, ("acme/digits", 1, "reason")),
            abi.encodeCall(registry.grantRole, ("acme/digits", BOB, RegistryTypes.Role.WORKER)),
            abi.encodeCall(registry.revokeRole, ("acme/digits", BOB, RegistryTypes.Role.WORKER)),
            abi.encodeCall(registry.transferOwnership, ("acme/digits", CAROL)),
            abi.encodeCall(registry.acceptOwnership, ("acme/digits")),
            abi.encodeCall(registry.anchorLog, ("acme.example/log", 7, "root"))
        ];
    }
}
