// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Runs quantised dense networks whose bytes lie in contract code
/// @notice The bytes, and what they mean to the last bit, are docs/formats/integer-network.md. A network is cut into
/// chunks of 24,544 bytes, the last one shorter; each is the code of a contract of its own, after a byte 0 that keeps
/// it from being run.
/// @dev One 32-byte word holds the weights from one input to 32 outputs. Four masks spread it over four words of eight
/// lanes of 32 bits, so that four multiplications do 32 multiply-accumulates. Weights carry an offset of 128 and biases
/// one of 2^30, so that no lane is ever negative, and none overflows: 255 * 255 * 32768 + 2^31 < 2^32.
library IntegerNetwork {
    /// @dev Bytes of a chunk: the greatest number of whole words that fit into a contract beside the byte 0.
    uint256 internal constant CHUNK_BYTES = 24544;
    uint256 internal constant MAX_WIDTH = 32768;
    /// @dev "MLNETI8\n" and the version 1.
    uint256 private constant MAGIC_AND_VERSION = 0x4d4c4e455449380a01;
    uint256 private constant LANE_BYTES = 0x000000ff000000ff000000ff000000ff000000ff000000ff000000ff000000ff;

    uint256 private constant PAIRS = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant LANES = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant ONES = 0x0000000100000001000000010000000100000001000000010000000100000001;

    /// @notice The bytes are not a network, or one of another version.
    error NotANetwork();
    /// @notice The network takes another number of input bytes.
    error WrongInputLength(uint256 expected, uint256 actual);
    /// @notice Code cannot be stored: it is too long.
    error NotStored();

    /// @dev Where in the stream of chunks the next word is. The layout is known to the assembly below.
    struct Stream {
        uint256 next; // where in memory the address of the next chunk begins
        uint256 cursor; // the next word in the buffer
        uint256 end; // the end of the words in the buffer
        uint256 buffer;
    }

    /// @dev The sums of a block of 32 outputs: word t has those of the outputs t, t + 4 … t + 28, 32 bits each.
    struct Sums {
        uint256 first;
        uint256 second;
        uint256 third;
        uint256 fourth;
    }

    /// @dev Stores bytes as the code of a new contract, after a byte 0.
    function store(bytes memory data) internal returns (address account) {
        assembly ("memory-safe") {
            let size := mload(data)
            // the word of the length makes room for: PUSH2 size DUP1 PUSH1 10 RETURNDATASIZE CODECOPY RETURNDATASIZE
            // RETURN, then the byte 0
            mstore(data, or(0x61000080600a3d393df300, shl(64, add(size, 1))))
            account := create(0, add(data, 21), add(size, 11))
            mstore(data, size)
        }
        require(account != address(0), NotStored());
    }

    /// @dev Reads back what was stored.
    function load(address account) internal view returns (bytes memory data) {
        assembly ("memory-safe") {
            let size := sub(extcodesize(account), 1)
            data := mload(0x40)
            mstore(0x40, add(data, and(add(size, 0x3f), not(0x1f))))
            mstore(data, size)
            extcodecopy(account, add(data, 0x20), 1, size)
        }
    }

    /// @dev Checks the header of a network, which is whole in its first chunk.
    /// @return inputs the bytes that it takes
    /// @return outputs the scores that it yields
    /// @return length its bytes in all
    function check(address first) internal view returns (uint256 inputs, uint256 outputs, uint256 length) {
        bytes memory chunk = load(first);
        uint256 layers = numberIn(chunk, 9, 1);
        // header and descriptors, whole words
        uint256 end = 32 + 32 * ((layers + 3) / 4);
        require(chunk.length >= end && numberIn(chunk, 0, 9) == MAGIC_AND_VERSION && layers > 0, NotANetwork());
        inputs = numberIn(chunk, 10, 2);
        length = numberIn(chunk, 12, 4);
        outputs = inputs;
        for (uint256 layer = 0; layer < layers; ++layer) {
            uint256 width = numberIn(chunk, 32 + 8 * layer, 2);
            bool last = layer == layers - 1;
            require(width > 0 && width <= MAX_WIDTH && last == (numberIn(chunk, 34 + 8 * layer, 2) == 0), NotANetwork());
            end += (width + 31) / 32 * (4 + outputs) * 32;
            outputs = width;
        }
        // scales and a name follow, of 4 bytes at least
        require(inputs > 0 && inputs <= MAX_WIDTH && end + 4 <= length, NotANetwork());
    }

    /// @dev Runs a network whose header was checked when its chunks were put together.
    /// @param table the address of each chunk, 20 bytes each
    function run(bytes memory table, bytes calldata input) internal view returns (int32[] memory scores) {
        Stream memory stream = open(table);
        (uint256 layers, uint256 inputs) = readHeader(stream);
        require(input.length == inputs, WrongInputLength(inputs, input.length));
        uint256 descriptors = readDescriptors(stream, layers);
        uint256 room = roomFor(descriptors, layers, inputs);
        uint256 values = allocate(room);
        uint256 results = allocate(room);
        Sums memory sums;
        uint256 total = spread(input, values);
        for (; layers > 0; layers--) {
            uint256 descriptor = wordAt(descriptors);
            uint256 outputs = descriptor >> 240;
            total = runLayer(stream, sums, inputs, values, results, descriptor, (1 << 30) + 128 * total);
            (values, results) = (results, values);
            inputs = outputs;
            descriptors += 8;
        }
        assembly ("memory-safe") {
            scores := sub(values, 0x20)
            mstore(scores, inputs)
        }
    }

    function open(bytes memory table) private view returns (Stream memory stream) {
        stream.buffer = allocate(CHUNK_BYTES / 32);
        assembly ("memory-safe") {
            mstore(stream, add(table, 0x20))
        }
        refill(stream);
    }

    /// @dev Copies the next chunk into the buffer, over the one before.
    function refill(Stream memory stream) private view {
        assembly ("memory-safe") {
            let next := mload(stream)
            let account := shr(96, mload(next))
            mstore(stream, add(next, 20))
            let size := sub(extcodesize(account), 1)
            let buffer := mload(add(stream, 0x60))
            extcodecopy(account, buffer, 1, size)
            mstore(add(stream, 0x20), buffer)
            mstore(add(stream, 0x40), add(buffer, and(size, not(0x1f))))
        }
    }

    function readHeader(Stream memory stream) private pure returns (uint256 layers, uint256 inputs) {
        uint256 word = wordAt(stream.cursor);
        stream.cursor += 32;
        return ((word >> 176) & 0xff, (word >> 160) & 0xffff);
    }

    /// @dev Copies what is said about the layers, 8 bytes each, to where it stays.
    function readDescriptors(Stream memory stream, uint256 layers) private pure returns (uint256 copy) {
        uint256 words = (layers + 3) >> 2;
        copy = allocate(words + 1);
        uint256 cursor = stream.cursor;
        stream.cursor = cursor + 32 * words;
        assembly ("memory-safe") {
            for { let word := 0 } lt(word, words) { word := add(word, 1) } {
                mstore(add(copy, shl(5, word)), mload(add(cursor, shl(5, word))))
            }
        }
    }

    /// @dev The words that any layer's inputs or outputs take, whole blocks.
    function roomFor(uint256 descriptors, uint256 layers, uint256 inputs) private pure returns (uint256) {
        uint256 widest = inputs;
        for (uint256 end = descriptors + 8 * layers; descriptors < end; descriptors += 8) {
            uint256 width = wordAt(descriptors) >> 240;
            if (width > widest) {
                widest = width;
            }
        }
        return (widest + 31) & ~uint256(31);
    }

    /// @dev Makes room for a length and this many words, and returns where the words begin. They are not cleared.
    function allocate(uint256 words) private pure returns (uint256 first) {
        assembly ("memory-safe") {
            first := add(mload(0x40), 0x20)
            mstore(0x40, add(first, shl(5, words)))
        }
    }

    function wordAt(uint256 position) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(position)
        }
    }

    /// @dev Writes each byte of the input to a word of its own, and adds them up.
    function spread(bytes calldata input, uint256 to) private pure returns (uint256 total) {
        assembly ("memory-safe") {
            let cursor := input.offset
            let end := add(cursor, input.length)
            for {} lt(cursor, end) { cursor := add(cursor, 0x20) } {
                let word := calldataload(cursor)
                if gt(add(cursor, 0x20), end) {
                    // what follows the input is not part of it
                    let surplus := shl(3, sub(add(cursor, 0x20), end))
                    word := shl(surplus, shr(surplus, word))
                }
                // sixteen sums of two bytes, then eight of four, then their sum in the highest lane
                let sums := add(and(word, PAIRS), and(shr(8, word), PAIRS))
                sums := add(and(sums, LANES), and(shr(16, sums), LANES))
                total := add(total, shr(224, mul(sums, ONES)))
                for { let last := add(to, 0x400) } lt(to, last) { to := add(to, 0x80) } {
                    mstore(to, byte(0, word))
                    mstore(add(to, 0x20), byte(1, word))
                    mstore(add(to, 0x40), byte(2, word))
                    mstore(add(to, 0x60), byte(3, word))
                    word := shl(32, word)
                }
            }
        }
    }

    function runLayer(
        Stream memory stream,
        Sums memory sums,
        uint256 inputs,
        uint256 values,
        uint256 results,
        uint256 descriptor,
        uint256 offset
    ) private view returns (uint256 total) {
        uint256 multiplier = (descriptor >> 224) & 0xffff;
        uint256 shift = (descriptor >> 216) & 0xff;
        uint256 end = results + 32 * (descriptor >> 240);
        while (results < end) {
            sumBlock(stream, sums, inputs, values);
            uint256 last = results + 1024 < end ? results + 1024 : end;
            if (multiplier == 0) {
                copySums(sums, results, last, offset);
            } else {
                total += scaleSums(sums, results, last, offset, multiplier, shift);
            }
            results += 1024;
        }
    }

    /// @dev Computes the sums of 32 outputs: the biases, then a word of weights for each input.
    function sumBlock(Stream memory stream, Sums memory sums, uint256 inputs, uint256 values) private view {
        for (uint256 word = 0; word < 128; word += 32) {
            if (stream.cursor == stream.end) {
                refill(stream);
            }
            uint256 cursor = stream.cursor;
            assembly ("memory-safe") {
                mstore(add(sums, word), mload(cursor))
            }
            stream.cursor = cursor + 32;
        }
        uint256 rest = 32 * inputs;
        while (stream.end - stream.cursor < rest) {
            // what the buffer still has, then the next chunk
            rest -= stream.end - stream.cursor;
            values = accumulate(sums, stream.cursor, stream.end, values);
            refill(stream);
        }
        accumulate(sums, stream.cursor, stream.cursor + rest, values);
        stream.cursor += rest;
    }

    /// @dev The inner loop: for each word from cursor to end, 32 products with the value that belongs to it.
    function accumulate(Sums memory sums, uint256 cursor, uint256 end, uint256 values)
        private
        pure
        returns (uint256 next)
    {
        assembly ("memory-safe") {
            let first := mload(sums)
            let second := mload(add(sums, 0x20))
            let third := mload(add(sums, 0x40))
            let fourth := mload(add(sums, 0x60))
            let mask := LANE_BYTES
            for {} iszero(lt(sub(end, cursor), 0x40)) {} {
                let w := mload(cursor)
                let a := mload(values)
                let x := mload(add(cursor, 0x20))
                let b := mload(add(values, 0x20))
                first := add(first, add(mul(and(shr(24, w), mask), a), mul(and(shr(24, x), mask), b)))
                second := add(second, add(mul(and(shr(16, w), mask), a), mul(and(shr(16, x), mask), b)))
                third := add(third, add(mul(and(shr(8, w), mask), a), mul(and(shr(8, x), mask), b)))
                fourth := add(fourth, add(mul(and(w, mask), a), mul(and(x, mask), b)))
                cursor := add(cursor, 0x40)
                values := add(values, 0x40)
            }
            for {} lt(cursor, end) {} {
                let w := mload(cursor)
                let a := mload(values)
                first := add(first, mul(and(shr(24, w), mask), a))
                second := add(second, mul(and(shr(16, w), mask), a))
                third := add(third, mul(and(shr(8, w), mask), a))
                fourth := add(fourth, mul(and(w, mask), a))
                cursor := add(cursor, 0x20)
                values := add(values, 0x20)
            }
            mstore(sums, first)
            mstore(add(sums, 0x20), second)
            mstore(add(sums, 0x40), third)
            mstore(add(sums, 0x60), fourth)
            next := values
        }
    }

    /// @dev Scales sums to bytes, four at a time, and adds these up. A sum of less than 0 becomes 0.
    function scaleSums(
        Sums memory sums,
        uint256 to,
        uint256 end,
        uint256 offset,
        uint256 multiplier,
        uint256 shift
    ) private pure returns (uint256 total) {
        assembly ("memory-safe") {
            for {} lt(to, end) {} {
                for { let sum := sums } lt(sum, add(sums, 0x80)) { sum := add(sum, 0x20) } {
                    let lanes := mload(sum)
                    mstore(sum, shl(32, lanes))
                    let value := sub(shr(224, lanes), offset)
                    value := shr(shift, mul(mul(value, sgt(value, 0)), multiplier))
                    value := and(or(value, sub(0, gt(value, 255))), 255)
                    total := add(total, value)
                    mstore(to, value)
                    to := add(to, 0x20)
                }
            }
        }
    }

    /// @dev Writes sums as they are, four at a time.
    function copySums(Sums memory sums, uint256 to, uint256 end, uint256 offset) private pure {
        assembly ("memory-safe") {
            for {} lt(to, end) {} {
                for { let sum := sums } lt(sum, add(sums, 0x80)) { sum := add(sum, 0x20) } {
                    let lanes := mload(sum)
                    mstore(sum, shl(32, lanes))
                    mstore(to, sub(shr(224, lanes), offset))
                    to := add(to, 0x20)
                }
            }
        }
    }

    /// @dev Reads a number from a network's first chunk.
    function numberIn(bytes memory chunk, uint256 position, uint256 size) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, size)), mload(add(add(chunk, 0x20), position)))
        }
    }
}
