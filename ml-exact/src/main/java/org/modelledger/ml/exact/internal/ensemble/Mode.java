package org.modelledger.ml.exact.internal.ensemble;

/** What a node asks of its feature's value; the names are ONNX-ML's. */
public enum Mode {
  BRANCH_LEQ, BRANCH_LT, BRANCH_GTE, BRANCH_GT, BRANCH_EQ, BRANCH_NEQ, BRANCH_MEMBER, LEAF
}
