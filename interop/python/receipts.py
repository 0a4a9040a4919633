"""Reads ModelLedger's receipts with nothing but cbor2 and the standard library.

The format is docs/formats/receipt.md; nothing here knows how ModelLedger writes it.
"""

import base64
import hashlib

import cbor2

SCHEMA = 1
INFERENCE, GAP = 1, 2

NAMES = {0: "schema", 1: "kind", 2: "session", 3: "sequence", 4: "time", 5: "model", 6: "version", 7: "artifact",
         8: "engine", 9: "determinism", 10: "input", 11: "output", 12: "attributes", 13: "count", 14: "reason"}
COMMON = set(range(10))


class Refused(Exception):
    """The bytes are not a receipt."""


def parse(leaf):
    """Returns the fields of a leaf by number, or raises Refused."""
    try:
        fields = cbor2.loads(leaf)
    except (cbor2.CBORDecodeError, ValueError, OverflowError) as error:
        raise Refused(f"not CBOR: {error}") from error
    if not isinstance(fields, dict):
        raise Refused("not a map")
    if cbor2.dumps(fields, canonical=True) != leaf:
        raise Refused("not in deterministic encoding")
    if any(type(key) is not int for key in fields) or not COMMON <= fields.keys():
        raise Refused(f"fields {sorted(map(str, fields))}")
    for number in (0, 1, 3, 4, 6):
        _require(type(fields[number]) is int and fields[number] >= 0, number)
    _require(fields[0] == SCHEMA, 0)
    _require(_is_bytes(fields[2], 16), 2)
    _require(isinstance(fields[5], str) and fields[5] != "", 5)
    _require(fields[6] >= 1, 6)
    _require(_is_bytes(fields[7], 32), 7)
    _require(isinstance(fields[8], list) and len(fields[8]) == 2 and all(isinstance(x, str) for x in fields[8]), 8)
    _require(isinstance(fields[9], str), 9)
    if fields[1] == INFERENCE:
        _require(fields.keys() - COMMON in ({10, 11}, {10, 11, 12}), 1)
        _require(_is_bytes(fields[10], 32), 10)
        _require(_is_bytes(fields[11], 32), 11)
        attributes = fields.get(12)
        if attributes is not None:
            _require(isinstance(attributes, dict) and len(attributes) > 0, 12)
            _require(all(isinstance(k, str) and _is_bytes(v, 32) for k, v in attributes.items()), 12)
    elif fields[1] == GAP:
        _require(fields.keys() - COMMON == {13, 14}, 1)
        _require(type(fields[13]) is int and fields[13] >= 1, 13)
        _require(isinstance(fields[14], str), 14)
    else:
        _require(False, 1)
    return fields


def commitment(salt, content):
    """What a receipt says of content that it does not show."""
    return hashlib.sha256(salt + content).digest()


def leaf_hash(leaf):
    """RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def proof_leaf(text):
    """The leaf that a tlog-proof carries in its extra line."""
    lines = text.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra "):
        raise Refused("not a tlog-proof with a leaf")
    return base64.b64decode(lines[1][len("extra "):], validate=True)


def log_entries(directory):
    """All entries of a log directory, up to the size that its checkpoint states."""
    size = int((directory / "checkpoint").read_text().split("\n")[1])
    entries = []
    while len(entries) < size:
        number, width = len(entries) // 256, min(256, size - len(entries))
        path = f"{number % 1000:03d}"
        while number >= 1000:
            number //= 1000
            path = f"x{number % 1000:03d}/{path}"
        bundle = directory / "tile/entries" / (path if width == 256 else f"{path}.p/{width}")
        entries += bundle_entries(bundle.read_bytes())
    return entries


def bundle_entries(data):
    """The entries of a C2SP entry bundle: each after its length in two bytes."""
    entries = []
    while data:
        size = int.from_bytes(data[:2], "big")
        if len(data) < 2 + size:
            raise Refused("bundle is cut off")
        entries.append(data[2:2 + size])
        data = data[2 + size:]
    return entries


def _require(holds, number):
    if not holds:
        raise Refused(f"field {number} ({NAMES[number]})")


def _is_bytes(value, size):
    return isinstance(value, bytes) and len(value) == size
