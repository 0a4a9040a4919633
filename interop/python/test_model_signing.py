"""The OpenSSF Model Signing reference command line reads our bundle of the quickstart's model."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from workplace import quickstart_out

COMMAND = pathlib.Path(sys.executable).parent / "model_signing"


class ModelSigningTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.model = self.directory / "model"
        shutil.copytree(quickstart_out() / "model", self.model)
        self.files = sorted(path for path in self.model.rglob("*") if path.is_file())
        self.assertGreater(len(self.files), 0)

    def verify(self, key=None):
        done = subprocess.run(
            [COMMAND, "verify", "key", self.model, "--public_key", key or quickstart_out() / "model.pub",
             "--signature", quickstart_out() / "model.sig"],
            capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout + done.stderr

    def refuses(self, because=".", key=None):
        status, output = self.verify(key)
        self.assertNotEqual(0, status, output)
        self.assertIn("Verification failed", output)
        self.assertRegex(output, because)

    def test_accepts_our_bundle(self):
        status, output = self.verify()
        self.assertEqual(0, status, output)
        self.assertIn("Verification succeeded", output)

    def test_refuses_a_changed_byte(self):
        for file in self.files:
            with self.subTest(file.name):
                data = file.read_bytes()
                middle = len(data) // 2
                file.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:])
                self.refuses(file.name)
                file.write_bytes(data)

    def test_refuses_an_added_file(self):
        (self.model / "added.txt").write_text("not signed")
        self.refuses("added.txt")

    def test_refuses_a_missing_file(self):
        self.files[0].unlink()
        self.refuses(self.files[0].name)

    def test_refuses_another_key(self):
        other = self.directory / "other.pub"
        other.write_bytes(ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
        self.refuses(key=other)


if __name__ == "__main__":
    unittest.main()
