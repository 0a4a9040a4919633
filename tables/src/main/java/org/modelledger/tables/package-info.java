/**
 * Tables with typed columns, from a file to what a model learns from and back into what is served.
 *
 * <ol>
 * <li>{@link org.modelledger.tables.Csv} reads a file. Its {@link org.modelledger.tables.TableSchema} is
 * declared or inferred; the digest of the bytes that were read goes with the {@link
 * org.modelledger.tables.Table} and into the lineage of what is trained from it.
 * <li>{@link org.modelledger.tables.Split} parts the rows by a seed, the same on every JVM, and says in the
 * lineage which rows are in which part.
 * <li>{@link org.modelledger.tables.Preparation} learns from the training rows how columns become features,
 * makes a {@link org.modelledger.training.Dataset} for a trainer, and puts the same computation, bit by bit,
 * before the trained graph, so that raw rows go into what is served.
 * </ol>
 */
@NullMarked
package org.modelledger.tables;

import org.jspecify.annotations.NullMarked;
