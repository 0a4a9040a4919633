import re
import unittest

import local_registry
import receipts
from cryptography.exceptions import InvalidSignature
from workplace import ROOT, quickstart_out

PAGE = ROOT / "docs/formats/local-registry.md"
ORIGIN = "modelledger.local/vectors"


def vectors():
    return dict(re.findall(r"^([a-z-]+) = ([0-9a-f]+)$", PAGE.read_text(), re.MULTILINE))


class VectorsTest(unittest.TestCase):
    def test_every_vector_is_an_entry_that_its_author_signed(self):
        page = vectors()
        author, leaf = page.pop("author"), page.pop("leaf")
        self.assertEqual([name for name, *_ in local_registry.COMMANDS.values()], list(page))
        for name, entry in page.items():
            kind, key, _ = local_registry.parse(bytes.fromhex(entry), ORIGIN)
            self.assertEqual((name, author), (kind, key.hex()))
        self.assertEqual(leaf, local_registry.leaf_hash(bytes.fromhex(page["create"])))

    def test_a_command_counts_in_its_own_ledger_only(self):
        with self.assertRaises(InvalidSignature):
            local_registry.parse(bytes.fromhex(vectors()["create"]), "modelledger.local/other")

    def test_a_changed_command_is_not_signed(self):
        entry = vectors()["create"].replace(b"acme".hex(), b"acne".hex())
        with self.assertRaises(InvalidSignature):
            local_registry.parse(bytes.fromhex(entry), ORIGIN)


class QuickstartLedgerTest(unittest.TestCase):
    def test_every_entry_is_an_event_that_its_author_signed(self):
        ledger = quickstart_out() / "ledger"
        origin = (ledger / "checkpoint").read_text().splitlines()[0]
        kinds = [local_registry.parse(entry, origin)[0] for entry in receipts.log_entries(ledger)]
        self.assertEqual("create", kinds[0])
        self.assertLessEqual({"register", "deploy", "anchor"}, set(kinds))
