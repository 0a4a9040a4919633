"""What `./quickstart --ethereum` wrote with our Java, read from the chain that it left with web3.py."""

import base64
import hashlib
import os
import subprocess
import unittest

import receipts
from anvil import Anvil
from test_ethereum import ABI
from web3 import Web3
from workplace import ROOT, ethereum_out

MODEL = "acme/digits"


def tree_hash(leaves):
    """RFC 6962 section 2.1."""
    if len(leaves) == 1:
        return receipts.leaf_hash(leaves[0])
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


class QuickstartOnEthereumTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.out = ethereum_out()
        node = Anvil("--load-state", cls.out / "ethereum/chain.json")
        cls.addClassCleanup(node.close)
        cls.url = node.url
        cls.w3 = Web3(Web3.HTTPProvider(node.url))
        ledger, cls.author = (cls.out / "ledger.txt").read_text().split()
        space, chain, cls.contract = ledger.split(":")
        assert (space, int(chain)) == ("eip155", cls.w3.eth.chain_id), ledger
        cls.registry = cls.w3.eth.contract(address=cls.contract, abi=ABI)

    def events(self, name):
        return [event["args"] for event in self.registry.events[name]().get_logs(from_block=0)]

    def test_the_anchor_covers_every_receipt(self):
        origin, size, root = (self.out / "receipts/checkpoint").read_text().split("\n")[:3]
        answer = self.w3.eth.call({
            "to": self.contract,
            "data": self.registry.encode_abi("anchor", args=[origin, self.author]),
        })
        self.assertEqual(int(size), int.from_bytes(answer[:32], "big"))
        self.assertEqual(base64.b64decode(root), bytes(answer[32:64]))
        entries = receipts.log_entries(self.out / "receipts")
        self.assertEqual(int(size), len(entries))
        self.assertEqual(tree_hash(entries), bytes(answer[32:64]))
        [anchored] = self.events("LogAnchored")
        self.assertEqual((origin, int(size), self.author),
                         (anchored["origin"], anchored["treeSize"], anchored["author"]))

    def test_the_version_is_the_model_that_was_left(self):
        self.assertEqual(1, self.registry.functions.modelVersion(MODEL).call())
        self.assertEqual(self.author, self.registry.functions.owner(MODEL).call())
        model = self.out / "model"
        files = sorted(path for path in model.rglob("*") if path.is_file())
        digests = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)
        artifact, _, author, *_ = self.registry.functions.version(MODEL, 1).call()
        self.assertEqual(hashlib.sha256(digests).digest(), artifact)
        self.assertEqual(self.author, author)

    def test_the_events_tell_the_same(self):
        [created], [trained], [deployed] = map(self.events, ("ModelCreated", "ModelTrained", "ModelDeployed"))
        self.assertEqual(MODEL, created["name"])
        self.assertEqual((MODEL, 1, self.registry.functions.version(MODEL, 1).call()[0]),
                         (trained["name"], trained["version"], trained["artifact"]))
        self.assertEqual((MODEL, 1, "production"), (deployed["name"], deployed["version"], deployed["environment"]))
        self.assertEqual(1, self.registry.functions.deployed(MODEL, "production").call())
        self.assertEqual([self.author] * 3, [event["author"] for event in (created, trained, deployed)])

    def test_every_receipt_names_that_version(self):
        artifact = self.registry.functions.version(MODEL, 1).call()[0]
        for entry in receipts.log_entries(self.out / "receipts"):
            fields = receipts.parse(entry)
            self.assertEqual((MODEL, 1, artifact), (fields["model"], fields["version"], fields["artifact"]))


class PythonWritesAndJavaReadsTest(unittest.TestCase):
    """On a copy of the same chain, so that it stays as the quickstart left it."""

    setUpClass = QuickstartOnEthereumTest.__dict__["setUpClass"]

    def do(self, verb, *arguments):
        transaction = self.registry.functions[verb](*arguments).transact({"from": self.author})
        self.assertEqual(1, self.w3.eth.wait_for_transaction_receipt(transaction)["status"])
        return transaction.to_0x_hex()

    def test_java_tells_the_history_that_both_have_written(self):
        trained = self.do("trainModel", MODEL, bytes(31) + b"\1", bytes(31) + b"\2")
        deployed = self.do("deployModel", MODEL, 2, "production")
        self.assertEqual(2, self.registry.functions.modelVersion(MODEL).call())

        java = os.environ.get("MODELLEDGER_JAVA", "java")
        path = f"{ROOT}/examples/target/classes:{ROOT}/examples/target/lib/*"
        done = subprocess.run(
            [java, "-cp", path, "org.modelledger.examples.History",
             f"ethereum:{self.url}?contract={self.contract}&finality=latest"],
            capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(0, done.returncode, done.stderr)
        told = [line.split(" in 0x")[0] for line in done.stdout.splitlines()]
        size = (self.out / "receipts/checkpoint").read_text().split("\n")
        by = f" by {self.author}"
        self.assertEqual([
            f"ModelCreated {MODEL}{by}",
            f"ModelTrained {MODEL}:1{by}",
            f"ModelDeployed {MODEL}:1 to production{by}",
            f"LogAnchored {size[0]} at {size[1]}{by}",
            f"ModelTrained {MODEL}:2{by}",
            f"ModelDeployed {MODEL}:2 to production{by}",
        ], told)
        self.assertEqual([trained, deployed],
                         [line.rsplit(" ", 1)[1] for line in done.stdout.splitlines()[-2:]])
