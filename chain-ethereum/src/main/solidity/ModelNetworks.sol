// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IntegerNetwork} from "./IntegerNetwork.sol";
import {RegistryRules} from "./RegistryRules.sol";

/// @title Models that the contract itself can run
/// @notice A version whose artifact has the files of an integer network can be put on the chain, file by file, and is
/// then run by a call that changes nothing. That settles what a version answers to an input. It is not for serving, which
/// happens off the chain, to the same bits.
/// @dev The artifact's digest is the SHA-256 of its files' SHA-256s. So whether the bytes here are those that were
/// registered is computed, not claimed.
abstract contract ModelNetworks is RegistryRules {
    /// @param table a contract whose code, after a byte 0, has the addresses of the files, 20 bytes each; the code of
    /// each, after a byte 0, is the file. Zero if no network is stored.
    /// @param inputs the bytes that it takes
    /// @param outputs the scores that it yields
    /// @param length its bytes in all
    struct NetworkState {
        address table;
        uint16 inputs;
        uint16 outputs;
        uint32 length;
    }

    /// @notice A file has no bytes, or more than 24,544.
    error WrongFileLength(uint256 actual);

    /// @notice No file of this SHA-256 is stored.
    error FileNotStored(bytes32 digest);

    /// @notice The artifact of the version is another one.
    error NotTheArtifact(bytes32 registered, bytes32 actual);

    /// @notice The version has its network, which never changes.
    error NetworkIsStored();

    /// @notice The version has no network on the chain.
    error NoNetwork();

    mapping(bytes32 digest => address) private files;
    mapping(bytes32 name => mapping(uint256 version => NetworkState)) private networks;

    /// @notice Stores a file under its SHA-256. Anybody may: it means nothing until a version's artifact has it. A file
    /// that is stored already costs little and changes nothing.
    function storeFile(bytes calldata content) external returns (bytes32 digest) {
        if (content.length == 0 || content.length > IntegerNetwork.CHUNK_BYTES) {
            revert WrongFileLength(content.length);
        }
        digest = sha256(content);
        if (files[digest] == address(0)) {
            files[digest] = IntegerNetwork.store(content);
        }
    }

    /// @notice Where a file is; zero if it is not stored.
    function fileOf(bytes32 digest) external view returns (address) {
        return files[digest];
    }

    /// @notice Makes some files of a version's artifact, which are stored, its network; for trainers and the owner.
    /// A version that was revoked may have one too: what it answered may be asked afterwards.
    /// @param digests the SHA-256s of all files of the artifact, in the order of their names
    /// @param first which of them, from 0, is the network's first
    /// @param count how many of them, in a row, are the network
    function storeNetwork(
        string calldata name,
        uint256 number,
        bytes32[] calldata digests,
        uint256 first,
        uint256 count
    ) external {
        (bytes32 artifact, bytes memory refusal) = artifactForTrainer(name, number);
        settle(refusal);
        NetworkState storage state = networks[keccak256(bytes(name))][number];
        if (state.table != address(0)) {
            revert NetworkIsStored();
        }
        bytes32 actual = sha256(abi.encodePacked(digests));
        if (actual != artifact) {
            revert NotTheArtifact(artifact, actual);
        }
        // out of range reverts
        (bytes memory table, uint256 length) = tableOf(digests[first:first + count]);
        if (count == 0) {
            revert IntegerNetwork.NotANetwork();
        }
        (uint256 inputs, uint256 outputs, uint256 expected) = IntegerNetwork.check(files[digests[first]]);
        if (length != expected) {
            revert IntegerNetwork.NotANetwork();
        }
        state.table = IntegerNetwork.store(table);
        state.inputs = uint16(inputs);
        state.outputs = uint16(outputs);
        state.length = uint32(length);
    }

    /// @notice The network of a version; all zero if it has none here.
    function network(string calldata name, uint256 number) external view returns (NetworkState memory) {
        return networks[keccak256(bytes(name))][number];
    }

    /// @notice Runs the network of a version. Gas: about 6 for each weight.
    /// @param input one byte for each input
    /// @return scores one for each output
    function inferModel(string calldata name, uint256 number, bytes calldata input)
        external
        view
        returns (int32[] memory scores)
    {
        address table = networks[keccak256(bytes(name))][number].table;
        if (table == address(0)) {
            revert NoNetwork();
        }
        return IntegerNetwork.run(IntegerNetwork.load(table), input);
    }

    function settle(bytes memory refusal) internal pure {
        if (refusal.length != 0) {
            assembly ("memory-safe") {
                revert(add(refusal, 32), mload(refusal))
            }
        }
    }

    /// @dev All files but the last have the same length, so that no word of a network lies in two of them.
    function tableOf(bytes32[] calldata digests) private view returns (bytes memory table, uint256 length) {
        table = new bytes(20 * digests.length);
        for (uint256 i = 0; i < digests.length; ++i) {
            address file = files[digests[i]];
            if (file == address(0)) {
                revert FileNotStored(digests[i]);
            }
            uint256 size = file.code.length - 1;
            if (i < digests.length - 1 && size != IntegerNetwork.CHUNK_BYTES) {
                revert WrongFileLength(size);
            }
            length += size;
            // memory-safe: the last one ends where the table ends
            assembly ("memory-safe") {
                let position := add(add(table, 20), mul(i, 20))
                mstore(position, or(shl(160, shr(160, mload(position))), file))
            }
        }
    }
}
