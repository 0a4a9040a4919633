package org.modelledger.lineage;

/**
 * What somebody signs about data or a model: the content of an in-toto statement.
 *
 * @see Statements
 */
public sealed interface Statement
    permits
    LineageStatement,
    DatasetStatement,
    EvaluationStatement,
    ApprovalStatement {}
