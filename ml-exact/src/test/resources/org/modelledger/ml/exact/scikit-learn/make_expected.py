"""Writes the tables and what scikit-learn makes of them, into the directory it is started in.

    python -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make_expected.py
"""
import gzip
import io

import numpy as np
from sklearn.calibration import _SigmoidCalibration
from sklearn.cluster import KMeans
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import brier_score_loss, log_loss
from sklearn.preprocessing import StandardScaler

lines = []


def keep(name, *arrays):
    numbers = np.concatenate([np.ravel(a) for a in arrays])
    lines.append(name + " = " + " ".join(repr(float(v)) for v in numbers))


def table(name, x, y):
    text = "".join(",".join(repr(float(v)) for v in row) + "," + repr(float(t)) + "\n" for row, t in zip(x, y))
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as out:
        out.write(text.encode())
    with open(name + ".csv.gz", "wb") as out:
        out.write(raw.getvalue())
    return x, y, StandardScaler().fit_transform(x), len(x)


def regression(name, model, x, y):
    model.fit(x, y)
    keep("diabetes " + name + " weights", model.coef_)
    keep("diabetes " + name + " intercept", model.intercept_)
    keep("diabetes " + name + " r2", model.score(x, y))


def classification(name, model, x, y):
    model.fit(x, y)
    scores = model.predict_proba(x)
    keep(name + " weights", model.coef_)
    keep(name + " intercept", model.intercept_)
    keep(name + " loss", log_loss(y, scores))
    keep(name + " accuracy", model.score(x, y))


x, y, z, n = table("diabetes", *load_diabetes(return_X_y=True, scaled=False))
regression("ordinary", LinearRegression(), x, y)
regression("ridge", Ridge(alpha=n * 0.5, solver="cholesky"), z, y)
regression("lasso", Lasso(alpha=1.5, tol=1e-14, max_iter=1_000_000), z, y)
# l1 = 0.2, l2 = 0.3
regression("elastic-net", ElasticNet(alpha=0.5, l1_ratio=0.4, tol=1e-14, max_iter=1_000_000), z, y)

x, y, z, n = table("breast-cancer", *load_breast_cancer(return_X_y=True))
classification("breast-cancer l2", LogisticRegression(C=1 / (n * 0.01), solver="newton-cholesky", tol=1e-12), z, y)
classification("breast-cancer l1",
               LogisticRegression(C=1 / (n * 0.02), penalty="l1", solver="saga", tol=1e-12, max_iter=1_000_000), z, y)

x, y, z, n = table("iris", *load_iris(return_X_y=True))
classification("iris l2", LogisticRegression(C=1 / (n * 0.01), solver="newton-cg", tol=1e-10, max_iter=100_000), z, y)
for k in (2, 3, 5):
    keep("iris k-means %d" % k, KMeans(k, n_init=200, random_state=0, tol=0, max_iter=1000).fit(x).inertia_)

# scores of a classifier that is too sure of itself
random = np.random.default_rng(0)
p = np.round(random.random(300), 3).astype(np.float32).astype(float)
y = (random.random(300) < p / (p + (1 - p) ** 0.5)).astype(int)
p, y, _, _ = table("scores", p[:, None], y)
p = p[:, 0]
epsilon = 2.0 ** -23
odds = np.log((p + epsilon) / (1 - p + epsilon))
platt = _SigmoidCalibration().fit(odds, y)
keep("sigmoid", [-platt.a_, -platt.b_])
isotonic = IsotonicRegression(out_of_bounds="clip").fit(p, y)
grid = np.linspace(0, 1, 65)
keep("isotonic", isotonic.predict(grid))
keep("uncalibrated loss", log_loss(y, p))
keep("uncalibrated brier", brier_score_loss(y, p))

with open("expected.txt", "w") as out:
    out.write("\n".join(lines) + "\n")
