// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ModelRegistry} from "../../main/solidity/ModelRegistry.sol";
import {RegistryTypes} from "../../main/solidity/RegistryTypes.sol";
import {Clients} from "./Clients.sol";
import {RegistryTest} from "./RegistryTest.sol";
import {RulesModel} from "./RulesModel.sol";

/// @title After whatever was sent, the registry is as the plain rules have it
contract InvariantsTest is RegistryTest {
    Clients private clients;
    mapping(bytes32 thing => uint256) private before;

    function setUp() public override {
        super.setUp();
        clients = new Clients(registry);
    }

    /// forge: calls nobody but the clients
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(clients);
    }

    struct Selectors {
        address target;
        bytes4[] selectors;
    }

    /// forge: calls these functions of theirs
    function targetSelectors() external view returns (Selectors[] memory list) {
        list = new Selectors[](1);
        list[0] = Selectors(address(clients), new bytes4[](2));
        list[0].selectors[0] = Clients.call.selector;
        list[0].selectors[1] = Clients.batch.selector;
    }

    /// @notice The clients do get everywhere: each verb was accepted, and refused for each of its reasons.
    function test_clientsMeetEveryOutcome() external {
        uint256[6] memory seeds;
        for (uint256 i = 0; i < 3000; ++i) {
            seeds[i % 6] = i;
            if (i % 4 == 0) {
                clients.batch(i, seeds, uint8(i % 11), uint8(i % 5));
            } else {
                clients.call(i);
            }
        }
        bytes4 notFound = RegistryTypes.NotFound.selector;
        bytes4 notAuthorized = RegistryTypes.NotAuthorized.selector;
        bytes4 alreadyExists = RegistryTypes.AlreadyExists.selector;
        bytes4 invalidName = RegistryTypes.InvalidName.selector;
        bytes4 isRevoked = RegistryTypes.VersionIsRevoked.selector;
        met(RulesModel.Verb.CREATE_MODEL, alreadyExists, invalidName, 0);
        met(RulesModel.Verb.TRAIN_MODEL, notFound, notAuthorized, alreadyExists);
        met(RulesModel.Verb.DEPLOY_MODEL, notFound, notAuthorized, isRevoked);
        met(RulesModel.Verb.DEPLOY_MODEL, invalidName, 0, 0);
        met(RulesModel.Verb.UNDEPLOY_MODEL, notFound, notAuthorized, 0);
        met(RulesModel.Verb.REVOKE_VERSION, notFound, notAuthorized, isRevoked);
        met(RulesModel.Verb.GRANT_ROLE, notFound, notAuthorized, alreadyExists);
        met(RulesModel.Verb.REVOKE_ROLE, notFound, notAuthorized, 0);
        met(RulesModel.Verb.TRANSFER_OWNERSHIP, notFound, notAuthorized, 0);
        met(RulesModel.Verb.ACCEPT_OWNERSHIP, notFound, notAuthorized, 0);
        met(RulesModel.Verb.ANCHOR_LOG, RegistryTypes.StaleAnchor.selector, invalidName, 0);
        require(clients.repeated() > 50, "too little was sent twice");
        require(registry.anchor(clients.name(0), ALICE).treeSize == 5, "anchors did not grow to their end");
    }

    function met(RulesModel.Verb verb, bytes4 first, bytes4 second, bytes4 third) private view {
        require(clients.seen(verb, 0) > 0, "a verb was never accepted");
        require(clients.seen(verb, first) > 0, "a refusal was never met");
        require(clients.seen(verb, second) > 0, "a refusal was never met");
        require(clients.seen(verb, third) > 0, "a refusal was never met");
    }

    function invariant_modelsAreAsTheRulesHaveThem() external view {
        for (uint256 i = 0; i < clients.NAMES(); ++i) {
            string memory name = clients.name(i);
            (bool exists, RulesModel.Model memory expected) = clients.rules().model(name);
            RegistryTypes.ModelState memory m = registry.model(name);
            require(m.exists == exists, "exists");
            same(m.owner, expected.owner);
            same(registry.owner(name), expected.owner);
            require(exists == (m.owner != address(0)), "a model has one owner at any time");
            same(m.pendingOwner, expected.pendingOwner);
            same(m.latestVersion, expected.versions.length);
            same(registry.modelVersion(name), expected.versions.length);
            compareHolders(m, expected);
            compareDeployments(name, m, expected);
        }
    }

    function invariant_versionsAreAsTheRulesHaveThem() external view {
        for (uint256 i = 0; i < clients.NAMES(); ++i) {
            string memory name = clients.name(i);
            (, RulesModel.Model memory expected) = clients.rules().model(name);
            for (uint256 number = 1; number <= expected.versions.length; ++number) {
                RulesModel.Version memory e = expected.versions[number - 1];
                RegistryTypes.VersionState memory v = registry.version(name, number);
                same(
                    abi.encode(v),
                    abi.encode(e.artifact, e.statement, e.author, e.time, e.blockNumber, e.revoked, e.reason)
                );
            }
            RegistryTypes.VersionState memory zero;
            same(abi.encode(registry.version(name, 0)), abi.encode(zero));
            same(abi.encode(registry.version(name, expected.versions.length + 1)), abi.encode(zero));
        }
    }

    function invariant_noRevokedVersionIsDeployed() external view {
        for (uint256 i = 0; i < clients.NAMES(); ++i) {
            string memory name = clients.name(i);
            for (uint256 j = 0; j < 4; ++j) {
                uint256 number = registry.deployed(name, clients.environment(j));
                require(number == 0 || !registry.version(name, number).revoked, "a revoked version is deployed");
            }
        }
    }

    function invariant_anchorsAreAsTheRulesHaveThem() external view {
        RulesModel.Anchor[] memory anchors = clients.rules().allAnchors();
        for (uint256 i = 0; i < anchors.length; ++i) {
            RulesModel.Anchor memory e = anchors[i];
            RegistryTypes.AnchorState memory a = registry.anchor(e.origin, e.author);
            same(abi.encode(a), abi.encode(e.size, e.root, e.blockNumber, e.time));
        }
    }

    function invariant_nothingShrinks() external {
        for (uint256 i = 0; i < clients.NAMES(); ++i) {
            string memory name = clients.name(i);
            grows(keccak256(abi.encode("version", name)), registry.modelVersion(name));
            for (uint256 j = 0; j < clients.ACTORS(); ++j) {
                address author = clients.actor(j);
                grows(keccak256(abi.encode("anchor", name, author)), registry.anchor(name, author).treeSize);
                grows(keccak256(abi.encode("lane", author)), registry.nextInLane(author, 0));
            }
        }
    }

    function invariant_everyLaneHasCarriedOutWhatWasSent() external view {
        for (uint256 i = 0; i < clients.ACTORS(); ++i) {
            address author = clients.actor(i);
            for (uint256 lane = 0; lane < 3; ++lane) {
                same(registry.nextInLane(author, bytes32(lane)), clients.sentIn(author, bytes32(lane)));
            }
            for (uint128 id = 1; id <= clients.IDS(); id += 7) {
                require(registry.wasSubmitted(author, bytes16(id)) == clients.used(author, bytes16(id)), "ids");
            }
            require(!registry.wasSubmitted(author, 0), "no id is not an id");
        }
    }

    function compareHolders(RegistryTypes.ModelState memory m, RulesModel.Model memory expected) private pure {
        same(m.trainers.length + m.deployers.length + m.workers.length, expected.holders.length);
        for (uint256 i = 0; i < expected.holders.length; ++i) {
            RulesModel.Holder memory h = expected.holders[i];
            address[] memory list = h.role == RegistryTypes.Role.TRAINER
                ? m.trainers
                : (h.role == RegistryTypes.Role.DEPLOYER ? m.deployers : m.workers);
            uint256 found = 0;
            for (uint256 j = 0; j < list.length; ++j) {
                if (list[j] == h.account) {
                    ++found;
                }
            }
            same(found, 1);
        }
    }

    function compareDeployments(
        string memory name,
        RegistryTypes.ModelState memory m,
        RulesModel.Model memory expected
    ) private view {
        same(m.environments.length, expected.deployments.length);
        for (uint256 i = 0; i < m.environments.length; ++i) {
            uint256 found = 0;
            for (uint256 j = 0; j < expected.deployments.length; ++j) {
                if (
                    keccak256(bytes(m.environments[i].name)) == keccak256(bytes(expected.deployments[j].environment))
                ) {
                    ++found;
                    same(m.environments[i].version, expected.deployments[j].number);
                    same(registry.deployed(name, m.environments[i].name), expected.deployments[j].number);
                }
            }
            same(found, 1);
        }
    }

    function grows(bytes32 thing, uint256 value) private {
        require(value >= before[thing], "something shrank");
        before[thing] = value;
    }
}
