"""Reads ModelLedger's receipts with nothing but cbor2 and the standard library.

The format is docs/formats/receipt.md; nothing here knows how ModelLedger writes it.
"""

import base64
import hashlib
import re
import unicodedata
from decimal import Decimal

import cbor2

# The fields by name, as the CDDL numbers them.
FIELDS = ("schema", "kind", "session", "sequence", "time", "model", "version", "artifact", "engine", "determinism",
          "input", "output", "attributes", "count", "reason", "threads")
COMMON = frozenset(range(8))
INFERENCE = COMMON | {8, 9, 10, 11, 15}
GAP = COMMON | {13, 14}
KINDS = {1: "inference", 2: "gap"}

LAST_MICROSECOND = 253_402_300_799_999_999
MODEL_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*")


class Refused(Exception):
    """The bytes are not a receipt."""


def parse(leaf):
    """Returns the fields of a leaf by name, or raises Refused."""
    try:
        numbered = cbor2.loads(leaf)
    except (cbor2.CBORDecodeError, ValueError, OverflowError) as error:
        raise Refused(f"not CBOR: {error}") from error
    if not isinstance(numbered, dict) or any(type(key) is not int for key in numbered):
        raise Refused("not a map with whole numbers as keys")
    if cbor2.dumps(numbered, canonical=True) != leaf:
        raise Refused("not in deterministic encoding")
    if numbered.keys() not in (INFERENCE, INFERENCE | {12}, GAP):
        raise Refused(f"fields {sorted(numbered)}")
    fields = {FIELDS[number]: value for number, value in numbered.items()}
    for name, value in fields.items():
        if not VALID[name](value):
            raise Refused(f"{name} is {value!r}")
    if fields["kind"] != (2 if "reason" in fields else 1):
        raise Refused(f"kind {fields['kind']} does not have these fields")
    return fields


def _is_number(value, least, most=2**63 - 1):
    return type(value) is int and least <= value <= most


def _is_bytes(value, size=32):
    return isinstance(value, bytes) and len(value) == size


def _is_text(value, most):
    return isinstance(value, str) and 1 <= len(value.encode()) <= most


def _is_attributes(value):
    return isinstance(value, dict) and len(value) > 0 and all(
        _is_text(name, 128) and not any(unicodedata.category(c) == "Cc" for c in name) and _is_bytes(commitment)
        for name, commitment in value.items())


def _is_determinism(value):
    if value in ("bit-exact", "probed", "none"):
        return True
    if not isinstance(value, str) or not value.startswith("tolerance:"):
        return False
    try:
        number = float(value.removeprefix("tolerance:"))
    except ValueError:
        return False
    return 0 < number < float("inf") and value == f"tolerance:{_decimal(number)}"


def _decimal(number):
    """A positive double as Java writes it: plain from 10^-3 up to 10^7, else with an exponent."""
    _, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    digits, point = "".join(map(str, digits)), len(digits) + exponent
    if -3 < point <= 7:
        padded = digits.rjust(len(digits) - min(point, 0), "0").ljust(point, "0")
        split = max(point, 0)
        return f"{padded[:split] or '0'}.{padded[split:] or '0'}"
    return f"{digits[0]}.{digits[1:] or '0'}e{point - 1}"


VALID = {
    "schema": lambda value: type(value) is int and value == 2,
    "kind": lambda value: type(value) is int and value in KINDS,
    "session": lambda value: _is_bytes(value, 16),
    "sequence": lambda value: _is_number(value, 0),
    "time": lambda value: _is_number(value, 0, LAST_MICROSECOND),
    "model": lambda value: _is_text(value, 128) and MODEL_NAME.fullmatch(value) is not None,
    "version": lambda value: _is_number(value, 1, 10**18 - 1),
    "artifact": _is_bytes,
    "engine": lambda value: isinstance(value, list) and len(value) == 3 and all(_is_text(x, 255) for x in value),
    "determinism": _is_determinism,
    "input": _is_bytes,
    "output": _is_bytes,
    "attributes": _is_attributes,
    "count": lambda value: _is_number(value, 1),
    "reason": lambda value: value in ("backlog-full", "log-failed"),
    "threads": lambda value: _is_number(value, 1, 2**31 - 1),
}


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
