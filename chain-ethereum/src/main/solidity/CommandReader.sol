// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Reads the arguments of an ABI call that lies in the data of another call
/// @notice Unlike `abi.decode` it copies nothing and never reverts: a command that cannot be read is refused like any
/// other one, so that it cannot stop those behind it.
library CommandReader {
    uint256 private constant SELECTOR = 4;
    uint256 private constant WORD = 32;

    /// @notice The command's selector; zero if it is too short.
    function selector(bytes calldata command) internal pure returns (bytes4) {
        return command.length < SELECTOR ? bytes4(0) : bytes4(command);
    }

    /// @notice True if the command has a selector and at least so many words behind it.
    function hasWords(bytes calldata command, uint256 count) internal pure returns (bool) {
        return command.length >= SELECTOR + WORD * count;
    }

    /// @notice The argument with this number, from 0, which it must have.
    function word(bytes calldata command, uint256 index) internal pure returns (bytes32 value) {
        assembly ("memory-safe") {
            value := calldataload(add(command.offset, add(4, shl(5, index))))
        }
    }

    /// @notice The argument with this number, from 0, which it must have.
    function number(bytes calldata command, uint256 index) internal pure returns (uint256) {
        return uint256(word(command, index));
    }

    /// @notice The text that the argument with this number points to.
    /// @return found false if there is no such argument, or the text does not lie within the command
    function text(bytes calldata command, uint256 index) internal pure returns (bool found, string calldata value) {
        value = string(command[0:0]);
        if (hasWords(command, index + 1)) {
            // no sum overflows: a length of calldata is small, and only what is not greater is added to
            uint256 end = command.length - SELECTOR;
            uint256 offset = number(command, index);
            if (offset <= end - WORD) {
                uint256 length;
                assembly ("memory-safe") {
                    let at := add(command.offset, add(4, offset))
                    length := calldataload(at)
                    value.offset := add(at, 32)
                    value.length := length
                }
                found = length <= end - WORD - offset;
            }
        }
    }
}
