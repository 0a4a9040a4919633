"""An evidence pack, checked by the commands of others that its README names.

MODELLEDGER_CLI names how to start our command, which makes the packs; MODELLEDGER_FSCK is Tessera's fsck.
"""

import functools
import http.server
import io
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import threading
import unittest

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.dsse import Envelope

import local_registry
import receipts
from workplace import ROOT

OURS = shlex.split(os.environ.get("MODELLEDGER_CLI", str(ROOT / "cli/modelledger")))
FSCK = pathlib.Path(os.environ.get("MODELLEDGER_FSCK", ROOT / ".tools/bin/fsck"))
REFERENCE = pathlib.Path(sys.executable).parent / "model_signing"
ROWS = 1200


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class PackTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.directory = pathlib.Path(directory.name)
        numbers = random.Random(7)
        rows = [(numbers.uniform(-1, 1), numbers.uniform(-1, 1)) for _ in range(ROWS)]
        (cls.directory / "train.csv").write_text("x,y,side\n" + "".join(
            f"{x:.3f},{y:.3f},{'over' if x > y else 'under'}\n" for x, y in rows[:200]))
        (cls.directory / "rows.csv").write_text("x,y\n" + "".join(f"{x:.3f},{y:.3f}\n" for x, y in rows))
        cls.ours("init", "--retention", "full")
        cls.ours("train", "acme/sides", "--data", "train.csv", "--classes", "side", "--algorithm", "softmax-regression",
                 "--seed", "7", "--deploy", "production")
        cls.ours("infer", "acme/sides@production", "--rows", "rows.csv")
        cls.ours("anchor")
        cls.ours("pack", "few", "--receipt", "3,17", "--disclose", "all", "--with-model")
        cls.ours("pack", "many", "--disclose", "all")
        # what the reader has from elsewhere
        cls.key = cls.directory / "model.pub"
        cls.key.write_bytes((cls.directory / "few/keys/model.pub").read_bytes())

    @classmethod
    def ours(cls, *arguments):
        done = subprocess.run([*OURS, *arguments], cwd=cls.directory, capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def reference(self, pack):
        return subprocess.run([REFERENCE, "verify", "key", ".", "--signature", "pack.sig", "--public_key", self.key],
                              cwd=pack, capture_output=True, text=True)

    def test_the_reference_of_model_signing_takes_every_byte(self):
        for name in ("few", "many"):
            done = self.reference(self.directory / name)
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_the_reference_of_model_signing_finds_a_changed_byte(self):
        pack = self.directory / "few"
        for name in ("receipts/3.tlog-proof", "evidence/17.cbor", "report.html"):
            file = pack / name
            whole = file.read_bytes()
            at = random.Random(name).randrange(len(whole))
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            self.addCleanup(file.write_bytes, whole)
            self.assertNotEqual(0, self.reference(pack).returncode, f"{name}, byte {at}")
            file.write_bytes(whole)

    def test_logs_are_whole_for_tesseras_fsck(self):
        for log, key in (("many/log", "many/keys/receipts.vkey"), ("few/registry/log", "few/keys/registry.vkey")):
            handler = functools.partial(Quiet, directory=self.directory / log)
            with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
                threading.Thread(target=server.serve_forever, daemon=True).start()
                done = subprocess.run(
                    [FSCK, "-ui=false", f"-storage_url=http://127.0.0.1:{server.server_port}/",
                     f"-public_key={self.directory / key}"], capture_output=True, text=True, timeout=120)
                server.shutdown()
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_disclosed_evidence_opens_what_the_receipt_commits_to(self):
        for index in (3, 17):
            proof = (self.directory / f"few/receipts/{index}.tlog-proof").read_text()
            receipt = receipts.parse(receipts.proof_leaf(proof))
            evidence = cbor2.loads((self.directory / f"few/evidence/{index}.cbor").read_bytes())
            self.assert_opened(receipt, evidence)

    def test_a_sequence_has_the_evidence_to_every_receipt(self):
        found = {}
        for file in (self.directory / "many/evidence").glob("*.cborseq"):
            with io.BytesIO(file.read_bytes()) as stream:
                while stream.tell() < file.stat().st_size:
                    number, evidence = cbor2.load(stream)
                    found[number] = cbor2.loads(evidence)
        self.assertEqual(list(range(ROWS)), sorted(found))
        leaves = receipts.log_entries(self.directory / "many/log")
        self.assertEqual(ROWS, len(leaves))
        for index in (0, 600, ROWS - 1):
            self.assert_opened(receipts.parse(leaves[index]), found[index])

    def assert_opened(self, receipt, evidence):
        self.assertEqual(receipt["input"], receipts.commitment(evidence[1], evidence[4]))
        self.assertEqual(receipt["output"], receipts.commitment(evidence[2], evidence[5]))

    def test_statements_are_signed_envelopes_under_their_digest(self):
        key = serialization.load_pem_public_key(self.key.read_bytes())
        found = list((self.directory / "few/statements").glob("*.dsse"))
        self.assertGreater(len(found), 0)
        for file in found:
            envelope = Envelope.from_dict(json.loads(file.read_text()))
            for signature in envelope.signatures.values():
                key.verify(bytes.fromhex(signature.signature), envelope.pae(), ec.ECDSA(hashes.SHA256()))

    def test_the_registry_has_the_model_of_the_receipts(self):
        log = self.directory / "few/registry/log"
        origin = (log / "checkpoint").read_text().split("\n")[0]
        registered = {}
        for entry in receipts.log_entries(log):
            name, _, version = local_registry.parse(entry, origin)
            if name == "register":
                _, _, (_, model, artifact, _) = cbor2.loads(cbor2.loads(entry)[3].value[2])
                registered[model, version] = artifact
        for index in (3, 17):
            receipt = receipts.parse(
                receipts.proof_leaf((self.directory / f"few/receipts/{index}.tlog-proof").read_text()))
            self.assertEqual(receipt["artifact"], registered[receipt["model"], receipt["version"]])


if __name__ == "__main__":
    unittest.main()
