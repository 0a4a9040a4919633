// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";

/// @title The rules once more, as plainly as they can be said
/// @notice Strings are compared, lists are searched, nothing is packed: what the contract is compared with.
contract RulesModel {
    enum Verb {
        CREATE_MODEL,
        TRAIN_MODEL,
        DEPLOY_MODEL,
        UNDEPLOY_MODEL,
        REVOKE_VERSION,
        GRANT_ROLE,
        REVOKE_ROLE,
        TRANSFER_OWNERSHIP,
        ACCEPT_OWNERSHIP,
        ANCHOR_LOG
    }

    struct Command {
        Verb verb;
        string name; // of the model, or the log's origin
        string environment;
        uint256 number; // of a version, or the size of a log
        bytes32 digest; // artifact, reason or root hash
        bytes32 statement;
        address account;
        RegistryTypes.Role role;
    }

    struct Version {
        bytes32 artifact;
        bytes32 statement;
        address author;
        uint256 time;
        uint256 blockNumber;
        bool revoked;
        bytes32 reason;
    }

    struct Holder {
        address account;
        RegistryTypes.Role role;
    }

    struct Deployment {
        string environment;
        uint256 number;
    }

    struct Model {
        string name;
        address owner;
        address pendingOwner;
        Version[] versions;
        Holder[] holders;
        Deployment[] deployments;
    }

    struct Anchor {
        string origin;
        address author;
        uint256 size;
        bytes32 root;
        uint256 blockNumber;
        uint256 time;
    }

    Model[] private models;
    Anchor[] private anchors;

    /// @notice Carries out a command; returns the error if it is refused.
    function carryOut(address author, Command calldata c) external returns (bytes memory) {
        if (c.verb == Verb.CREATE_MODEL) {
            return createModel(author, c);
        }
        if (c.verb == Verb.ANCHOR_LOG) {
            return anchorLog(author, c);
        }
        (bool exists, uint256 index) = find(c.name);
        if (!exists) {
            return abi.encodeWithSelector(RegistryTypes.NotFound.selector, RegistryTypes.Thing.MODEL);
        }
        Model storage m = models[index];
        if (!may(m, author, c.verb)) {
            return abi.encodeWithSelector(RegistryTypes.NotAuthorized.selector, author);
        }
        if (c.verb == Verb.TRAIN_MODEL) {
            return trainModel(m, author, c);
        }
        if (c.verb == Verb.DEPLOY_MODEL) {
            return deployModel(m, c);
        }
        if (c.verb == Verb.UNDEPLOY_MODEL) {
            return undeploy(m, c.environment)
                ? bytes("")
                : abi.encodeWithSelector(RegistryTypes.NotFound.selector, RegistryTypes.Thing.ENVIRONMENT);
        }
        if (c.verb == Verb.REVOKE_VERSION) {
            return revokeVersion(m, c);
        }
        if (c.verb == Verb.GRANT_ROLE) {
            if (holds(m, c.account, c.role)) {
                return abi.encodeWithSelector(RegistryTypes.AlreadyExists.selector, RegistryTypes.Thing.ROLE, 0);
            }
            m.holders.push(Holder(c.account, c.role));
        } else if (c.verb == Verb.REVOKE_ROLE) {
            if (!holds(m, c.account, c.role)) {
                return abi.encodeWithSelector(RegistryTypes.NotFound.selector, RegistryTypes.Thing.ROLE);
            }
            removeHolder(m, c.account, c.role);
        } else if (c.verb == Verb.TRANSFER_OWNERSHIP) {
            m.pendingOwner = c.account == m.owner ? address(0) : c.account;
        } else {
            m.owner = author;
            m.pendingOwner = address(0);
        }
        return "";
    }

    function may(Model storage m, address author, Verb verb) private view returns (bool) {
        if (verb == Verb.ACCEPT_OWNERSHIP) {
            return author == m.pendingOwner;
        }
        if (author == m.owner) {
            return true;
        }
        if (verb == Verb.TRAIN_MODEL) {
            return holds(m, author, RegistryTypes.Role.TRAINER);
        }
        if (verb == Verb.DEPLOY_MODEL || verb == Verb.UNDEPLOY_MODEL) {
            return holds(m, author, RegistryTypes.Role.DEPLOYER);
        }
        return false;
    }

    function createModel(address author, Command calldata c) private returns (bytes memory) {
        if (!isName(bytes(c.name), 128, true)) {
            return abi.encodeWithSelector(RegistryTypes.InvalidName.selector, RegistryTypes.Thing.MODEL);
        }
        (bool exists,) = find(c.name);
        if (exists) {
            return abi.encodeWithSelector(RegistryTypes.AlreadyExists.selector, RegistryTypes.Thing.MODEL, 0);
        }
        Model storage m = models.push();
        m.name = c.name;
        m.owner = author;
        return "";
    }

    function trainModel(Model storage m, address author, Command calldata c) private returns (bytes memory) {
        for (uint256 i = 0; i < m.versions.length; ++i) {
            if (m.versions[i].artifact == c.digest && m.versions[i].statement == c.statement) {
                return
                    abi.encodeWithSelector(RegistryTypes.AlreadyExists.selector, RegistryTypes.Thing.VERSION, i + 1);
            }
        }
        m.versions.push(Version(c.digest, c.statement, author, block.timestamp, block.number, false, 0));
        return "";
    }

    function deployModel(Model storage m, Command calldata c) private returns (bytes memory) {
        bytes memory refusal = usable(m, c.number);
        if (refusal.length != 0) {
            return refusal;
        }
        if (!isName(bytes(c.environment), 64, false)) {
            return abi.encodeWithSelector(RegistryTypes.InvalidName.selector, RegistryTypes.Thing.ENVIRONMENT);
        }
        undeploy(m, c.environment);
        m.deployments.push(Deployment(c.environment, c.number));
        return "";
    }

    function revokeVersion(Model storage m, Command calldata c) private returns (bytes memory) {
        bytes memory refusal = usable(m, c.number);
        if (refusal.length != 0) {
            return refusal;
        }
        m.versions[c.number - 1].revoked = true;
        m.versions[c.number - 1].reason = c.digest;
        for (uint256 i = m.deployments.length; i > 0; --i) {
            if (m.deployments[i - 1].number == c.number) {
                removeDeployment(m, i - 1);
            }
        }
        return "";
    }

    function anchorLog(address author, Command calldata c) private returns (bytes memory) {
        if (!isOrigin(bytes(c.name))) {
            return abi.encodeWithSelector(RegistryTypes.InvalidName.selector, RegistryTypes.Thing.LOG);
        }
        if (c.number >= 2 ** 63) {
            return abi.encodeWithSelector(RegistryTypes.MalformedCommand.selector);
        }
        for (uint256 i = 0; i < anchors.length; ++i) {
            Anchor storage a = anchors[i];
            if (a.author == author && equal(a.origin, c.name)) {
                if (c.number <= a.size) {
                    return abi.encodeWithSelector(RegistryTypes.StaleAnchor.selector, a.size);
                }
                (a.size, a.root, a.blockNumber, a.time) = (c.number, c.digest, block.number, block.timestamp);
                return "";
            }
        }
        if (c.number == 0) {
            return abi.encodeWithSelector(RegistryTypes.StaleAnchor.selector, 0);
        }
        anchors.push(Anchor(c.name, author, c.number, c.digest, block.number, block.timestamp));
        return "";
    }

    function usable(Model storage m, uint256 number) private view returns (bytes memory) {
        if (number == 0 || number > m.versions.length) {
            return abi.encodeWithSelector(RegistryTypes.NotFound.selector, RegistryTypes.Thing.VERSION);
        }
        Version storage v = m.versions[number - 1];
        return v.revoked ? abi.encodeWithSelector(RegistryTypes.VersionIsRevoked.selector, v.reason) : bytes("");
    }

    function undeploy(Model storage m, string calldata environment) private returns (bool) {
        for (uint256 i = 0; i < m.deployments.length; ++i) {
            if (equal(m.deployments[i].environment, environment)) {
                removeDeployment(m, i);
                return true;
            }
        }
        return false;
    }

    function removeDeployment(Model storage m, uint256 index) private {
        m.deployments[index] = m.deployments[m.deployments.length - 1];
        m.deployments.pop();
    }

    function removeHolder(Model storage m, address account, RegistryTypes.Role role) private {
        for (uint256 i = 0; i < m.holders.length; ++i) {
            if (m.holders[i].account == account && m.holders[i].role == role) {
                m.holders[i] = m.holders[m.holders.length - 1];
                m.holders.pop();
                return;
            }
        }
    }

    function holds(Model storage m, address account, RegistryTypes.Role role) private view returns (bool) {
        for (uint256 i = 0; i < m.holders.length; ++i) {
            if (m.holders[i].account == account && m.holders[i].role == role) {
                return true;
            }
        }
        return false;
    }

    function find(string memory name) private view returns (bool, uint256) {
        for (uint256 i = 0; i < models.length; ++i) {
            if (equal(models[i].name, name)) {
                return (true, i);
            }
        }
        return (false, 0);
    }

    function equal(string memory a, string memory b) private pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }

    function modelCount() external view returns (uint256) {
        return models.length;
    }

    function model(string calldata name) external view returns (bool exists, Model memory m) {
        uint256 index;
        (exists, index) = find(name);
        if (exists) {
            m = models[index];
        }
    }

    function allAnchors() external view returns (Anchor[] memory) {
        return anchors;
    }

    /// @notice The grammar of names, segment by segment.
    function isName(bytes memory name, uint256 most, bool slashes) public pure returns (bool) {
        if (name.length < 1 || name.length > most) {
            return false;
        }
        for (uint256 i = 0; i < name.length; ++i) {
            bytes1 c = name[i];
            bool alphanumeric = (c >= "a" && c <= "z") || (c >= "0" && c <= "9");
            bool begins = i == 0 || name[i - 1] == "/";
            bool ends = i == name.length - 1;
            bool punctuation = c == "." || c == "_" || c == "-";
            bool slash = slashes && c == "/" && !ends;
            if (!(alphanumeric || (!begins && (punctuation || slash)))) {
                return false;
            }
        }
        return true;
    }

    function isOrigin(bytes memory origin) public pure returns (bool) {
        if (origin.length < 1 || origin.length > 255) {
            return false;
        }
        for (uint256 i = 0; i < origin.length; ++i) {
            if (uint8(origin[i]) <= 0x20 || uint8(origin[i]) >= 0x7f || origin[i] == "+") {
                return false;
            }
        }
        return true;
    }
}
