"""A network that Java made, run by Python and, through web3.py, by the contract: all three give the same scores."""

import hashlib
import json
import unittest

from anvil import Anvil
from integer_network import decode, encode, files, run
from web3 import Web3
from web3.exceptions import ContractCustomError
from workplace import ROOT

FILES = ROOT / "ml-exact/src/test/resources/org/modelledger/ml/exact"
ARTEFACTS = ROOT / "chain-ethereum/src/main/resources/org/modelledger/chain/ethereum"
ABI = json.loads((ARTEFACTS / "ModelRegistry.abi").read_text())
NETWORK = (FILES / "digits-64-16-10.int8").read_bytes()
NOBODY = "0x" + "00" * 20
# how many rows the contract is asked for
ASKED = 40


def rows():
    """The held-out digits: bytes, label, and the scores that Java computed."""
    for line in (FILES / "digits-64-16-10.csv").read_text().splitlines():
        data, label, *scores = line.split(",")
        yield bytes.fromhex(data), int(label), [int(score) for score in scores]


class IntegerNetworkTest(unittest.TestCase):
    def test_python_computes_what_java_computed(self):
        layers, name, scales = decode(NETWORK)
        self.assertEqual(("pixels", [(0.0, 1.0)]), (name, scales))
        self.assertEqual([(64, 16), (16, 10)], [(len(layer.weights), len(layer.biases)) for layer in layers])
        self.assertEqual(NETWORK, encode(layers, name, scales))
        right = 0
        for data, label, scores in rows():
            self.assertEqual(scores, run(layers, data))
            right += scores.index(max(scores)) == label
        self.assertGreater(right / len(list(rows())), 0.94)

    def test_the_contract_computes_what_java_computed(self):
        with Anvil() as node:
            w3 = Web3(Web3.HTTPProvider(node.url))
            w3.eth.default_account = w3.eth.accounts[0]
            code = (ARTEFACTS / "ModelRegistry.bin").read_text().strip()
            creation = w3.eth.contract(abi=ABI, bytecode=code).constructor(NOBODY).transact()
            address = w3.eth.wait_for_transaction_receipt(creation)["contractAddress"]
            registry = w3.eth.contract(address=address, abi=ABI)

            def do(verb, *arguments):
                receipt = w3.eth.wait_for_transaction_receipt(registry.functions[verb](*arguments).transact())
                self.assertEqual(1, receipt["status"])

            digests = [hashlib.sha256(content).digest() for content in files(NETWORK)]
            artifact = hashlib.sha256(b"".join(digests)).digest()
            do("createModel", "acme/digits")
            do("trainModel", "acme/digits", artifact, artifact)
            for content in files(NETWORK):
                do("storeFile", content)
            do("storeNetwork", "acme/digits", 1, digests, 0, len(digests))

            self.assertEqual([64, 10, len(NETWORK)], list(registry.functions.network("acme/digits", 1).call()[1:]))
            for data, _, scores in list(rows())[:ASKED]:
                self.assertEqual(scores, registry.functions.inferModel("acme/digits", 1, data).call())
            with self.assertRaises(ContractCustomError) as refusal:
                registry.functions.inferModel("acme/digits", 1, bytes(63)).call()
            expected = Web3.keccak(text="WrongInputLength(uint256,uint256)")[:4].hex().removeprefix("0x")
            self.assertEqual(f"0x{expected}{64:064x}{63:064x}", refusal.exception.data)
