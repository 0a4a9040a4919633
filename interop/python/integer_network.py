"""Writes and runs integer networks as docs/formats/integer-network.md says, with nothing but the standard library."""

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


def files(data):
    """The pieces that are the files network.int8/0000 and so on."""
    return [data[begin:begin + PIECE] for begin in range(0, len(data), PIECE)]
