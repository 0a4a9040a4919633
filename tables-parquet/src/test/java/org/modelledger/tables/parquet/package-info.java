@org.jspecify.annotations.NullMarked
package org.modelledger.tables.parquet;
