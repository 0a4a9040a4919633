import base64
import json
import unittest

import receipts
from workplace import ROOT, quickstart_out

VECTORS = ROOT / "core/src/test/resources/org/modelledger/receipt/vectors.json"


def shown(fields):
    """The fields as the vectors show them."""
    plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}
    plain["kind"] = receipts.KINDS[plain["kind"]]
    plain["timeMicros"] = plain.pop("time")
    del plain["schema"]
    if fields["kind"] == 1:
        plain["engineName"], plain["engineVersion"], plain["device"] = plain.pop("engine")
        plain["attributes"] = {name: value.hex() for name, value in fields.get("attributes", {}).items()}
    return plain


class QuickstartReceiptsTest(unittest.TestCase):
    def leaves(self):
        found = receipts.log_entries(quickstart_out() / "receipts")
        self.assertGreater(len(found), 0)
        return found

    def test_every_leaf_is_a_receipt(self):
        sequences = {}
        for leaf in self.leaves():
            fields = receipts.parse(leaf)
            for number in range(fields["sequence"], fields["sequence"] + fields.get("count", 1)):
                sequences.setdefault(fields["session"], []).append(number)
        for session in sequences.values():
            self.assertEqual(list(range(len(session))), sorted(session), "the session has a hole or a number twice")

    def test_every_proof_carries_a_leaf_of_the_log(self):
        leaves = set(self.leaves())
        proofs = sorted((quickstart_out() / "proofs").glob("*.tlog-proof"))
        self.assertGreater(len(proofs), 0)
        for proof in proofs:
            leaf = receipts.proof_leaf(proof.read_text())
            self.assertIn(leaf, leaves, proof.name)
            self.assertEqual(1, receipts.parse(leaf)["kind"], proof.name)

    def test_receipts_name_the_artifact_that_the_signature_names(self):
        bundle = json.loads((quickstart_out() / "model.sig").read_text())
        statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
        subject = bytes.fromhex(statement["subject"][0]["digest"]["sha256"])
        for leaf in self.leaves():
            self.assertEqual(subject, receipts.parse(leaf)["artifact"])

    def test_a_flipped_byte_makes_another_leaf(self):
        leaf = self.leaves()[0]
        for offset in range(len(leaf)):
            broken = leaf[:offset] + bytes([leaf[offset] ^ 1]) + leaf[offset + 1:]
            self.assertNotEqual(receipts.leaf_hash(leaf), receipts.leaf_hash(broken))


class VectorsTest(unittest.TestCase):
    def setUp(self):
        self.vectors = json.loads(VECTORS.read_text())

    def test_valid_leaves_are_read(self):
        self.assertGreater(len(self.vectors["valid"]), 0)
        for vector in self.vectors["valid"]:
            with self.subTest(vector["name"]):
                leaf = bytes.fromhex(vector["hex"])
                self.assertEqual(vector["leafHash"], receipts.leaf_hash(leaf).hex())
                self.assertEqual(vector["fields"], shown(receipts.parse(leaf)))

    def test_invalid_leaves_are_refused(self):
        self.assertGreater(len(self.vectors["invalid"]), 0)
        for vector in self.vectors["invalid"]:
            with self.subTest(vector["name"]):
                with self.assertRaises(receipts.Refused, msg=vector["why"]):
                    receipts.parse(bytes.fromhex(vector["hex"]))

    def test_commitments(self):
        self.assertGreater(len(self.vectors["commitments"]), 0)
        for vector in self.vectors["commitments"]:
            computed = receipts.commitment(bytes.fromhex(vector["salt"]), bytes.fromhex(vector["hex"]))
            self.assertEqual(vector["commitment"], computed.hex())


if __name__ == "__main__":
    unittest.main()
