// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The grammars of names
/// @notice Checked where a name enters the registry; a name that is in it needs no second look.
library Names {
    uint256 private constant MODEL_MAX = 128;
    uint256 private constant ENVIRONMENT_MAX = 64;
    uint256 private constant ORIGIN_MAX = 255;

    // sets of characters: bit c is set if the character c is in
    uint256 private constant ALPHANUMERIC = (((1 << 26) - 1) << 0x61) | (((1 << 10) - 1) << 0x30);
    uint256 private constant SEGMENT = ALPHANUMERIC | (1 << 0x2e) | (1 << 0x5f) | (1 << 0x2d);
    uint256 private constant VISIBLE_BUT_PLUS = (((1 << 94) - 1) << 0x21) ^ (1 << 0x2b);
    uint256 private constant SLASH = 0x2f;

    /// @notice True for 1 to 128 characters, segments `[a-z0-9][a-z0-9._-]*` joined by `/`.
    function isModel(string calldata text) internal pure returns (bool) {
        bytes calldata name = bytes(text);
        if (name.length == 0 || name.length > MODEL_MAX) {
            return false;
        }
        uint256 allowed = ALPHANUMERIC;
        for (uint256 i = 0; i < name.length; ++i) {
            uint256 c = uint8(name[i]);
            if ((allowed >> c) & 1 == 1) {
                allowed = SEGMENT;
            } else if (c == SLASH && allowed == SEGMENT) {
                allowed = ALPHANUMERIC;
            } else {
                return false;
            }
        }
        return allowed == SEGMENT;
    }

    /// @notice True for 1 to 64 characters `[a-z0-9][a-z0-9._-]*`.
    function isEnvironment(string calldata text) internal pure returns (bool) {
        bytes calldata name = bytes(text);
        return name.length != 0 && name.length <= ENVIRONMENT_MAX && (ALPHANUMERIC >> uint8(name[0])) & 1 == 1
            && consistsOf(name, SEGMENT);
    }

    /// @notice True for 1 to 255 visible ASCII characters without `+`.
    function isOrigin(string calldata text) internal pure returns (bool) {
        bytes calldata name = bytes(text);
        return name.length != 0 && name.length <= ORIGIN_MAX && consistsOf(name, VISIBLE_BUT_PLUS);
    }

    function consistsOf(bytes calldata name, uint256 allowed) private pure returns (bool) {
        for (uint256 i = 0; i < name.length; ++i) {
            if ((allowed >> uint8(name[i])) & 1 == 0) {
                return false;
            }
        }
        return true;
    }
}
