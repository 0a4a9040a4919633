"""Writes the tables of TreesAccuracyTest, and how well LightGBM, XGBoost and scikit-learn do on them.

    pip install -r interop/python/exact/requirements.txt
    python interop/python/exact/tree_tables.py ml-exact/src/test/resources/org/modelledger/ml/exact/tables

Three tables: scikit-learn's breast cancer (labels 0 and 1) and diabetes (numbers), which it ships, and one made by
its generators in the likeness of covertype: ten whole numbers, a category of 20 and a few dummies, labels 0 to 6.
Three folds: fold k holds out the rows whose number modulo 3 is k. Every library has the same number of trees,
leaves and rows in a leaf, and the same learning rate; otherwise its own defaults, without a second regulariser
that the others lack. results.csv has, for each table, model, library and fold, the loss of the rows held out
(cross-entropy in nats, or mean squared error) and their accuracy; NAME.losses.csv.gz has the loss of each row, when
it was held out, by each library, so that ours can be compared with them row by row.
"""

import csv
import gzip
import io
import pathlib
import sys

import lightgbm
import numpy as np
import xgboost
from sklearn.datasets import load_breast_cancer, load_diabetes, make_classification
from sklearn.ensemble import (HistGradientBoostingClassifier, HistGradientBoostingRegressor,
                              RandomForestClassifier, RandomForestRegressor)
from sklearn.metrics import log_loss

FOLDS = 3
ROUNDS = 100
RATE = 0.1
LEAVES = 15
MIN_ROWS = 10
FOREST = 100
LEAST = 2.0 ** -52


def covertype_like():
    x, y = make_classification(n_samples=3000, n_features=10, n_informative=7, n_redundant=2, n_repeated=0,
                               n_classes=7, n_clusters_per_class=2, class_sep=1.6, flip_y=0.05,
                               weights=[0.36, 0.48, 0.06, 0.02, 0.02, 0.03], random_state=7)
    random = np.random.default_rng(7)
    x = np.rint(x * 50) + 200
    # a soil type that says something of the label, some numbers in the order of nothing
    names = random.permutation(20)
    soil = names[(y * 3 + random.integers(0, 6, len(y))) % 20]
    dummies = random.integers(0, 2, (len(y), 3))
    return np.column_stack([x, soil, dummies]).astype(np.float64), y


def tables():
    cancer = load_breast_cancer()
    diabetes = load_diabetes(scaled=False)
    x, y = covertype_like()
    return {"breast-cancer": (cancer.data, cancer.target, 2), "diabetes": (diabetes.data, diabetes.target, 0),
            "covertype-like": (x, y, 7)}


def boosted(library, classes):
    if library == "lightgbm":
        kind = lightgbm.LGBMClassifier if classes else lightgbm.LGBMRegressor
        return kind(n_estimators=ROUNDS, learning_rate=RATE, num_leaves=LEAVES, min_child_samples=MIN_ROWS,
                    n_jobs=1, verbose=-1, deterministic=True)
    if library == "xgboost":
        kind = xgboost.XGBClassifier if classes else xgboost.XGBRegressor
        return kind(n_estimators=ROUNDS, learning_rate=RATE, max_leaves=LEAVES, max_depth=0,
                    grow_policy="lossguide", tree_method="hist", reg_lambda=0,
                    # its hessian is that of a row only for the squared error
                    min_child_weight=1 if classes else MIN_ROWS, n_jobs=1)
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(max_iter=ROUNDS, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=MIN_ROWS,
                early_stopping=False)


def forest(classes, seed):
    if classes:
        return RandomForestClassifier(n_estimators=FOREST, max_features="sqrt", random_state=seed, n_jobs=1)
    return RandomForestRegressor(n_estimators=FOREST, max_features=1 / 3, random_state=seed, n_jobs=1)


def measure(model, x, y, classes, held_out):
    """Returns the losses of the rows held out, their mean, and the accuracy."""
    model.fit(x[~held_out], y[~held_out])
    if not classes:
        losses = (model.predict(x[held_out]) - y[held_out]) ** 2
        return losses, float(np.mean(losses)), 0.0
    scores = np.asarray(model.predict_proba(x[held_out]), dtype=np.float64)
    scores /= scores.sum(axis=1, keepdims=True)
    likely = scores[np.arange(len(scores)), y[held_out]]
    return (-np.log(np.maximum(likely, LEAST)), log_loss(y[held_out], scores, labels=list(range(classes))),
            float(np.mean(scores.argmax(axis=1) == y[held_out])))


def main(directory):
    directory.mkdir(parents=True, exist_ok=True)
    results = io.StringIO()
    out = csv.writer(results, lineterminator="\n")
    out.writerow(["table", "model", "library", "fold", "loss", "accuracy"])
    for name, (x, y, classes) in tables().items():
        lines = [",".join([repr(float(v)) for v in row] + [repr(float(t))]) for row, t in zip(x, y)]
        text = "\n".join(line.replace(".0,", ",").removesuffix(".0") for line in lines) + "\n"
        (directory / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        fold_of = np.arange(len(y)) % FOLDS
        models = {("boosting", library): lambda library=library: boosted(library, classes)
                  for library in ["lightgbm", "xgboost", "scikit-learn"]}
        models |= {("forest", f"scikit-learn {seed}"): lambda seed=seed: forest(classes, seed) for seed in range(2)}
        by_row = np.zeros((len(y), len(models)))
        for fold in range(FOLDS):
            for column, ((kind, library), make) in enumerate(models.items()):
                losses, loss, accuracy = measure(make(), x, y, classes, fold_of == fold)
                by_row[fold_of == fold, column] = losses
                out.writerow([name, kind, library, fold, f"{loss:.5f}", f"{accuracy:.5f}"])
        text = ",".join(f"{kind} {library}" for kind, library in models) + "\n"
        text += "".join(",".join(f"{loss:.4g}" for loss in row) + "\n" for row in by_row)
        (directory / f"{name}.losses.csv.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    (directory / "results.csv").write_text(results.getvalue())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
