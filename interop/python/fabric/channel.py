"""Reads the registry on a channel of Hyperledger Fabric, with the classes that Fabric publishes for Python.

What the chaincode leaves there is docs/formats/fabric.md; nothing here knows how ModelLedger writes it, and no peer has
to be believed: of each block the place in the chain, of each transaction who made it and who endorsed it are checked. The
first block, which names the organisations' authorities, is what a reader has to have from somebody else; what an orderer
signs is not looked at.
"""

import hashlib
import json
import pathlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fabric_protos.common import common_pb2, configtx_pb2
from fabric_protos.msp import identities_pb2, msp_config_pb2
from fabric_protos.peer import chaincode_event_pb2, proposal_pb2, proposal_response_pb2, transaction_pb2
from google.protobuf.message import DecodeError

FORMAT = 1


class Refused(Exception):
    """The blocks are not what they should be."""


def require(truth, what):
    if not truth:
        raise Refused(what)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def parse(kind, data):
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise Refused(f"not a {kind.DESCRIPTOR.full_name}: {error}") from error


def block_hash(header):
    """SHA-256 of number, previous hash and data hash as an ASN.1 sequence: what the next block names."""
    number = header.number.to_bytes(header.number.bit_length() // 8 + 1, "big")
    fields = b"".join(bytes([tag, len(value)]) + value for tag, value in (
        (0x02, number), (0x04, header.previous_hash), (0x04, header.data_hash)))
    return sha256(bytes([0x30, len(fields)]), fields)


def account(msp_id, certificate):
    """The account that the registry knows an identity by."""
    def part(text):
        return "".join(chr(b) if 0x20 < b < 0x7f and b not in b"%:" else f"%{b:02X}" for b in text.encode())
    return ":".join(map(part, (msp_id, certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string())))


class Channel:
    """What the blocks of a channel say, from its first one on. Attributes are by the names in docs/formats/fabric.md."""

    def __init__(self, chaincode="registry"):
        self.chaincode = chaincode
        self.height = 0
        self.roots = {}  # MSP id: certificates of its authorities
        self.events = []  # (block, transaction's id, author, type, command)
        self.refusals = []  # (block, transaction's id, author, reason, command)
        self.versions = {}  # (model, version): (artifact, statement, author)
        self.deployed = {}  # (model, environment): version
        self.anchors = {}  # (origin, author): (tree size, root hash)
        self._previous = b""

    @classmethod
    def read(cls, directory):
        """From files as `peer channel fetch` writes them."""
        channel = cls()
        for file in sorted(pathlib.Path(directory).glob("*.block")):
            channel.append(file.read_bytes())
        return channel

    def append(self, data):
        """Checks the next block and takes in what it says; raises Refused."""
        block = parse(common_pb2.Block, data)
        header, envelopes = block.header, block.data.data
        require(header.number == self.height, f"block {header.number} stands in the place of {self.height}")
        require(header.previous_hash == self._previous, f"block {header.number} does not follow the one before")
        require(header.data_hash == sha256(*envelopes), f"block {header.number} has other transactions than it says")
        require(len(block.metadata.metadata) > common_pb2.TRANSACTIONS_FILTER
                and len(block.metadata.metadata[common_pb2.TRANSACTIONS_FILTER]) == len(envelopes),
                f"block {header.number} does not say of each transaction whether it is valid")
        codes = block.metadata.metadata[common_pb2.TRANSACTIONS_FILTER]
        for code, envelope in zip(codes, envelopes):
            if code == transaction_pb2.VALID:
                self._transaction(header.number, parse(common_pb2.Envelope, envelope))
        self._previous = block_hash(header)
        self.height += 1

    def _transaction(self, number, envelope):
        payload = parse(common_pb2.Payload, envelope.payload)
        header = parse(common_pb2.ChannelHeader, payload.header.channel_header)
        if number == 0 and header.type == common_pb2.CONFIG:
            self._config(parse(configtx_pb2.ConfigEnvelope, payload.data))
            return
        require(header.type == common_pb2.ENDORSER_TRANSACTION,
                f"block {number} has a transaction of type {header.type}, which is not read here")
        signature_header = parse(common_pb2.SignatureHeader, payload.header.signature_header)
        require(header.tx_id == sha256(signature_header.nonce, signature_header.creator).hex(),
                f"transaction {header.tx_id} has another id than its creator gave it")
        author = account(*self._signed(signature_header.creator, envelope.signature, envelope.payload))
        for action in parse(transaction_pb2.Transaction, payload.data).actions:
            self._action(number, header.tx_id, author, payload.header,
                         parse(transaction_pb2.ChaincodeActionPayload, action.payload))

    def _action(self, number, tx_id, author, header, action):
        endorsed = action.action.proposal_response_payload
        response = parse(proposal_response_pb2.ProposalResponsePayload, endorsed)
        require(response.proposal_hash == sha256(header.channel_header, header.signature_header,
                                                 action.chaincode_proposal_payload),
                f"transaction {tx_id} was endorsed for another proposal")
        endorsers = {self._signed(endorsement.endorser, endorsement.signature, endorsed + endorsement.endorser)[0]
                     for endorsement in action.action.endorsements}
        require(2 * len(endorsers) > len(self.roots), f"transaction {tx_id} was endorsed by {sorted(endorsers)} only")
        result = parse(proposal_pb2.ChaincodeAction, response.extension)
        if result.chaincode_id.name == self.chaincode and result.events:
            event = parse(chaincode_event_pb2.ChaincodeEvent, result.events)
            if event.event_name == "outcomes":
                self._outcomes(number, tx_id, author, json.loads(event.payload))

    def _config(self, envelope):
        """The organisations' authorities."""
        for msp_id, group in envelope.config.channel_group.groups["Application"].groups.items():
            msp = parse(msp_config_pb2.MSPConfig, group.values["MSP"].value)
            roots = parse(msp_config_pb2.FabricMSPConfig, msp.config).root_certs
            self.roots[msp_id] = [x509.load_pem_x509_certificate(root) for root in roots]

    def _signed(self, identity, signature, content):
        """Checks a signature and that one of the channel's organisations knows who made it."""
        who = parse(identities_pb2.SerializedIdentity, identity)
        try:
            certificate = x509.load_pem_x509_certificate(who.id_bytes)
            certificate.public_key().verify(signature, content, ec.ECDSA(SHA256()))
        except (ValueError, InvalidSignature) as error:
            raise Refused(f"a signature of {who.mspid} does not hold") from error
        for root in self.roots.get(who.mspid, ()):
            try:
                certificate.verify_directly_issued_by(root)
                return who.mspid, certificate
            except (ValueError, TypeError, InvalidSignature):
                pass  # the next one, then
        raise Refused(f"{who.mspid} did not certify who signed")

    def _outcomes(self, number, tx_id, author, said):
        require(said["format"] == FORMAT, f"outcomes of format {said['format']}")
        require(said["author"] == author, f"the outcomes of {author} say that they are those of {said['author']}")
        for outcome in said["outcomes"]:
            if "event" in outcome:
                self._event(author, outcome["event"], *outcome["command"])
                self.events.append((number, tx_id, author, outcome["event"]["type"], outcome["command"]))
            elif "refusal" in outcome:
                self.refusals.append((number, tx_id, author, outcome["refusal"]["reason"], outcome["command"]))

    def _event(self, author, event, verb, *arguments):
        if verb == "trainModel":
            model, artifact, statement = arguments
            self.versions[model, event["version"]] = (bytes.fromhex(artifact), bytes.fromhex(statement), author)
        elif verb == "deployModel":
            model, version, environment = arguments
            self.deployed[model, environment] = int(version)
        elif verb == "undeployModel":
            self.deployed.pop(arguments)
        elif verb == "revokeVersion":
            model, version, _ = arguments
            for place in [place for place, deployed in self.deployed.items()
                          if place[0] == model and deployed == int(version)]:
                self.deployed.pop(place)
        elif verb == "anchorLog":
            origin, size, root = arguments
            self.anchors[origin, author] = (int(size), bytes.fromhex(root))
