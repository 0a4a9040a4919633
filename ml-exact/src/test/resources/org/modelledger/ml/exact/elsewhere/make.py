"""Makes the fixtures of this directory: models of other libraries, converted, with what the libraries say.

python make.py DIRECTORY, with the packages of requirements.txt. See SOURCE.md.
"""

import sys
import warnings
from pathlib import Path

import lightgbm
import numpy as np
import onnx.helper as onnx_helper
import onnxruntime
import pandas as pd
import shap
import xgboost
from lightgbm import LGBMClassifier, LGBMRegressor
from onnxmltools import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as MlFloat
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    StandardScaler,
)
from xgboost import XGBClassifier, XGBRegressor

warnings.filterwarnings("ignore")
make_attribute = onnx_helper.make_attribute


def without_truth_values(key, value, *rest, **more):
    """skl2onnx 1.20 gives numpy's truth values where onnx 1.23 takes whole numbers only."""
    if key == "nodes_missing_value_tracks_true":
        value = [int(x) for x in value]
    return make_attribute(key, value, *rest, **more)


onnx_helper.make_attribute = without_truth_values
OUT = Path(sys.argv[1])
ROWS = 24
OPSET = {"": 17, "ai.onnx.ml": 3}


def cell(x):
    if isinstance(x, str):
        return x
    x = float(x)
    return "" if np.isnan(x) else repr(x)


def write(name, columns):
    lines = [",".join(columns)]
    for row in zip(*columns.values()):
        lines.append(",".join(cell(x) for x in row))
    (OUT / name).write_text("\n".join(lines) + "\n")


def save(name, onnx, inputs, label, scores):
    """inputs: column -> values (pipelines) or one matrix x; label may be None."""
    (OUT / f"{name}.onnx").write_bytes(onnx.SerializeToString())
    columns, feed = {}, {}
    if isinstance(inputs, dict):
        for key, values in inputs.items():
            columns[f"in:{key}"] = values
            kind = object if isinstance(values[0], str) else np.float32
            feed[key] = np.array(values, dtype=kind).reshape(-1, 1)
    else:
        for j in range(inputs.shape[1]):
            columns[f"in:{j}"] = inputs[:, j]
        feed[onnx.graph.input[0].name] = inputs.astype(np.float32)
    if label is not None:
        columns["out:label"] = label
    scores = np.asarray(scores)
    scores = scores.reshape(len(scores), -1)
    for c in range(scores.shape[1]):
        columns[f"out:{c}"] = scores[:, c]
    write(f"{name}.csv", columns)
    session = onnxruntime.InferenceSession(onnx.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = session.run(None, feed)
    last = outputs[-1]
    if isinstance(last, list):
        last = np.array([list(m.values()) for m in last])
    off = np.abs(last.reshape(scores.shape) - scores).max()
    print(name, "opsets", {o.domain: o.version for o in onnx.opset_import},
          sorted({n.op_type for n in onnx.graph.node}), "onnxruntime differs by", off)


def holes(x, seed):
    x = x.copy()
    x[np.random.default_rng(seed).random(x.shape) < 0.15] = np.nan
    return x


cancer, diabetes, iris = load_breast_cancer(), load_diabetes(), load_iris()
cx, cy = cancer.data[:, :8].astype(np.float32), cancer.target
dx, dy = (diabetes.data * 100).astype(np.float32), diabetes.target
ix, iy = iris.data.astype(np.float32), iris.target
order = np.random.default_rng(1).permutation(150)
ix, iy = ix[order], iy[order]
cxm, dxm = holes(cx, 2), holes(dx, 3)


def classifier(name, onnx, model, x):
    save(name, onnx, x[:ROWS], model.predict(x[:ROWS]), model.predict_proba(x[:ROWS]))


def regressor(name, onnx, model, x):
    save(name, onnx, x[:ROWS], None, model.predict(x[:ROWS]))


# scikit-learn
m = RandomForestClassifier(8, max_depth=4, random_state=0).fit(ix, iy)
classifier("sklearn-forest-iris", to_onnx(m, ix[:1], target_opset=OPSET, options={"zipmap": False}), m, ix)
classifier("sklearn-forest-iris-zipmap", to_onnx(m, ix[:1], target_opset=OPSET), m, ix)
m = RandomForestClassifier(8, max_depth=4, random_state=0).fit(cx, cy)
classifier("sklearn-forest-cancer", to_onnx(m, cx[:1], target_opset=OPSET, options={"zipmap": False}), m, cx)
m = HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=8, random_state=0).fit(cxm, cy)
classifier("sklearn-histogram-cancer", to_onnx(m, cxm[:1], target_opset=OPSET, options={"zipmap": False}), m, cxm)
m = RandomForestRegressor(6, max_depth=5, random_state=0).fit(dx, dy)
regressor("sklearn-forest-diabetes", to_onnx(m, dx[:1], target_opset=OPSET), m, dx)
small = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=1000)).fit(cxm, cy)
classifier("sklearn-logistic-cancer", to_onnx(small, cxm[:1], target_opset=OPSET, options={"zipmap": False}), small, cxm)
small = make_pipeline(MinMaxScaler(), LogisticRegression(max_iter=1000)).fit(ix, iy)
classifier("sklearn-softmax-iris", to_onnx(small, ix[:1], target_opset=OPSET, options={"zipmap": False}), small, ix)
small = make_pipeline(SimpleImputer(), Normalizer(), Binarizer(threshold=0.1), LinearRegression()).fit(dxm, dy)
regressor("sklearn-linear-diabetes", to_onnx(small, dxm[:1], target_opset=OPSET), small, dxm)

# a pipeline with texts
rng = np.random.default_rng(4)
n = 240
table = pd.DataFrame({
    "age": rng.integers(18, 80, n).astype(np.float32),
    "income": rng.normal(40, 12, n).astype(np.float32),
    "region": rng.choice(["nord", "süd", "west"], n),
    "home": rng.choice(["owns", "rents"], n),
})
table.loc[rng.random(n) < 0.2, "income"] = np.nan
good = (table["age"] / 40 + table["income"].fillna(30) / 40 + (table["home"] == "owns")
        + rng.normal(0, 0.5, n)) > 2.4
target = np.where(good, "good", "poor")
for kind, last in (("logistic", LogisticRegression(max_iter=1000)),
                   ("boosted", GradientBoostingClassifier(n_estimators=12, max_depth=3, random_state=0))):
    prepare = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), ["age", "income"]),
        ("texts", OneHotEncoder(handle_unknown="ignore"), ["region", "home"])])
    p = make_pipeline(prepare, last).fit(table, target)
    types = [("age", FloatTensorType([None, 1])), ("income", FloatTensorType([None, 1])),
             ("region", StringTensorType([None, 1])), ("home", StringTensorType([None, 1]))]
    onnx = to_onnx(p, initial_types=types, target_opset=OPSET, options={"zipmap": False})
    few = table[:ROWS].copy()
    few.loc[5, "region"] = "ost"
    save(f"sklearn-texts-{kind}", onnx, {c: few[c].tolist() for c in few}, p.predict(few), p.predict_proba(few))

# XGBoost
types = [("x", MlFloat([None, 8]))]
m = XGBClassifier(n_estimators=12, max_depth=3, n_jobs=1).fit(cxm, cy)
classifier("xgboost-cancer", convert_xgboost(m, initial_types=types, target_opset=15), m, cxm)
m = XGBClassifier(n_estimators=6, max_depth=3, n_jobs=1).fit(ix, iy)
classifier("xgboost-iris", convert_xgboost(m, initial_types=[("x", MlFloat([None, 4]))], target_opset=15), m, ix)
x3 = XGBRegressor(n_estimators=12, max_depth=3, n_jobs=1).fit(dxm[:120], dy[:120])
regressor("xgboost-diabetes", convert_xgboost(x3, initial_types=[("x", MlFloat([None, 10]))], target_opset=15), x3, dxm)

# LightGBM
quiet = dict(n_jobs=1, verbose=-1, deterministic=True, force_row_wise=True)
m = LGBMClassifier(n_estimators=12, num_leaves=8, **quiet).fit(cxm, cy)
classifier("lightgbm-cancer", convert_lightgbm(m, initial_types=types, target_opset=15, zipmap=False), m, cxm)
m = LGBMClassifier(n_estimators=6, num_leaves=6, **quiet).fit(ix, iy)
classifier("lightgbm-iris", convert_lightgbm(m, initial_types=[("x", MlFloat([None, 4]))], target_opset=15, zipmap=False), m, ix)
m = LGBMRegressor(n_estimators=12, num_leaves=8, **quiet).fit(dxm, dy)
regressor("lightgbm-diabetes", convert_lightgbm(m, initial_types=[("x", MlFloat([None, 10]))], target_opset=15), m, dxm)
codes = cx.copy()
codes[:, 0] = np.digitize(cx[:, 0], np.quantile(cx[:, 0], np.linspace(0.1, 0.9, 9)))
codes[:, 0] = (codes[:, 0] * 7) % 10
m = LGBMClassifier(n_estimators=8, num_leaves=6, min_data_per_group=5, cat_smooth=1, **quiet)
m.fit(codes, cy, categorical_feature=[0])
classifier("lightgbm-categories", convert_lightgbm(m, initial_types=types, target_opset=15, zipmap=False), m, codes)

# SHAP: the rows that came to each node are those of the training, each with weight 1
write("xgboost-diabetes.background.csv", {f"{j}": dxm[:120, j] for j in range(10)})
contributions = x3.get_booster().predict(xgboost.DMatrix(dxm[:ROWS]), pred_contribs=True)
write("xgboost-diabetes.contributions.csv",
      {**{f"{j}": contributions[:, j] for j in range(10)}, "base": contributions[:, 10]})
background = dx[:120]
g = GradientBoostingRegressor(n_estimators=6, max_depth=3, random_state=0).fit(background, dy[:120])
regressor("sklearn-boosted-diabetes", to_onnx(g, background[:1], target_opset=OPSET), g, background)
explainer = shap.TreeExplainer(g, feature_perturbation="tree_path_dependent")
values = explainer.shap_values(background[:ROWS])
base = float(np.ravel(explainer.expected_value)[0])
write("sklearn-boosted-diabetes.contributions.csv",
      {**{f"{j}": values[:, j] for j in range(10)}, "base": np.full(ROWS, base)})
write("sklearn-boosted-diabetes.background.csv", {f"{j}": background[:, j] for j in range(10)})
try:
    e = shap.TreeExplainer(x3, feature_perturbation="tree_path_dependent")
    print("shap and xgboost differ by", np.abs(e.shap_values(dxm[:ROWS]) - contributions[:, :10]).max())
except Exception as error:
    print("shap on xgboost:", error)
