// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {Commands} from "./Commands.sol";
import {RegistryTest} from "./RegistryTest.sol";
import {RulesModel} from "./RulesModel.sol";
import {Vm} from "./Vm.sol";

/// @title Accounts that send whatever comes to their mind, directly and in batches, often twice
/// @notice Holds every answer and every event of the registry against the plain rules.
contract Clients is RegistryTest {
    uint256 public constant NAMES = 4;
    uint256 public constant ACTORS = 4;
    uint256 public constant IDS = 600;

    struct Sent {
        bytes16 id;
        RulesModel.Command command;
    }

    struct Expected {
        bytes32 topic;
        bytes32 subject;
        bytes16 id;
        bytes data;
    }

    RulesModel public rules = new RulesModel();
    mapping(address author => mapping(bytes32 lane => Sent[])) private sent;
    mapping(address author => mapping(bytes16 id => bool)) public used;
    uint256 public repeated;

    /// @notice How often a verb was accepted (0) or refused with an error (its first four bytes).
    mapping(RulesModel.Verb verb => mapping(bytes4 outcome => uint256)) public seen;

    constructor(ModelRegistry registry_) {
        registry = registry_;
    }

    /// @notice One command, called directly.
    function call(uint256 seed) external {
        seed = uint256(keccak256(abi.encode(seed))); // forge likes small numbers
        pass(seed);
        address author = actor(seed >> 200);
        RulesModel.Command memory c = command(seed);
        address previousOwner = registry.owner(c.name);
        bytes memory encoded = Commands.encode(c);
        vm.recordLogs();
        vm.prank(author);
        (bool done, bytes memory answer) = address(registry).call(encoded);
        bytes memory refusal = rules.carryOut(author, c);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (refusal.length != 0) {
            ++seen[c.verb][bytes4(refusal)];
            require(!done, "refused by the rules and not by the registry");
            same(answer, refusal);
            same(logs.length, 0);
        } else {
            ++seen[c.verb][0];
            require(done, "refused by the registry and not by the rules");
            uint256 number = registry.modelVersion(c.name);
            if (c.verb == RulesModel.Verb.TRAIN_MODEL) {
                same(answer, abi.encode(number));
            } else {
                same(answer.length, 0);
            }
            same(logs.length, 1);
            compare(logs[0], author, accepting(c, author, 0, number, previousOwner));
        }
    }

    /// @notice Up to six commands in one transaction; some were sent before in this lane, some ids in another one.
    function batch(uint256 seed, uint256[6] calldata seeds, uint8 count, uint8 back) external {
        seed = uint256(keccak256(abi.encode(seed)));
        pass(seed);
        address author = actor(seed >> 200);
        bytes32 lane = bytes32((seed >> 8) % 2);
        Sent[] storage stream = sent[author][lane];
        uint256 next = stream.length;
        uint256 first = next - (back % 4 > next ? next : back % 4);
        for (uint256 i = 0; i < back % 4 + count % 7 && i < 6; ++i) {
            uint256 s = uint256(keccak256(abi.encode(seed, seeds[i])));
            if (first + i >= stream.length) {
                // ids come from a set that is not large, so that they meet again
                stream.push(Sent(bytes16(uint128((s >> 100) % IDS)), command(s)));
            }
        }
        send(author, lane, first, next);
    }

    function send(address author, bytes32 lane, uint256 first, uint256 next) private {
        Sent[] storage stream = sent[author][lane];
        RegistryTypes.Submission[] memory list = new RegistryTypes.Submission[](stream.length - first);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = RegistryTypes.Submission(stream[first + i].id, Commands.encode(stream[first + i].command));
        }
        vm.recordLogs();
        vm.prank(author);
        registry.execute(lane, first, list);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 seen = 0;
        repeated += next - first;
        for (uint256 i = next; i < stream.length; ++i) {
            Sent memory s = stream[i];
            if (s.id != 0 && used[author][s.id]) {
                ++repeated;
                continue;
            }
            used[author][s.id] = true;
            compare(logs[seen++], author, expect(author, lane, s));
        }
        same(logs.length, seen);
    }

    function expect(address author, bytes32 lane, Sent memory s) private returns (Expected memory) {
        (, RulesModel.Model memory before) = rules.model(s.command.name);
        bytes memory refusal = rules.carryOut(author, s.command);
        if (refusal.length != 0) {
            ++seen[s.command.verb][bytes4(refusal)];
            return Expected(
                RegistryTypes.CommandRefused.selector, lane, s.id, abi.encode(Commands.encode(s.command), refusal)
            );
        }
        ++seen[s.command.verb][0];
        return accepting(s.command, author, s.id, before.versions.length + 1, before.owner);
    }

    function accepting(
        RulesModel.Command memory c,
        address author,
        bytes16 id,
        uint256 number,
        address previousOwner
    ) private pure returns (Expected memory) {
        (bytes32 topic, bytes memory data) = Commands.left(c, author, number, previousOwner);
        return Expected(topic, keccak256(bytes(c.name)), id, data);
    }

    function compare(Vm.Log memory log, address author, Expected memory e) private view {
        same(log.emitter, address(registry));
        same(log.topics.length, 4);
        same(log.topics[0], e.topic);
        same(log.topics[1], e.subject);
        same(log.topics[2], bytes32(uint256(uint160(author))));
        same(log.topics[3], bytes32(e.id));
        same(log.data, e.data);
    }

    function sentIn(address author, bytes32 lane) external view returns (uint256) {
        return sent[author][lane].length;
    }

    function pass(uint256 seed) private {
        vm.roll(block.number + (seed % 3));
        vm.warp(block.timestamp + (seed % 5));
    }

    function actor(uint256 index) public pure returns (address) {
        return [ALICE, BOB, CAROL, MALLORY][index % ACTORS];
    }

    function name(uint256 index) public pure returns (string memory) {
        return ["a", "acme/digits", "acme.example/receipts-of-2026/and-a-long-name", "Bad Name+"][index % NAMES];
    }

    function environment(uint256 index) public pure returns (string memory) {
        return ["production", "staging", "an-environment-whose-name-is-longer-than-a-word", "no/segment"][index % 4];
    }

    function command(uint256 seed) private pure returns (RulesModel.Command memory) {
        return RulesModel.Command(
            RulesModel.Verb(seed % 10),
            name((seed >> 10) % 8 == 0 ? 3 : (seed >> 10) % 3),
            environment((seed >> 20) % 8 == 0 ? 3 : (seed >> 20) % 3),
            (seed >> 30) % 6,
            bytes32((seed >> 40) % 4),
            bytes32((seed >> 50) % 2),
            (seed >> 60) % 9 == 0 ? address(0) : actor(seed >> 60),
            RegistryTypes.Role((seed >> 70) % 3)
        );
    }
}
