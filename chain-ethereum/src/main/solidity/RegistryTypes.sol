// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the registry takes, keeps, tells and refuses
interface RegistryTypes {
    /// @notice What an owner can let other accounts do with a model; the owner itself needs no role.
    enum Role {
        TRAINER,
        DEPLOYER,
        WORKER
    }

    /// @notice What a refusal is about.
    enum Thing {
        MODEL,
        VERSION,
        ENVIRONMENT,
        ROLE,
        LOG
    }

    /// @notice One command of many in a transaction.
    /// @param id names the command for ever among those of its author; 0 for none
    /// @param command the ABI call of one of the verbs: selector and arguments
    struct Submission {
        bytes16 id;
        bytes command;
    }

    /// @param exists false if there is no such model; the rest is zero then
    /// @param owner its one owner
    /// @param pendingOwner whom it is offered to; zero if it is not
    /// @param environments those that a version is deployed in
    /// @param latestVersion the number of the newest version, 0 if there is none
    struct ModelState {
        bool exists;
        address owner;
        address pendingOwner;
        address[] trainers;
        address[] deployers;
        address[] workers;
        Deployment[] environments;
        uint256 latestVersion;
    }

    struct Deployment {
        string name;
        uint256 version;
    }

    /// @param author who registered it; zero if there is no such version
    /// @param time of the block that registered it, in that chain's unit (seconds since 1970)
    /// @param blockNumber where its ModelTrained lies
    /// @param reason the digest of a text that says why it was revoked
    struct VersionState {
        bytes32 artifact;
        bytes32 statement;
        address author;
        uint64 time;
        uint64 blockNumber;
        bool revoked;
        bytes32 reason;
    }

    /// @param treeSize 0 if the author has anchored no such log
    /// @param blockNumber where its LogAnchored lies
    struct AnchorState {
        uint64 treeSize;
        bytes32 rootHash;
        uint64 blockNumber;
        uint64 time;
    }

    // Each event has the hash of the name (or of the origin), who did it, and the submission's id (0 for a direct call).

    event ModelCreated(bytes32 indexed model, address indexed author, bytes16 indexed id, string name);

    event ModelTrained(
        bytes32 indexed model,
        address indexed author,
        bytes16 indexed id,
        string name,
        uint256 version,
        bytes32 artifact,
        bytes32 statement
    );

    event ModelDeployed(
        bytes32 indexed model,
        address indexed author,
        bytes16 indexed id,
        string name,
        uint256 version,
        string environment
    );

    event ModelUndeployed(
        bytes32 indexed model, address indexed author, bytes16 indexed id, string name, string environment
    );

    event VersionRevoked(
        bytes32 indexed model,
        address indexed author,
        bytes16 indexed id,
        string name,
        uint256 version,
        bytes32 reason
    );

    event RoleChanged(
        bytes32 indexed model,
        address indexed author,
        bytes16 indexed id,
        string name,
        address account,
        Role role,
        bool granted
    );

    event OwnershipTransferStarted(
        bytes32 indexed model, address indexed author, bytes16 indexed id, string name, address newOwner
    );

    event OwnershipTransferred(
        bytes32 indexed model,
        address indexed author,
        bytes16 indexed id,
        string name,
        address previousOwner,
        address newOwner
    );

    event LogAnchored(
        bytes32 indexed originHash,
        address indexed author,
        bytes16 indexed id,
        string origin,
        uint64 treeSize,
        bytes32 rootHash
    );

    /// @notice A command of a batch that the rules refused; it changed nothing.
    /// @param reason the ABI-encoded error that a direct call would have reverted with
    event CommandRefused(
        bytes32 indexed lane, address indexed author, bytes16 indexed id, bytes command, bytes reason
    );

    /// @notice The model, the version, what is deployed in the environment, or the role does not exist.
    error NotFound(Thing what);

    /// @notice The model, the role, or a version with the same two digests exists.
    /// @param version the number of that version; 0 for a model and a role
    error AlreadyExists(Thing what, uint256 version);

    /// @notice The account may not do this to the model.
    error NotAuthorized(address account);

    /// @notice The version was revoked, which is final.
    error VersionIsRevoked(bytes32 reason);

    /// @notice An anchor's size is greater than the one recorded before, which is this.
    error StaleAnchor(uint64 treeSize);

    /// @notice The name of the model, of the environment or of the log does not follow its grammar.
    error InvalidName(Thing what);

    /// @notice The command is not the call of a verb, or an argument is out of its range.
    error MalformedCommand();

    /// @notice The batch begins after the next submission of its lane, which has this number.
    error OutOfOrder(uint256 next);

    /// @notice The predecessor is not a registry.
    error NotARegistry(address predecessor);
}
