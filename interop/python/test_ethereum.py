"""web3.py and the contract's committed ABI against a real node: the verbs, the reads, the events, the refusals."""

import hashlib
import json
import random
import unittest

import integer_network
from anvil import Anvil
from integer_network import Layer
from web3 import Web3
from web3.exceptions import ContractCustomError
from workplace import ROOT

ARTEFACTS = ROOT / "chain-ethereum/src/main/resources/org/modelledger/chain/ethereum"
ABI = json.loads((ARTEFACTS / "ModelRegistry.abi").read_text())
NOBODY = "0x" + "00" * 20
TRAINER, DEPLOYER = 0, 1
ARTIFACT = hashlib.sha256(b"the model's bytes").digest()
STATEMENT = hashlib.sha256(b"its lineage").digest()


def selector(error):
    """The four bytes that an error of the contract begins with."""
    [entry] = [entry for entry in ABI if entry["type"] == "error" and entry["name"] == error]
    signature = f"{error}({','.join(parameter['type'] for parameter in entry['inputs'])})"
    return Web3.to_hex(Web3.keccak(text=signature)[:4])


class ModelRegistryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        node = Anvil()
        cls.addClassCleanup(node.close)
        cls.w3 = Web3(Web3.HTTPProvider(node.url))
        cls.owner, cls.trainer, cls.stranger = cls.w3.eth.accounts[:3]
        code = (ARTEFACTS / "ModelRegistry.bin").read_text().strip()
        creation = cls.w3.eth.contract(abi=ABI, bytecode=code).constructor(NOBODY).transact({"from": cls.owner})
        receipt = cls.w3.eth.wait_for_transaction_receipt(creation)
        cls.registry = cls.w3.eth.contract(address=receipt["contractAddress"], abi=ABI)

    def do(self, verb, *arguments, by=None):
        """Calls a verb in a transaction of its own; returns the receipt of one that was carried out."""
        transaction = self.registry.functions[verb](*arguments).transact({"from": by or self.owner})
        receipt = self.w3.eth.wait_for_transaction_receipt(transaction)
        self.assertEqual(1, receipt["status"])
        return receipt

    def read(self, function, *arguments):
        return self.registry.functions[function](*arguments).call()

    def event(self, name, receipt):
        [event] = self.registry.events[name]().process_receipt(receipt)
        return event["args"]

    def refuses(self, error, verb, *arguments, by=None):
        with self.assertRaises(ContractCustomError) as refusal:
            self.registry.functions[verb](*arguments).call({"from": by or self.owner})
        self.assertTrue(refusal.exception.data.startswith(selector(error)), refusal.exception.data)

    def trained(self, name):
        """A model with one version."""
        self.do("createModel", name)
        return self.do("trainModel", name, ARTIFACT, STATEMENT)

    def test_a_model_is_trained_and_deployed(self):
        self.assertEqual(0, self.read("modelVersion", "acme/digits"))
        self.do("createModel", "acme/digits")
        self.assertEqual(self.owner, self.read("owner", "acme/digits"))

        trained = self.event("ModelTrained", self.do("trainModel", "acme/digits", ARTIFACT, STATEMENT))
        self.assertEqual(("acme/digits", 1, ARTIFACT, STATEMENT, self.owner),
                         tuple(trained[field] for field in ("name", "version", "artifact", "statement", "author")))
        self.assertEqual(Web3.keccak(text="acme/digits"), trained["model"])
        self.assertEqual(1, self.read("modelVersion", "acme/digits"))

        deployed = self.event("ModelDeployed", self.do("deployModel", "acme/digits", 1, "production"))
        self.assertEqual(("acme/digits", 1, "production", self.owner),
                         tuple(deployed[field] for field in ("name", "version", "environment", "author")))
        self.assertEqual(1, self.read("deployed", "acme/digits", "production"))
        artifact, statement, author, time, block, revoked, _ = self.read("version", "acme/digits", 1)
        self.assertEqual((ARTIFACT, STATEMENT, self.owner, False), (artifact, statement, author, revoked))
        self.assertEqual(self.w3.eth.get_block(block)["timestamp"], time)

    def test_roles_let_others_act(self):
        self.do("createModel", "acme/shared")
        self.refuses("NotAuthorized", "trainModel", "acme/shared", ARTIFACT, STATEMENT, by=self.trainer)
        self.do("grantRole", "acme/shared", self.trainer, TRAINER)
        trained = self.event(
            "ModelTrained", self.do("trainModel", "acme/shared", ARTIFACT, STATEMENT, by=self.trainer))
        self.assertEqual(self.trainer, trained["author"])
        self.refuses("NotAuthorized", "deployModel", "acme/shared", 1, "production", by=self.trainer)
        self.do("grantRole", "acme/shared", self.trainer, DEPLOYER)
        self.do("deployModel", "acme/shared", 1, "production", by=self.trainer)
        self.do("revokeRole", "acme/shared", self.trainer, DEPLOYER)
        self.refuses("NotAuthorized", "undeployModel", "acme/shared", "production", by=self.trainer)

    def test_the_owner_passes_a_model_on_in_two_steps(self):
        self.do("createModel", "acme/sold")
        self.do("transferOwnership", "acme/sold", self.stranger)
        self.assertEqual(self.owner, self.read("owner", "acme/sold"))
        self.refuses("NotAuthorized", "acceptOwnership", "acme/sold", by=self.trainer)
        self.do("acceptOwnership", "acme/sold", by=self.stranger)
        self.assertEqual(self.stranger, self.read("owner", "acme/sold"))

    def test_refusals_have_names(self):
        self.trained("acme/refused")
        self.refuses("AlreadyExists", "createModel", "acme/refused")
        self.refuses("AlreadyExists", "trainModel", "acme/refused", ARTIFACT, STATEMENT)
        self.refuses("NotFound", "deployModel", "acme/refused", 2, "production")
        self.refuses("NotFound", "trainModel", "acme/none", ARTIFACT, STATEMENT)
        self.refuses("InvalidName", "createModel", "Acme Digits")

    def test_a_revoked_version_is_gone_from_its_environments(self):
        self.trained("acme/revoked")
        self.do("deployModel", "acme/revoked", 1, "production")
        self.do("revokeVersion", "acme/revoked", 1, hashlib.sha256(b"because").digest())
        self.assertEqual(0, self.read("deployed", "acme/revoked", "production"))
        self.refuses("VersionIsRevoked", "deployModel", "acme/revoked", 1, "production")

    def test_anchors_grow(self):
        root = hashlib.sha256(b"root").digest()
        anchored = self.event("LogAnchored", self.do("anchorLog", "example.com/log", 7, root))
        self.assertEqual((7, root), (anchored["treeSize"], anchored["rootHash"]))
        self.assertEqual([7, root], list(self.read("anchor", "example.com/log", self.owner)[:2]))
        self.assertEqual(0, self.read("anchor", "example.com/log", self.stranger)[0])
        self.refuses("StaleAnchor", "anchorLog", "example.com/log", 7, root)

    def stored(self, name, layers):
        """Registers a version whose artifact is a network, and puts it on the chain."""
        digests = []
        for content in integer_network.files(integer_network.encode(layers, "x", [(-1, 0.5)])):
            self.do("storeFile", content)
            digests.append(hashlib.sha256(content).digest())
        self.do("createModel", name)
        self.do("trainModel", name, hashlib.sha256(b"".join(digests)).digest(), STATEMENT)
        self.do("storeNetwork", name, 1, digests, 0, len(digests))

    def test_the_contract_runs_the_network_of_the_page(self):
        layers = [Layer([[1, -2], [3, 4]], [10, -20], 3, 2), Layer([[127], [-128]], [-5])]
        self.assertEqual(460, len(integer_network.encode(layers, "x", [(-1, 0.5)])))
        self.stored("acme/vector", layers)
        self.assertEqual([3420], self.read("inferModel", "acme/vector", 1, bytes([5, 9])))
        self.assertEqual([3420], integer_network.run(layers, [5, 9]))

    def test_the_contract_agrees_with_python_about_any_network(self):
        seed = random.randrange(2**32)
        dice = random.Random(seed)
        for number in range(5):
            widths = [dice.randint(1, 70) for _ in range(dice.randint(2, 4))]
            layers = [Layer([[dice.randint(-128, 127) for _ in range(outputs)] for _ in range(inputs)],
                            [dice.randint(-10_000, 10_000) for _ in range(outputs)],
                            dice.randint(1, 65_535), dice.randint(8, 24)) for inputs, outputs in zip(widths, widths[1:])]
            layers[-1].multiplier = layers[-1].shift = 0
            self.stored(f"acme/any-{number}", layers)
            for _ in range(5):
                values = bytes(dice.randrange(256) for _ in range(widths[0]))
                self.assertEqual(integer_network.run(layers, values),
                                 self.read("inferModel", f"acme/any-{number}", 1, values), f"seed {seed}")

    def test_the_contract_takes_no_other_network(self):
        self.stored("acme/one-network", [Layer([[1]], [0])])
        other = integer_network.encode([Layer([[2]], [0])], "x", [(-1, 0.5)])
        self.do("storeFile", other)
        self.trained("acme/other-network")
        self.refuses("NotTheArtifact", "storeNetwork", "acme/other-network", 1, [hashlib.sha256(other).digest()], 0, 1)
        self.refuses("NoNetwork", "inferModel", "acme/other-network", 1, b"\0")
        self.refuses("WrongInputLength", "inferModel", "acme/one-network", 1, b"\0\0")
