"""Writes, reads and runs integer networks as docs/formats/integer-network.md says, with nothing but the standard library."""

import struct

PIECE = 24_544


class Layer:
    """weights[i][j] leads from input i to output j; the last layer's multiplier and shift are 0."""

    def __init__(self, weights, biases, multiplier=0, shift=0):
        self.weights, self.biases, self.multiplier, self.shift = weights, biases, multiplier, shift

    def sums(self, values):
        return [bias + sum(row[j] * value for row, value in zip(self.weights, values))
                for j, bias in enumerate(self.biases)]

    def encode(self):
        outputs = len(self.biases)
        for block in range(0, outputs, 32):
            for word in range(4):
                for lane in range(word, 32, 4):
                    bias = self.biases[block + lane] if block + lane < outputs else 0
                    yield struct.pack(">I", bias + 2**30)
            for row in self.weights:
                yield bytes(row[j] + 128 if j < outputs else 128 for j in range(block, block + 32))


def run(layers, values):
    """The scores."""
    for layer in layers[:-1]:
        values = [min(255, max(0, total) * layer.multiplier >> layer.shift) for total in layer.sums(values)]
    return layers[-1].sums(values)


def encode(layers, name, scales):
    """The bytes; scales are pairs of offset and step."""
    head = b"".join(struct.pack(">HHB3x", len(layer.biases), layer.multiplier, layer.shift) for layer in layers)
    head += b"\0" * (-(32 + len(head)) % 32)
    body = b"".join(part for layer in layers for part in layer.encode())
    end = struct.pack(">HB", len(scales), len(name)) + name.encode()
    end += b"".join(struct.pack(">ff", *scale) for scale in scales)
    length = 32 + len(head) + len(body) + len(end)
    first = b"MLNETI8\n" + struct.pack(">BBHI16x", 1, len(layers), len(layers[0].weights), length)
    return first + head + body + end


def decode(data):
    """The layers, the name and the scales."""
    magic, version, count, width, length = struct.unpack_from(">8sBBHI", data)
    if (magic, version, length) != (b"MLNETI8\n", 1, len(data)):
        raise ValueError(f"not a network: {magic} {version} {length}")
    layers = []
    at = 32 * (1 + -(-count // 4))
    for number in range(count):
        outputs, multiplier, shift = struct.unpack_from(">HHB", data, 32 + 8 * number)
        biases, weights = [], [[] for _ in range(width)]
        for _ in range(0, outputs, 32):
            words = struct.unpack_from(">32I", data, at)
            biases += [words[8 * (k % 4) + k // 4] - 2**30 for k in range(32)]
            at += 128
            for row in weights:
                row += [byte - 128 for byte in data[at:at + 32]]
                at += 32
        layers.append(Layer([row[:outputs] for row in weights], biases[:outputs], multiplier, shift))
        width = outputs
    scales, length = struct.unpack_from(">HB", data, at)
    at += 3 + length
    return layers, data[at - length:at].decode(), list(struct.iter_unpack(">ff", data[at:at + 8 * scales]))


def files(data):
    """The pieces that are the files network.int8/0000 and so on."""
    return [data[begin:begin + PIECE] for begin in range(0, len(data), PIECE)]
