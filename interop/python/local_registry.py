"""Reads entries of a local registry's log with nothing of ours: docs/formats/local-registry.md, cbor2, OpenSSL."""

import hashlib
import re

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CONTEXT = "modelledger.org/local-registry/v1 command"
EDDSA = -8
MODEL = re.compile(r"(?=.{1,128}\Z)[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*\Z")
ENVIRONMENT = re.compile(r"(?=.{1,64}\Z)[a-z0-9][a-z0-9._-]*\Z")
ACCOUNT = re.compile(r"[!-~]{1,512}\Z")
ORIGIN = re.compile(r"[!-*,-~]{1,255}\Z")


def is_uint(value):
    return type(value) is int and 0 <= value < 2**63


def text(pattern):
    return lambda value: type(value) is str and pattern.match(value) is not None


def is_digest(value):
    return type(value) is bytes and len(value) == 32


def is_positive(value):
    return is_uint(value) and value > 0


model, environment, account, origin_name = map(text, (MODEL, ENVIRONMENT, ACCOUNT, ORIGIN))
role = (lambda value: type(value) is int and value in (1, 2, 3))

COMMANDS = {
    1: ("create", model),
    2: ("register", model, is_digest, is_digest),
    3: ("deploy", model, is_positive, environment),
    4: ("undeploy", model, environment),
    5: ("revoke-version", model, is_positive, is_digest),
    6: ("grant-role", model, account, role),
    7: ("revoke-role", model, account, role),
    8: ("transfer-ownership", model, account),
    9: ("accept-ownership", model),
    10: ("anchor", origin_name, is_positive, is_digest),
}


def decode(data):
    """One item in its deterministic encoding, and nothing else."""
    item = cbor2.loads(data)
    if cbor2.dumps(item, canonical=True) != data:
        raise ValueError("not deterministic CBOR")
    return item


def parse(entry, origin):
    """The kind of command, its author's public key and what the ledger assigned; ValueError if it is not valid."""
    schema, time, assigned, command = decode(entry)
    if schema != 1 or not is_uint(time) or command.tag != 18:
        raise ValueError("not an entry")
    protected, unprotected, payload, signature = command.value
    header = decode(protected)
    if set(header) != {1, 4} or header[1] != EDDSA or unprotected != {}:
        raise ValueError(f"not a header: {header}")
    external = cbor2.dumps([CONTEXT, origin], canonical=True)
    signed = cbor2.dumps(["Signature1", protected, external, payload], canonical=True)
    Ed25519PublicKey.from_public_bytes(header[4]).verify(signature, signed)
    submission, clock, (kind, *values) = decode(payload)
    name, *checks = COMMANDS[kind]
    if len(submission) != 16 or not is_uint(clock) or len(values) != len(checks):
        raise ValueError(f"not a payload: {payload.hex()}")
    for check, value in zip(checks, values):
        if not check(value):
            raise ValueError(f"{name}: {value!r}")
    fits = {"register": is_positive, "accept-ownership": account}.get(name, lambda value: value is None)
    if not fits(assigned):
        raise ValueError(f"{name}: the ledger assigned {assigned!r}")
    return name, header[4], assigned


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).hexdigest()
