// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";
import {Names} from "./Names.sol";
import {RegistryTypes} from "./RegistryTypes.sol";

/// @title The rules of the registry and the state that they are about
/// @notice A verb here changes nothing and returns the ABI-encoded error if the rules refuse it, else it returns nothing.
/// It checks in this order: the model exists, the author may, the version exists, it is not revoked, the rest.
abstract contract RegistryRules is RegistryTypes {
    using EnumerableSet for EnumerableSet.AddressSet;

    struct Digests {
        bytes32 artifact;
        bytes32 statement;
    }

    struct Revocation {
        bool revoked;
        bytes32 reason;
    }

    /// @param listed whether its name is in `environmentNames`, where it stays
    struct Environment {
        uint64 version;
        bool listed;
    }

    struct Model {
        address owner;
        uint64 latestVersion;
        address pendingOwner;
        EnumerableSet.AddressSet[3] accounts; // by role
        mapping(uint256 version => Digests) versions;
        mapping(bytes32 digests => uint256 packed) registrations;
        mapping(uint256 version => Revocation) revocations;
        mapping(bytes32 environment => Environment) environments;
        string[] environmentNames;
    }

    /// @param packed from the lowest bit: tree size, block number, time, of 64 bits each; one word is one write
    struct Anchor {
        bytes32 rootHash;
        uint256 packed;
    }

    // A registration in one word, from the lowest bit: author, time, block number, version number.
    uint256 private constant TIME_AT = 160;
    uint256 private constant TIME_BITS = 34; // in seconds to the year 2514
    uint256 private constant BLOCK_AT = TIME_AT + TIME_BITS;
    uint256 private constant BLOCK_BITS = 34; // at ten blocks a second 54 years
    uint256 private constant NUMBER_AT = BLOCK_AT + BLOCK_BITS;
    uint256 private constant NUMBER_BITS = 28; // 268 million versions of one model

    uint64 private constant GREATEST_TREE_SIZE = uint64(type(int64).max);

    mapping(bytes32 name => Model) private models;
    mapping(bytes32 originAndAuthor => Anchor) private anchors;

    /// @notice Whom a name belongs to that is not in this registry; zero if it is free.
    function reservation(string calldata name) internal view virtual returns (address);

    function createModel(bytes16 id, string calldata name) internal returns (bytes memory refusal) {
        (bytes32 key, Model storage m) = find(name);
        if (!Names.isModel(name)) {
            return invalidName(Thing.MODEL);
        }
        if (m.owner != address(0)) {
            return alreadyExists(Thing.MODEL, 0);
        }
        address reservedFor = reservation(name);
        if (reservedFor != address(0) && reservedFor != msg.sender) {
            return alreadyExists(Thing.MODEL, 0);
        }
        m.owner = msg.sender;
        emit ModelCreated(key, msg.sender, id, name);
    }

    function trainModel(bytes16 id, string calldata name, bytes32 artifact, bytes32 statement)
        internal
        returns (uint256 number, bytes memory refusal)
    {
        (bytes32 key, Model storage m) = find(name);
        refusal = requireRole(m, Role.TRAINER);
        if (refusal.length != 0) {
            return (0, refusal);
        }
        bytes32 digests = Hashes.efficientKeccak256(artifact, statement);
        uint256 same = m.registrations[digests] >> NUMBER_AT;
        if (same != 0) {
            return (0, alreadyExists(Thing.VERSION, same));
        }
        number = uint256(m.latestVersion) + 1;
        m.latestVersion = uint64(number);
        m.versions[number] = Digests(artifact, statement);
        m.registrations[digests] = uint256(uint160(msg.sender)) | field(block.timestamp, TIME_AT, TIME_BITS)
            | field(block.number, BLOCK_AT, BLOCK_BITS) | field(number, NUMBER_AT, NUMBER_BITS);
        emit ModelTrained(key, msg.sender, id, name, number, artifact, statement);
    }

    function deployModel(bytes16 id, string calldata name, uint256 number, string calldata environment)
        internal
        returns (bytes memory refusal)
    {
        (bytes32 key, Model storage m) = find(name);
        refusal = requireRole(m, Role.DEPLOYER);
        if (refusal.length == 0) {
            refusal = requireUsable(m, number);
        }
        if (refusal.length != 0) {
            return refusal;
        }
        Environment storage e = m.environments[hash(environment)];
        if (!e.listed) {
            if (!Names.isEnvironment(environment)) {
                return invalidName(Thing.ENVIRONMENT);
            }
            e.listed = true;
            m.environmentNames.push(environment);
        }
        e.version = uint64(number);
        emit ModelDeployed(key, msg.sender, id, name, number, environment);
    }

    function undeployModel(bytes16 id, string calldata name, string calldata environment)
        internal
        returns (bytes memory refusal)
    {
        (bytes32 key, Model storage m) = find(name);
        refusal = requireRole(m, Role.DEPLOYER);
        if (refusal.length != 0) {
            return refusal;
        }
        bytes32 environmentKey = hash(environment);
        if (deployedIn(m, environmentKey) == 0) {
            return notFound(Thing.ENVIRONMENT);
        }
        m.environments[environmentKey].version = 0;
        emit ModelUndeployed(key, msg.sender, id, name, environment);
    }

    function revokeVersion(bytes16 id, string calldata name, uint256 number, bytes32 reason)
        internal
        returns (bytes memory refusal)
    {
        (bytes32 key, Model storage m) = find(name);
        refusal = requireOwner(m);
        if (refusal.length == 0) {
            refusal = requireUsable(m, number);
        }
        if (refusal.length != 0) {
            return refusal;
        }
        m.revocations[number] = Revocation(true, reason);
        emit VersionRevoked(key, msg.sender, id, name, number, reason);
    }

    function changeRole(bytes16 id, string calldata name, address account, Role role, bool granted)
        internal
        returns (bytes memory refusal)
    {
        (bytes32 key, Model storage m) = find(name);
        refusal = requireOwner(m);
        if (refusal.length != 0) {
            return refusal;
        }
        EnumerableSet.AddressSet storage accounts = m.accounts[uint256(role)];
        if (granted) {
            if (!accounts.add(account)) {
                return alreadyExists(Thing.ROLE, 0);
            }
        } else if (!accounts.remove(account)) {
            return notFound(Thing.ROLE);
        }
        emit RoleChanged(key, msg.sender, id, name, account, role, granted);
    }

    /// @notice Offered to the owner itself it withdraws an offer.
    function transferOwnership(bytes16 id, string calldata name, address newOwner)
        internal
        returns (bytes memory refusal)
    {
        (bytes32 key, Model storage m) = find(name);
        refusal = requireOwner(m);
        if (refusal.length != 0) {
            return refusal;
        }
        m.pendingOwner = newOwner == m.owner ? address(0) : newOwner;
        emit OwnershipTransferStarted(key, msg.sender, id, name, newOwner);
    }

    function acceptOwnership(bytes16 id, string calldata name) internal returns (bytes memory refusal) {
        (bytes32 key, Model storage m) = find(name);
        address previousOwner = m.owner;
        if (previousOwner == address(0)) {
            return notFound(Thing.MODEL);
        }
        if (m.pendingOwner != msg.sender) {
            return notAuthorized();
        }
        m.owner = msg.sender;
        m.pendingOwner = address(0);
        emit OwnershipTransferred(key, msg.sender, id, name, previousOwner, msg.sender);
    }

    function anchorLog(bytes16 id, string calldata origin, uint64 treeSize, bytes32 rootHash)
        internal
        returns (bytes memory refusal)
    {
        bytes32 originHash = hash(origin);
        Anchor storage a = anchors[anchorKey(originHash, msg.sender)];
        uint64 before = uint64(a.packed);
        if (before == 0 && !Names.isOrigin(origin)) {
            return invalidName(Thing.LOG);
        }
        if (treeSize > GREATEST_TREE_SIZE) {
            return malformed();
        }
        if (treeSize <= before) {
            return abi.encodeWithSelector(StaleAnchor.selector, before);
        }
        a.rootHash = rootHash;
        a.packed = uint256(treeSize) | field(block.number, 64, 64) | field(block.timestamp, 128, 64);
        emit LogAnchored(originHash, msg.sender, id, origin, treeSize, rootHash);
    }

    function ownerOf(string calldata name) internal view returns (address) {
        (, Model storage m) = find(name);
        return m.owner;
    }

    function latestOf(string calldata name) internal view returns (uint256) {
        (, Model storage m) = find(name);
        return m.latestVersion;
    }

    function deploymentOf(string calldata name, string calldata environment) internal view returns (uint256) {
        (, Model storage m) = find(name);
        return deployedIn(m, hash(environment));
    }

    function stateOf(string calldata name) internal view returns (ModelState memory state) {
        (, Model storage m) = find(name);
        state.exists = m.owner != address(0);
        state.owner = m.owner;
        state.pendingOwner = m.pendingOwner;
        state.trainers = m.accounts[uint256(Role.TRAINER)].values();
        state.deployers = m.accounts[uint256(Role.DEPLOYER)].values();
        state.workers = m.accounts[uint256(Role.WORKER)].values();
        state.environments = deploymentsOf(m);
        state.latestVersion = m.latestVersion;
    }

    function versionOf(string calldata name, uint256 number) internal view returns (VersionState memory state) {
        (, Model storage m) = find(name);
        if (number == 0 || number > m.latestVersion) {
            return state;
        }
        Digests memory digests = m.versions[number];
        uint256 packed = m.registrations[Hashes.efficientKeccak256(digests.artifact, digests.statement)];
        state.artifact = digests.artifact;
        state.statement = digests.statement;
        state.author = address(uint160(packed));
        state.time = uint64((packed >> TIME_AT) & ((1 << TIME_BITS) - 1));
        state.blockNumber = uint64((packed >> BLOCK_AT) & ((1 << BLOCK_BITS) - 1));
        Revocation memory revocation = m.revocations[number];
        state.revoked = revocation.revoked;
        state.reason = revocation.reason;
    }

    /// @dev The artifact of a version, for those who may register one.
    function artifactForTrainer(string calldata name, uint256 number)
        internal
        view
        returns (bytes32 artifact, bytes memory refusal)
    {
        (, Model storage m) = find(name);
        refusal = requireRole(m, Role.TRAINER);
        if (refusal.length != 0) {
            return (0, refusal);
        }
        if (number == 0 || number > m.latestVersion) {
            return (0, notFound(Thing.VERSION));
        }
        artifact = m.versions[number].artifact;
    }

    function anchorOf(string calldata origin, address author) internal view returns (AnchorState memory) {
        Anchor memory a = anchors[anchorKey(hash(origin), author)];
        return AnchorState(uint64(a.packed), a.rootHash, uint64(a.packed >> 64), uint64(a.packed >> 128));
    }

    function malformed() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(MalformedCommand.selector);
    }

    /// @dev As `keccak256(bytes(text))`, but it takes no memory.
    function hash(string calldata text) private pure returns (bytes32 value) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, text.offset, text.length)
            value := keccak256(free, text.length)
        }
    }

    function anchorKey(bytes32 originHash, address author) private pure returns (bytes32) {
        return Hashes.efficientKeccak256(originHash, bytes32(uint256(uint160(author))));
    }

    function find(string calldata name) private view returns (bytes32 key, Model storage m) {
        key = hash(name);
        m = models[key];
    }

    /// @dev A revoked version is in no environment any more, although nobody went through them all.
    function deployedIn(Model storage m, bytes32 environment) private view returns (uint256 number) {
        number = m.environments[environment].version;
        if (number != 0 && m.revocations[number].revoked) {
            number = 0;
        }
    }

    function deploymentsOf(Model storage m) private view returns (Deployment[] memory deployments) {
        uint256 listed = m.environmentNames.length;
        deployments = new Deployment[](listed);
        uint256 count = 0;
        for (uint256 i = 0; i < listed; ++i) {
            string memory name = m.environmentNames[i];
            uint256 number = deployedIn(m, keccak256(bytes(name)));
            if (number != 0) {
                deployments[count++] = Deployment(name, number);
            }
        }
        // memory-safe: it makes the array shorter
        assembly ("memory-safe") {
            mstore(deployments, count)
        }
    }

    function requireRole(Model storage m, Role role) private view returns (bytes memory refusal) {
        address modelOwner = m.owner;
        if (modelOwner == address(0)) {
            return notFound(Thing.MODEL);
        }
        if (modelOwner != msg.sender && !m.accounts[uint256(role)].contains(msg.sender)) {
            return notAuthorized();
        }
    }

    function requireOwner(Model storage m) private view returns (bytes memory refusal) {
        address modelOwner = m.owner;
        if (modelOwner == address(0)) {
            return notFound(Thing.MODEL);
        }
        if (modelOwner != msg.sender) {
            return notAuthorized();
        }
    }

    function requireUsable(Model storage m, uint256 number) private view returns (bytes memory refusal) {
        if (number == 0 || number > m.latestVersion) {
            return notFound(Thing.VERSION);
        }
        if (m.revocations[number].revoked) {
            return abi.encodeWithSelector(VersionIsRevoked.selector, m.revocations[number].reason);
        }
    }

    /// @dev Fails as arithmetic does if the value does not fit.
    function field(uint256 value, uint256 position, uint256 bits) private pure returns (uint256) {
        assert(value >> bits == 0);
        return value << position;
    }

    function notFound(Thing what) private pure returns (bytes memory) {
        return abi.encodeWithSelector(NotFound.selector, what);
    }

    function alreadyExists(Thing what, uint256 number) private pure returns (bytes memory) {
        return abi.encodeWithSelector(AlreadyExists.selector, what, number);
    }

    function notAuthorized() private view returns (bytes memory) {
        return abi.encodeWithSelector(NotAuthorized.selector, msg.sender);
    }

    function invalidName(Thing what) private pure returns (bytes memory) {
        return abi.encodeWithSelector(InvalidName.selector, what);
    }
}
