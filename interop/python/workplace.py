"""Where the tests find what they read. A place that is missing fails the test: nothing is skipped."""

import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def quickstart_out():
    """What ./quickstart left behind."""
    out = pathlib.Path(os.environ.get("MODELLEDGER_OUT", ROOT / "quickstart-out"))
    if not (out / "log.vkey").is_file():
        raise AssertionError(f"{out} has no log.vkey; run ./quickstart first")
    return out


def ethereum_out():
    """What ./quickstart --ethereum left behind."""
    out = pathlib.Path(os.environ.get("MODELLEDGER_ETHEREUM_OUT", ROOT / "target/quickstart-ethereum"))
    if not (out / "ethereum/chain.json").is_file():
        raise AssertionError(f"{out} has no ethereum/chain.json; run ./quickstart --ethereum {out} first")
    return out


def onnx_models():
    """What ModelsForOthers of onnx-models wrote."""
    out = pathlib.Path(os.environ.get("MODELLEDGER_ONNX_MODELS", ROOT / "target/onnx-models"))
    if not out.is_dir():
        raise AssertionError(f"{out} is missing; ./verify writes it")
    return out
