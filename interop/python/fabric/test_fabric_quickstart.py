"""What `./quickstart --fabric` wrote with our Java, read from the blocks that it left and from the peer, which it keeps
until these tests have ended: ./quickstart --fabric OUT -- python -m unittest …"""

import base64
import contextlib
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import unittest

import grpc

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.append(str(HERE.parent))

import blocks
import receipts
from channel import Channel, Refused
from fabric_protos.common import common_pb2
from peer import Peer

MODEL = "acme/digits"
ORGANIZATIONS = {"AcmeMSP", "PartnerMSP"}
STEP = 29


def quickstart_out():
    out = pathlib.Path(os.environ.get("MODELLEDGER_OUT", ROOT / "quickstart-out"))
    if not (out / "fabric/blocks/000000.block").is_file():
        raise AssertionError(f"{out} has no fabric/blocks; run ./quickstart --fabric {out} first")
    return out


def ledger():
    uri = os.environ.get("MODELLEDGER_LEDGER", "")
    if not uri.startswith("fabric:"):
        raise AssertionError("MODELLEDGER_LEDGER is no fabric: URI; run this by ./quickstart --fabric OUT -- …")
    return uri


def changed(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def tree_hash(leaves):
    """RFC 6962 section 2.1."""
    if len(leaves) == 1:
        return receipts.leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


class BlocksTest(unittest.TestCase):
    """No peer needed."""

    @classmethod
    def setUpClass(cls):
        cls.out = quickstart_out()
        cls.files = [file.read_bytes() for file in sorted((cls.out / "fabric/blocks").glob("*.block"))]
        cls.channel = Channel.read(cls.out / "fabric/blocks")
        _, cls.author = (cls.out / "ledger.txt").read_text().split()

    def test_the_blocks_tell_what_was_done(self):
        self.assertEqual(ORGANIZATIONS, set(self.channel.roots))
        self.assertEqual(["ModelCreated", "ModelTrained", "ModelDeployed", "LogAnchored"],
                         [kind for _, _, _, kind, _ in self.channel.events])
        self.assertEqual({self.author}, {author for _, _, author, _, _ in self.channel.events})

    def test_the_anchor_covers_every_receipt(self):
        origin, size, root = (self.out / "receipts/checkpoint").read_text().split("\n")[:3]
        entries = receipts.log_entries(self.out / "receipts")
        self.assertEqual(int(size), len(entries))
        self.assertEqual(base64.b64decode(root), tree_hash(entries))
        self.assertEqual({(origin, self.author): (int(size), tree_hash(entries))}, self.channel.anchors)

    def test_the_version_is_the_model_that_was_left(self):
        files = sorted(path for path in (self.out / "model").rglob("*") if path.is_file())
        digests = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)
        artifact, _, author = self.channel.versions[MODEL, 1]
        self.assertEqual(hashlib.sha256(digests).digest(), artifact)
        self.assertEqual(self.author, author)
        self.assertEqual({(MODEL, "production"): 1}, self.channel.deployed)

    def test_every_receipt_names_that_version(self):
        artifact = self.channel.versions[MODEL, 1][0]
        for entry in receipts.log_entries(self.out / "receipts"):
            fields = receipts.parse(entry)
            self.assertEqual((MODEL, 1, artifact), (fields["model"], fields["version"], fields["artifact"]))

    def test_no_byte_can_be_changed(self):
        """But for the metadata, which an orderer and each peer add."""
        for number, data in enumerate(self.files[1:], 1):
            block = common_pb2.Block.FromString(data)
            block.ClearField("metadata")
            for at in range(0, block.ByteSize(), STEP):
                self.refused(number, changed(data, at), f"block {number}, byte {at}")

    def test_hashes_made_anew_do_not_help(self):
        for number, data in enumerate(self.files[1:], 1):
            block = common_pb2.Block.FromString(data)
            [envelope] = block.data.data
            for at in range(0, len(envelope), STEP):
                block.data.data[0] = changed(envelope, at)
                block.header.data_hash = hashlib.sha256(block.data.data[0]).digest()
                self.refused(number, block.SerializeToString(), f"block {number}, transaction's byte {at}")

    def refused(self, number, data, message):
        channel = Channel()
        for before in self.files[:number]:
            channel.append(before)
        with self.assertRaises(Refused, msg=message):
            channel.append(data)

    def test_no_block_can_be_left_out(self):
        for missing in range(len(self.files) - 1):
            channel = Channel()
            with self.assertRaises(Refused, msg=f"without block {missing}"):
                for number, data in enumerate(self.files):
                    if number != missing:
                        channel.append(data)

    def test_the_command_finds_the_anchor(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            self.assertEqual(0, blocks.main(self.out))
        self.assertIn("with the root that its checkpoint has", said.getvalue())


class PeerTest(unittest.TestCase):
    """While the peer runs."""

    @classmethod
    def setUpClass(cls):
        cls.out = quickstart_out()
        cls.peer = cls.enterClassContext(Peer(ledger()))
        _, cls.author = (cls.out / "ledger.txt").read_text().split()

    def test_the_peer_serves_the_same_blocks(self):
        served = [block.SerializeToString(deterministic=True) for block in self.peer.blocks()]
        channel = Channel()
        for data in served:
            channel.append(data)
        left = Channel.read(self.out / "fabric/blocks")
        self.assertGreaterEqual(channel.height, left.height)
        self.assertEqual(left.events, channel.events[:len(left.events)])

    def test_the_chaincode_answers_the_same_anchor(self):
        self.assertEqual(self.author, self.peer.evaluate("account").decode())
        [((origin, author), (size, root))] = Channel.read(self.out / "fabric/blocks").anchors.items()
        anchor = json.loads(self.peer.evaluate("anchor", origin, author))
        self.assertEqual((origin, author, size, root.hex()),
                         (anchor["origin"], anchor["author"], anchor["treeSize"], anchor["rootHash"]))

    def test_whoever_skips_our_java_is_held_to_the_same_rules(self):
        with self.assertRaises(grpc.RpcError) as refused:
            self.peer.submit("deployModel", MODEL, "99", "production")
        self.assertEqual(grpc.StatusCode.ABORTED, refused.exception.code())
        [status] = [value for key, value in refused.exception.trailing_metadata() if key == "grpc-status-details-bin"]
        self.assertIn(b"NotFound: there is no version acme/digits:99", status)

    def test_java_tells_the_history_that_both_have_written(self):
        trained = self.peer.submit("trainModel", MODEL, "01" * 32, "02" * 32)
        deployed = self.peer.submit("deployModel", MODEL, "2", "production")
        self.assertEqual(2, json.loads(self.peer.evaluate("deployed", MODEL, "production"))["version"])

        java = os.environ.get("MODELLEDGER_JAVA", "java")
        done = subprocess.run(
            [java, "-cp", f"{ROOT}/examples/target/classes:{ROOT}/examples/target/lib/*",
             "org.modelledger.examples.History", ledger().partition("&outbox=")[0]],
            capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(0, done.returncode, done.stderr)
        lines = [line.rsplit(" in ", 1) for line in done.stdout.splitlines()]
        origin, size = (self.out / "receipts/checkpoint").read_text().split("\n")[:2]
        by = f" by {self.author}"
        self.assertEqual([
            f"ModelCreated {MODEL}{by}",
            f"ModelTrained {MODEL}:1{by}",
            f"ModelDeployed {MODEL}:1 to production{by}",
            f"LogAnchored {origin} at {size}{by}",
            f"ModelTrained {MODEL}:2{by}",
            f"ModelDeployed {MODEL}:2 to production{by}",
        ], [line for line, _ in lines])
        self.assertEqual([trained, deployed], [tx_id for _, tx_id in lines[-2:]])


if __name__ == "__main__":
    unittest.main()
