"""`modelledger model sign|verify` and the OpenSSF Model Signing reference take each other's signatures.

MODELLEDGER_CLI names how to start the command; where it is not set, it is built from this checkout.
"""

import datetime
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

import model_signing.hashing
import model_signing.signing
import model_signing.verifying
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from workplace import ROOT

REFERENCE = pathlib.Path(sys.executable).parent / "model_signing"
OURS = shlex.split(os.environ.get("MODELLEDGER_CLI", str(ROOT / "cli/modelledger")))
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}


def certificate(name, key, issuer, issuer_key, authority):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(not authority, False, False, False, False, authority, False, False, False),
                       critical=True))
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class ModelCommandsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.keys = pathlib.Path(directory.name)
        root, between = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        cls.write("root.pem", certificate("root", root, "root", root, True))
        cls.write("between.pem", certificate("between", between, "root", root, True))
        cls.write("stranger.pem", certificate("root", between, "root", between, True))
        for curve, parameters in CURVES.items():
            key = ec.generate_private_key(parameters)
            (cls.keys / f"{curve}.key").write_bytes(key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            (cls.keys / f"{curve}.pub").write_bytes(key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
            cls.write(f"{curve}.pem", certificate(curve, key, "between", between, False))

    @classmethod
    def write(cls, name, made):
        (cls.keys / name).write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.model = self.directory / "model"
        (self.model / "tokenizer/deep").mkdir(parents=True)
        (self.model / "model.onnx").write_bytes(b"weights " * 200_000)
        (self.model / "tokenizer.json").write_text("{}")
        (self.model / "tokenizer/deep/größe.txt").write_text("a\nb\n")
        (self.model / "empty").touch()
        (self.model / ".gitattributes").write_text("*.onnx binary\n")
        self.signature = self.model / "model.sig"

    def run_command(self, command, *arguments):
        done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                              check=False, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout + done.stderr

    def accepted(self, command, *arguments):
        status, output = self.run_command(command, *arguments)
        self.assertEqual(0, status, output)
        return output

    def refused(self, command, *arguments):
        status, output = self.run_command(command, *arguments)
        self.assertEqual(1, status, output)
        return output

    def ours(self, *arguments):
        return [*OURS, "model", *arguments, str(self.model), "--signature", str(self.signature), "--quiet"]

    def reference(self, *arguments):
        return [str(REFERENCE), *arguments, str(self.model), "--signature", str(self.signature)]

    def tamper(self):
        file = self.model / "tokenizer/deep/größe.txt"
        file.write_text("a\nc\n")

    def by_certificate(self, curve, key_option, certificate_option, chain_option):
        return [key_option, self.keys / f"{curve}.key", certificate_option, self.keys / f"{curve}.pem",
                chain_option, self.keys / "between.pem"]

    def test_the_reference_accepts_what_we_sign_with_a_key(self):
        for curve in CURVES:
            with self.subTest(curve):
                self.accepted(self.ours("sign", "key"), "--private-key", self.keys / f"{curve}.key")
                verify = (self.reference("verify", "key"), "--public_key", self.keys / f"{curve}.pub")
                self.assertIn("Verification succeeded", self.accepted(*verify))
        self.tamper()
        self.assertIn("größe.txt", self.refused(*verify))

    def test_we_accept_what_the_reference_signs_with_a_key(self):
        for curve in CURVES:
            with self.subTest(curve):
                self.accepted(self.reference("sign", "key"), "--private_key", self.keys / f"{curve}.key")
                verify = (self.ours("verify", "key"), "--public-key", self.keys / f"{curve}.pub")
                self.assertIn("4 files", self.accepted(*verify))
        self.tamper()
        self.assertIn("größe.txt", self.refused(*verify))

    def test_the_reference_accepts_what_we_sign_with_a_certificate(self):
        for curve in CURVES:
            with self.subTest(curve):
                self.accepted(self.ours("sign", "certificate"), *self.by_certificate(
                    curve, "--private-key", "--signing-certificate", "--certificate-chain"))
                verify = (self.reference("verify", "certificate"), "--certificate_chain", self.keys / "root.pem")
                self.assertIn("Verification succeeded", self.accepted(*verify))
        self.refused(self.reference("verify", "certificate"), "--certificate_chain", self.keys / "stranger.pem")
        self.tamper()
        self.assertIn("größe.txt", self.refused(*verify))

    def test_we_accept_what_the_reference_signs_with_a_certificate(self):
        for curve in CURVES:
            with self.subTest(curve):
                self.accepted(self.reference("sign", "certificate"), *self.by_certificate(
                    curve, "--private_key", "--signing_certificate", "--certificate_chain"))
                verify = (self.ours("verify", "certificate"), "--certificate-chain", self.keys / "root.pem")
                self.assertIn(f"CN={curve}", self.accepted(*verify))
        self.assertIn("no valid chain", self.refused(
            self.ours("verify", "certificate"), "--certificate-chain", self.keys / "stranger.pem"))
        self.tamper()
        self.assertIn("größe.txt", self.refused(*verify))

    def test_we_accept_the_references_shards_and_hashes(self):
        ways = {
            "shards": lambda config: config.use_shard_serialization(shard_size=100_000),
            "shards of BLAKE2": lambda config: config.use_shard_serialization(
                hashing_algorithm="blake2", shard_size=100_000),
            "BLAKE2": lambda config: config.use_file_serialization(hashing_algorithm="blake2"),
            "BLAKE3": lambda config: config.use_file_serialization(hashing_algorithm="blake3"),
        }
        original = (self.model / "model.onnx").read_bytes()
        for name, way in ways.items():
            with self.subTest(name):
                hashing = way(model_signing.hashing.Config()).set_ignored_paths(paths=["model.sig"])
                model_signing.signing.Config().use_elliptic_key_signer(
                    private_key=self.keys / "P-256.key").set_hashing_config(hashing).sign(self.model, self.signature)
                verify = (self.ours("verify", "key"), "--public-key", self.keys / "P-256.pub")
                self.accepted(*verify)
                (self.model / "model.onnx").write_bytes(original[:-1] + b"!")
                self.assertIn("changed file 'model.onnx", self.refused(*verify))
                (self.model / "model.onnx").write_bytes(original)

    def test_the_reference_accepts_our_blake3(self):
        self.accepted(self.ours("sign", "key"), "--private-key", self.keys / "P-256.key", "--hash", "blake3")
        # its command line hashes by SHA-256 whatever the signature says; its API looks
        verifier = model_signing.verifying.Config().use_elliptic_key_verifier(public_key=self.keys / "P-256.pub")
        verifier.verify(self.model, self.signature)
        self.tamper()
        with self.assertRaisesRegex(ValueError, "größe.txt"):
            verifier.verify(self.model, self.signature)

    def test_both_leave_out_the_same_paths_and_name_the_same_digest(self):
        (self.model / "notes").write_text("x")
        ignored = ("--ignore-paths", self.model / "notes")
        ours = json.loads(self.accepted(
            self.ours("sign", "key"), "--private-key", self.keys / "P-256.key", "--json", *ignored))
        self.accepted(self.reference("verify", "key"), "--public_key", self.keys / "P-256.pub")
        self.accepted(self.reference("sign", "key"), "--private_key", self.keys / "P-256.key", *ignored)
        theirs = json.loads(self.accepted(
            self.ours("verify", "key"), "--public-key", self.keys / "P-256.pub", "--json"))
        self.assertEqual(ours["digest"], theirs["digest"])
        self.assertEqual(4, theirs["files"])

    def test_both_follow_links_if_told(self):
        (self.model / "link").symlink_to("model.onnx")
        self.accepted(self.ours("sign", "key"), "--private-key", self.keys / "P-256.key", "--allow-symlinks")
        self.accepted(self.reference("verify", "key"), "--public_key", self.keys / "P-256.pub", "--allow_symlinks")
        self.accepted(self.reference("sign", "key"), "--private_key", self.keys / "P-256.key", "--allow_symlinks")
        self.accepted(self.ours("verify", "key"), "--public-key", self.keys / "P-256.pub")


if __name__ == "__main__":
    unittest.main()
