// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CommandReader} from "./CommandReader.sol";
import {ModelNetworks} from "./ModelNetworks.sol";

/// @title The registry of models: who may do what, what happened, what is deployed where
/// @notice One registry serves many models and owners. It is immutable: no proxy, no administrator; for moving to a
/// successor see `reservedFor`. A verb called directly reverts with the error if the rules refuse it; in `execute` the
/// refusal is an event, and the other commands go on.
contract ModelRegistry is ModelNetworks {
    using CommandReader for bytes;

    uint256 private constant NO_BUCKET = type(uint256).max;

    /// @notice The registry that this one follows; zero if it is the first.
    /// @dev In storage, so that every deployed registry has the same code and everybody can compare it.
    ModelRegistry public predecessor;

    /// @notice How many submissions of a lane have been carried out: the number of the next one, from 0.
    mapping(address author => mapping(bytes32 lane => uint256)) public nextInLane;

    /// @dev A bit for each id; 256 consecutive ones share a word.
    mapping(address author => mapping(uint256 bucket => uint256 marks)) private submitted;

    /// @param predecessor_ zero, or the registry whose names belong to their owners here too
    constructor(ModelRegistry predecessor_) {
        if (address(predecessor_) != address(0)) {
            if (address(predecessor_).code.length == 0) {
                revert NotARegistry(address(predecessor_));
            }
            predecessor_.reservedFor("");
            predecessor = predecessor_;
        }
    }

    /// @notice Creates a model; the caller becomes its owner.
    function createModel(string calldata name) external {
        settle(createModel(0, name));
    }

    /// @notice Registers the next version.
    /// @param artifact the digest of the model's files
    /// @param statement the digest of the signed statement about its lineage
    function trainModel(string calldata name, bytes32 artifact, bytes32 statement)
        external
        returns (uint256 number)
    {
        bytes memory refusal;
        (number, refusal) = trainModel(0, name, artifact, statement);
        settle(refusal);
    }

    /// @notice Puts a version into an environment in place of what was there.
    function deployModel(string calldata name, uint256 number, string calldata environment) external {
        settle(deployModel(0, name, number, environment));
    }

    /// @notice Leaves an environment without a version.
    function undeployModel(string calldata name, string calldata environment) external {
        settle(undeployModel(0, name, environment));
    }

    /// @notice Withdraws a version for good; it is in no environment any more.
    /// @param reason the digest of a text that says why
    function revokeVersion(string calldata name, uint256 number, bytes32 reason) external {
        settle(revokeVersion(0, name, number, reason));
    }

    /// @notice Gives an account a role on a model.
    function grantRole(string calldata name, address account, Role role) external {
        settle(changeRole(0, name, account, role, true));
    }

    /// @notice Takes a role on a model from an account.
    function revokeRole(string calldata name, address account, Role role) external {
        settle(changeRole(0, name, account, role, false));
    }

    /// @notice Offers a model to another account; offered to the owner itself, or to nobody, it withdraws an offer.
    function transferOwnership(string calldata name, address newOwner) external {
        settle(transferOwnership(0, name, newOwner));
    }

    /// @notice Takes a model that was offered to the caller.
    function acceptOwnership(string calldata name) external {
        settle(acceptOwnership(0, name));
    }

    /// @notice Records the state of a transparency log, for the caller only.
    function anchorLog(string calldata origin, uint64 treeSize, bytes32 rootHash) external {
        settle(anchorLog(0, origin, treeSize, rootHash));
    }

    /// @notice Carries out commands of one lane, each exactly once and in order, however often they are sent.
    /// A lane is a stream of submissions that its author numbers from 0. Those that have been carried out before are
    /// skipped, and so is one whose id has been submitted before, in whatever lane.
    /// @param first the number of the first submission in its lane
    function execute(bytes32 lane, uint256 first, Submission[] calldata submissions) external {
        uint256 next = nextInLane[msg.sender][lane];
        if (first > next) {
            revert OutOfOrder(next);
        }
        uint256 end = first + submissions.length;
        if (end <= next) {
            return;
        }
        nextInLane[msg.sender][lane] = end;
        mapping(uint256 bucket => uint256 marks) storage ids = submitted[msg.sender];
        uint256 bucket = NO_BUCKET;
        uint256 marks = 0;
        for (uint256 i = next - first; i < submissions.length; ++i) {
            Submission calldata submission = submissions[i];
            bytes16 id = submission.id;
            if (id != 0) {
                uint256 index = uint128(id);
                if (index >> 8 != bucket) {
                    if (bucket != NO_BUCKET) {
                        ids[bucket] = marks;
                    }
                    bucket = index >> 8;
                    marks = ids[bucket];
                }
                uint256 mark = 1 << (index & 0xff);
                if (marks & mark != 0) {
                    continue;
                }
                marks |= mark;
            }
            bytes calldata command = submission.command;
            bytes memory refusal = carryOut(id, command);
            if (refusal.length != 0) {
                emit CommandRefused(lane, msg.sender, id, command, refusal);
            }
        }
        if (bucket != NO_BUCKET) {
            ids[bucket] = marks;
        }
    }

    /// @notice The owner of a model; zero if there is no such model.
    function owner(string calldata name) external view returns (address) {
        return ownerOf(name);
    }

    /// @notice The number of a model's newest version; 0 if it has none.
    function modelVersion(string calldata name) external view returns (uint256) {
        return latestOf(name);
    }

    /// @notice The state of a model.
    function model(string calldata name) external view returns (ModelState memory) {
        return stateOf(name);
    }

    /// @notice A version of a model; all zero if there is no such version.
    function version(string calldata name, uint256 number) external view returns (VersionState memory) {
        return versionOf(name, number);
    }

    /// @notice The number of the version in an environment; 0 if there is none.
    function deployed(string calldata name, string calldata environment) external view returns (uint256) {
        return deploymentOf(name, environment);
    }

    /// @notice The newest state of a log that an author recorded.
    function anchor(string calldata origin, address author) external view returns (AnchorState memory) {
        return anchorOf(origin, author);
    }

    /// @notice Whether an author's submission with this id has been carried out or refused.
    function wasSubmitted(address author, bytes16 id) external view returns (bool) {
        uint256 index = uint128(id);
        return submitted[author][index >> 8] & (1 << (index & 0xff)) != 0;
    }

    /// @notice Who alone may create a model of this name in a successor: its owner here, else its owner in the
    /// predecessor, and so on; zero if the name is free.
    function reservedFor(string calldata name) external view returns (address account) {
        account = ownerOf(name);
        if (account == address(0)) {
            account = reservation(name);
        }
    }

    function reservation(string calldata name) internal view override returns (address) {
        ModelRegistry before = predecessor;
        return address(before) == address(0) ? address(0) : before.reservedFor(name);
    }

    function carryOut(bytes16 id, bytes calldata command) private returns (bytes memory) {
        bytes4 verb = command.selector();
        (bool found, string calldata name) = command.text(0);
        if (!found) {
            return malformed();
        }
        if (verb == this.anchorLog.selector) {
            return carryOutAnchorLog(id, name, command);
        }
        if (verb == this.trainModel.selector) {
            return carryOutTrainModel(id, name, command);
        }
        if (verb == this.deployModel.selector) {
            return carryOutDeployModel(id, name, command);
        }
        if (verb == this.undeployModel.selector) {
            return carryOutUndeployModel(id, name, command);
        }
        if (verb == this.createModel.selector) {
            return createModel(id, name);
        }
        if (verb == this.revokeVersion.selector) {
            return carryOutRevokeVersion(id, name, command);
        }
        if (verb == this.grantRole.selector || verb == this.revokeRole.selector) {
            return carryOutChangeRole(id, name, command, verb == this.grantRole.selector);
        }
        if (verb == this.transferOwnership.selector) {
            return carryOutTransferOwnership(id, name, command);
        }
        if (verb == this.acceptOwnership.selector) {
            return acceptOwnership(id, name);
        }
        return malformed();
    }

    function carryOutAnchorLog(bytes16 id, string calldata origin, bytes calldata command)
        private
        returns (bytes memory)
    {
        if (!command.hasWords(3) || command.number(1) > type(uint64).max) {
            return malformed();
        }
        return anchorLog(id, origin, uint64(command.number(1)), command.word(2));
    }

    function carryOutTrainModel(bytes16 id, string calldata name, bytes calldata command)
        private
        returns (bytes memory refusal)
    {
        if (!command.hasWords(3)) {
            return malformed();
        }
        (, refusal) = trainModel(id, name, command.word(1), command.word(2));
    }

    function carryOutDeployModel(bytes16 id, string calldata name, bytes calldata command)
        private
        returns (bytes memory)
    {
        (bool found, string calldata environment) = command.text(2);
        return found ? deployModel(id, name, command.number(1), environment) : malformed();
    }

    function carryOutUndeployModel(bytes16 id, string calldata name, bytes calldata command)
        private
        returns (bytes memory)
    {
        (bool found, string calldata environment) = command.text(1);
        return found ? undeployModel(id, name, environment) : malformed();
    }

    function carryOutRevokeVersion(bytes16 id, string calldata name, bytes calldata command)
        private
        returns (bytes memory)
    {
        return command.hasWords(3) ? revokeVersion(id, name, command.number(1), command.word(2)) : malformed();
    }

    function carryOutChangeRole(bytes16 id, string calldata name, bytes calldata command, bool granted)
        private
        returns (bytes memory)
    {
        if (!command.hasWords(3) || command.number(1) > type(uint160).max
                || command.number(2) > uint256(type(Role).max)) {
            return malformed();
        }
        return changeRole(id, name, address(uint160(command.number(1))), Role(command.number(2)), granted);
    }

    function carryOutTransferOwnership(bytes16 id, string calldata name, bytes calldata command)
        private
        returns (bytes memory)
    {
        if (!command.hasWords(2) || command.number(1) > type(uint160).max) {
            return malformed();
        }
        return transferOwnership(id, name, address(uint160(command.number(1))));
    }
}
