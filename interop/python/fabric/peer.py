"""Asks a peer of Hyperledger Fabric over plain gRPC, in the name of somebody on the channel."""

import os
import pathlib
import time
import urllib.parse

import grpc
from channel import sha256
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fabric_protos.common import common_pb2
from fabric_protos.gateway import gateway_pb2, gateway_pb2_grpc
from fabric_protos.msp import identities_pb2
from fabric_protos.orderer import ab_pb2
from fabric_protos.peer import chaincode_pb2, events_pb2_grpc, proposal_pb2, transaction_pb2

PATIENCE = 60
ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551  # of the curve P-256


class Peer:
    """The first peer that a URI names, and the identity that it names; for a with statement."""

    def __init__(self, uri):
        location, _, query = uri.removeprefix("fabric:").partition("?")
        options = dict(urllib.parse.parse_qsl(query))
        self.channel = options["channel"]
        self.chaincode = options.get("chaincode", "registry")
        self._creator = identities_pb2.SerializedIdentity(
            mspid=options["msp-id"], id_bytes=pathlib.Path(options["certificate"]).read_bytes()).SerializeToString()
        self._key = load_pem_private_key(pathlib.Path(options["key"]).read_bytes(), None)
        self._connection = grpc.insecure_channel(location.split(",")[0])
        self._gateway = gateway_pb2_grpc.GatewayStub(self._connection)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def evaluate(self, function, *arguments):
        """What the chaincode answers, without a transaction."""
        tx_id, proposal = self._propose(function, arguments)
        answer = self._gateway.Evaluate(gateway_pb2.EvaluateRequest(
            transaction_id=tx_id, channel_id=self.channel, proposed_transaction=proposal), timeout=PATIENCE)
        return answer.result.payload

    def submit(self, function, *arguments):
        """Makes a transaction and waits until it is in a block; returns its id."""
        tx_id, proposal = self._propose(function, arguments)
        envelope = self._gateway.Endorse(gateway_pb2.EndorseRequest(
            transaction_id=tx_id, channel_id=self.channel, proposed_transaction=proposal),
            timeout=PATIENCE).prepared_transaction
        envelope.signature = self._sign(envelope.payload)
        self._gateway.Submit(gateway_pb2.SubmitRequest(
            transaction_id=tx_id, channel_id=self.channel, prepared_transaction=envelope), timeout=PATIENCE)
        request = gateway_pb2.CommitStatusRequest(
            transaction_id=tx_id, channel_id=self.channel, identity=self._creator).SerializeToString()
        status = self._gateway.CommitStatus(gateway_pb2.SignedCommitStatusRequest(
            request=request, signature=self._sign(request)), timeout=PATIENCE)
        if status.result != transaction_pb2.VALID:
            raise AssertionError(f"transaction {tx_id} is {transaction_pb2.TxValidationCode.Name(status.result)}")
        return tx_id

    def blocks(self):
        """All blocks that there are now."""
        seek = ab_pb2.SeekInfo(start=ab_pb2.SeekPosition(oldest=ab_pb2.SeekOldest()),
                               stop=ab_pb2.SeekPosition(newest=ab_pb2.SeekNewest()))
        header = common_pb2.ChannelHeader(type=common_pb2.DELIVER_SEEK_INFO, channel_id=self.channel)
        header.timestamp.GetCurrentTime()
        payload = common_pb2.Payload(header=self._header(header, os.urandom(24)),
                                     data=seek.SerializeToString()).SerializeToString()
        answers = events_pb2_grpc.DeliverStub(self._connection).Deliver(
            iter([common_pb2.Envelope(payload=payload, signature=self._sign(payload))]), timeout=PATIENCE)
        for answer in answers:
            if answer.WhichOneof("Type") != "block":
                break
            yield answer.block
        if answer.status != common_pb2.SUCCESS:
            raise AssertionError(f"the peer ended with {common_pb2.Status.Name(answer.status)}")

    def _propose(self, function, arguments):
        chaincode = chaincode_pb2.ChaincodeID(name=self.chaincode)
        nonce = os.urandom(24)
        header = common_pb2.ChannelHeader(
            type=common_pb2.ENDORSER_TRANSACTION, channel_id=self.channel,
            tx_id=sha256(nonce, self._creator).hex(),
            extension=proposal_pb2.ChaincodeHeaderExtension(chaincode_id=chaincode).SerializeToString())
        header.timestamp.FromNanoseconds(time.time_ns())
        spec = chaincode_pb2.ChaincodeSpec(chaincode_id=chaincode, input=chaincode_pb2.ChaincodeInput(
            args=[text.encode() for text in (function, *arguments)]))
        payload = proposal_pb2.ChaincodeProposalPayload(
            input=chaincode_pb2.ChaincodeInvocationSpec(chaincode_spec=spec).SerializeToString())
        proposal = proposal_pb2.Proposal(header=self._header(header, nonce).SerializeToString(),
                                         payload=payload.SerializeToString()).SerializeToString()
        return header.tx_id, proposal_pb2.SignedProposal(proposal_bytes=proposal, signature=self._sign(proposal))

    def _header(self, header, nonce):
        signature = common_pb2.SignatureHeader(creator=self._creator, nonce=nonce)
        return common_pb2.Header(channel_header=header.SerializeToString(),
                                 signature_header=signature.SerializeToString())

    def _sign(self, content):
        """Fabric takes the smaller one of the two signatures that there are."""
        r, s = utils.decode_dss_signature(self._key.sign(content, ec.ECDSA(SHA256())))
        return utils.encode_dss_signature(r, min(s, ORDER - s))
