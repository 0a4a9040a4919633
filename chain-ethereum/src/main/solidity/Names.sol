// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The grammars of names
/// @notice Checked where a name enters the registry; a name that is in it needs no second look.
/// @dev 32 characters at once. A set of characters of a word is a word that has the highest bit of their bytes.
library Names {
    uint256 private constant MODEL_MAX = 128;
    uint256 private constant ENVIRONMENT_MAX = 64;
    uint256 private constant ORIGIN_MAX = 255;

    uint256 private constant ONES = type(uint256).max / 255; // 1 in each byte
    uint256 private constant ALL = ONES * 0x80;
    uint256 private constant FIRST = 0x80 << 248;

    /// @notice True for 1 to 128 characters, segments `[a-z0-9][a-z0-9._-]*` joined by `/`.
    function isModel(string calldata text) internal pure returns (bool) {
        bytes calldata name = bytes(text);
        return name.length != 0 && name.length <= MODEL_MAX && isPath(name, true) && name[name.length - 1] != "/";
    }

    /// @notice True for 1 to 64 characters `[a-z0-9][a-z0-9._-]*`.
    function isEnvironment(string calldata text) internal pure returns (bool) {
        bytes calldata name = bytes(text);
        return name.length != 0 && name.length <= ENVIRONMENT_MAX && isPath(name, false);
    }

    /// @notice True for 1 to 255 visible ASCII characters without `+`.
    function isOrigin(string calldata text) internal pure returns (bool) {
        bytes calldata name = bytes(text);
        if (name.length == 0 || name.length > ORIGIN_MAX) {
            return false;
        }
        for (uint256 i = 0; i < name.length; i += 32) {
            uint256 word = wordAt(name, i);
            if (word & ALL != 0 || among(word, "!", "~") & ~among(word, "+", "+") != ALL) {
                return false;
            }
        }
        return true;
    }

    /// @dev True if all characters are those of a path, and each that follows a `/`, or nothing, is a letter or a digit.
    function isPath(bytes calldata name, bool mayHaveSlashes) private pure returns (bool) {
        uint256 begins = FIRST;
        for (uint256 i = 0; i < name.length; i += 32) {
            uint256 word = wordAt(name, i);
            uint256 alphanumeric = among(word, "a", "z") | among(word, "0", "9");
            uint256 slashes = mayHaveSlashes ? among(word, "/", "/") : 0;
            uint256 others = among(word, "-", ".") | among(word, "_", "_");
            begins |= slashes >> 8;
            if (word & ALL != 0 || alphanumeric | slashes | others != ALL || begins & ~alphanumeric != 0) {
                return false;
            }
            begins = slashes << 248;
        }
        return true;
    }

    /// @dev The next 32 characters; behind the end there are letters.
    function wordAt(bytes calldata name, uint256 from) private pure returns (uint256 word) {
        word = uint256(bytes32(name[from:]));
        uint256 rest = name.length - from;
        if (rest < 32) {
            word |= ONES * uint8(bytes1("a")) & ((1 << 8 * (32 - rest)) - 1);
        }
    }

    /// @dev The characters from the least to the greatest. With bytes below 0x80 no sum carries into the next byte.
    function among(uint256 word, bytes1 least, bytes1 greatest) private pure returns (uint256) {
        unchecked {
            return (word + ONES * (0x80 - uint8(least))) & ~(word + ONES * (0x7f - uint8(greatest))) & ALL;
        }
    }
}
