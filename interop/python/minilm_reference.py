"""Makes the reference vectors that MiniLmIT compares with: the sentence encoder all-MiniLM-L6-v2 as Hugging Face's
transformers compute it, on PyTorch or, where that is not installed, on JAX. Not part of ./verify: run once, its result is
committed (large-models/src/test/resources/.../minilm, see SOURCE.md there).

usage: minilm_reference.py MODEL_DIRECTORY SENTENCES VECTORS

MODEL_DIRECTORY holds config.json, model.safetensors and tokenizer.json; SENTENCES has one sentence a line; VECTORS gets one
vector of 384 little-endian float32 for each.
"""

import importlib.util
import pathlib
import sys

import numpy
import transformers
from transformers import AutoTokenizer


def hidden_states_torch(directory):
    import torch

    model = transformers.BertModel.from_pretrained(directory, attn_implementation="eager").eval()

    def run(encoded):
        with torch.no_grad():
            return model(**{name: torch.tensor(value) for name, value in encoded.items()}).last_hidden_state.numpy()

    return f"PyTorch {torch.__version__}", run


def hidden_states_flax(directory):
    import jax

    model = transformers.FlaxBertModel.from_pretrained(directory, from_pt=True)

    def run(encoded):
        with jax.default_matmul_precision("highest"):
            return numpy.asarray(model(**encoded).last_hidden_state)

    return f"JAX {jax.__version__}", run


def main(directory, sentences, vectors):
    on, run = (hidden_states_torch if importlib.util.find_spec("torch") else hidden_states_flax)(directory)
    tokenizer = AutoTokenizer.from_pretrained(directory)
    rows = []
    # one at a time: nothing is padded
    for sentence in pathlib.Path(sentences).read_text(encoding="utf-8").splitlines():
        encoded = dict(tokenizer([sentence], return_tensors="np", truncation=True, max_length=256))
        states = run(encoded)
        # as Sentence Transformers' modules Pooling (mean) and Normalize
        mask = encoded["attention_mask"][..., None].astype(numpy.float32)
        mean = (states * mask).sum(axis=1) / numpy.maximum(mask.sum(axis=1), 1e-9)
        rows.append(mean[0] / max(numpy.linalg.norm(mean[0]), 1e-12))
    matrix = numpy.asarray(rows, dtype="<f4")
    pathlib.Path(vectors).write_bytes(matrix.tobytes())
    print(f"{matrix.shape[0]} vectors of {matrix.shape[1]}: transformers {transformers.__version__} on {on}")


if __name__ == "__main__":
    main(*sys.argv[1:])
