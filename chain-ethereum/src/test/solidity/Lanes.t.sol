// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {RegistryTest} from "./RegistryTest.sol";
import {Vm} from "./Vm.sol";

/// @title Whatever is sent again, late, or in another cut, happens once and in order
contract LanesTest is RegistryTest {
    bytes32 private constant LANE = "a lane";

    function setUp() public override {
        super.setUp();
        vm.prank(ALICE);
        registry.createModel("acme/digits");
    }

    function test_refusesToLeaveAGap() external {
        send(LANE, 0, trainings(0, 3, 0));
        vm.prank(ALICE);
        (bool done, bytes memory answer) =
            address(registry).call(abi.encodeCall(registry.execute, (LANE, 4, trainings(4, 1, 0))));
        require(!done, "a gap was left");
        same(answer, abi.encodeWithSelector(RegistryTypes.OutOfOrder.selector, 3));
        same(registry.modelVersion("acme/digits"), 3);
    }

    function test_skipsWhatHappened() external {
        send(LANE, 0, trainings(0, 3, 0));
        send(LANE, 0, trainings(0, 3, 0));
        send(LANE, 1, trainings(1, 1, 0));
        same(registry.modelVersion("acme/digits"), 3);
        same(registry.nextInLane(ALICE, LANE), 3);
        send(LANE, 2, trainings(2, 5, 0));
        same(registry.modelVersion("acme/digits"), 7);
        same(registry.nextInLane(ALICE, LANE), 7);
    }

    function test_skippedCommandsLeaveNoEvent() external {
        send(LANE, 0, trainings(0, 3, 0));
        vm.recordLogs();
        send(LANE, 0, trainings(0, 3, 0));
        same(vm.getRecordedLogs().length, 0);
    }

    function test_aStreamCutAnywhereAndSentTwiceHappensOnce(uint256 seed) external {
        uint256 sent = 0;
        while (sent < 20) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 from = seed % (sent + 1);
            uint256 count = (seed >> 8) % 8;
            if (from + count > 20) {
                count = 20 - from;
            }
            send(LANE, from, trainings(from, count, 0));
            if (from + count > sent) {
                sent = from + count;
            }
            same(registry.nextInLane(ALICE, LANE), sent);
        }
        same(registry.modelVersion("acme/digits"), 20);
        for (uint256 i = 0; i < 20; ++i) {
            same(registry.version("acme/digits", i + 1).artifact, bytes32(i));
        }
    }

    function test_anIdIsCarriedOutOnceInWhateverLane() external {
        send(LANE, 0, trainings(0, 3, 7));
        send("another lane", 0, trainings(10, 3, 8)); // 8 and 9 are known, 10 is not
        same(registry.modelVersion("acme/digits"), 4);
        same(registry.version("acme/digits", 4).artifact, bytes32(uint256(12)));
        same(registry.nextInLane(ALICE, "another lane"), 3);
    }

    function test_anIdThatComesTwiceInOneBatchIsCarriedOutOnce() external {
        RegistryTypes.Submission[] memory list = trainings(0, 3, 255);
        list[2].id = list[0].id;
        send(LANE, 0, list);
        same(registry.modelVersion("acme/digits"), 2);
    }

    function test_anIdIsOfItsAuthorOnly() external {
        send(LANE, 0, trainings(0, 1, 7));
        require(registry.wasSubmitted(ALICE, bytes16(uint128(7))), "marked");
        require(!registry.wasSubmitted(BOB, bytes16(uint128(7))), "not marked");
        vm.prank(BOB);
        registry.execute(LANE, 0, one(7, abi.encodeCall(registry.createModel, ("bob"))));
        same(registry.owner("bob"), BOB);
    }

    function test_laneIsOfItsAuthorOnly() external {
        vm.prank(MALLORY);
        registry.execute(LANE, 0, trainings(0, 3, 0)); // refused, each
        same(registry.nextInLane(ALICE, LANE), 0);
        same(registry.modelVersion("acme/digits"), 0);
    }

    function test_marksOfIdsDoNotTouchOneAnother(uint128[12] calldata ids, uint128 other) external {
        RegistryTypes.Submission[] memory list = new RegistryTypes.Submission[](12);
        for (uint256 i = 0; i < 12; ++i) {
            vm.assume(ids[i] != other);
            list[i] = RegistryTypes.Submission(bytes16(ids[i]), "");
        }
        send(LANE, 0, list);
        for (uint256 i = 0; i < 12; ++i) {
            require(registry.wasSubmitted(ALICE, bytes16(ids[i])) == (ids[i] != 0), "marked");
        }
        require(!registry.wasSubmitted(ALICE, bytes16(other)), "not marked");
    }

    function test_neighboursOfAMarkAreFree(uint128 id) external {
        vm.assume(id != 0);
        send(LANE, 0, one(id, ""));
        for (uint256 bit = 0; bit < 128; ++bit) {
            require(!registry.wasSubmitted(ALICE, bytes16(id ^ uint128(1 << bit))), "a neighbour is marked");
        }
    }

    function test_aRefusedCommandIsMarkedAndTheOthersGoOn() external {
        RegistryTypes.Submission[] memory list = trainings(0, 3, 7);
        list[1].command = abi.encodeCall(registry.deployModel, ("acme/digits", 9, "production"));
        vm.recordLogs();
        send(LANE, 0, list);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 3);
        same(logs[1].topics[0], RegistryTypes.CommandRefused.selector);
        same(logs[1].topics[1], LANE);
        same(logs[1].topics[3], bytes32(list[1].id));
        same(
            logs[1].data,
            abi.encode(
                list[1].command,
                abi.encodeWithSelector(RegistryTypes.NotFound.selector, RegistryTypes.Thing.VERSION)
            )
        );
        require(registry.wasSubmitted(ALICE, list[1].id), "marked");
        same(registry.modelVersion("acme/digits"), 2);
        same(registry.nextInLane(ALICE, LANE), 3);
    }

    function test_nothingIsSomethingToo() external {
        send(LANE, 0, trainings(0, 0, 0));
        same(registry.nextInLane(ALICE, LANE), 0);
    }

    function send(bytes32 lane, uint256 first, RegistryTypes.Submission[] memory list) private {
        vm.prank(ALICE);
        registry.execute(lane, first, list);
    }

    /// @param firstId 0 for none
    function trainings(uint256 first, uint256 count, uint128 firstId)
        private
        view
        returns (RegistryTypes.Submission[] memory list)
    {
        list = new RegistryTypes.Submission[](count);
        for (uint256 i = 0; i < count; ++i) {
            bytes16 id = bytes16(firstId == 0 ? 0 : firstId + uint128(i));
            list[i] = RegistryTypes.Submission(
                id, abi.encodeCall(registry.trainModel, ("acme/digits", bytes32(first + i), bytes32(0)))
            );
        }
    }

    function one(uint128 id, bytes memory command)
        private
        pure
        returns (RegistryTypes.Submission[] memory list)
    {
        list = new RegistryTypes.Submission[](1);
        list[0] = RegistryTypes.Submission(bytes16(id), command);
    }
}
