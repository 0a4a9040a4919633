"""Starts Foundry's anvil, the node that the Java tests use too, and stops it."""

import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE = 60


class Anvil:
    """A node on a free port of the loopback interface, for a with statement."""

    def __init__(self, *arguments):
        program = pathlib.Path(os.environ.get("MODELLEDGER_ANVIL", ""))
        if not program.is_file():
            raise AssertionError("MODELLEDGER_ANVIL does not name anvil's program; ./verify installs it and says where")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [program, "--host", "127.0.0.1", "--port", str(port), "--quiet", *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise AssertionError(f"anvil did not answer on port {port}; it ended with {self._process.poll()}")
            time.sleep(0.02)

    def _answers(self):
        try:
            self.call("eth_chainId")
            return True
        except (urllib.error.URLError, ConnectionError):
            return False

    def call(self, method, *parameters):
        """A plain JSON-RPC call, with nothing but the standard library."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        request = urllib.request.Request(self.url, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer = json.load(response)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def close(self):
        self._process.kill()
        self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
