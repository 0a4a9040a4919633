/** Reads the {@linkplain org.modelledger.tables.Table tables} of Parquet files; start at {@link
 * org.modelledger.tables.parquet.Parquet}. */
@NullMarked
package org.modelledger.tables.parquet;

import org.jspecify.annotations.NullMarked;
