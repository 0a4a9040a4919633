/**
 * Receipts: what a model version made of an input, as leaves of a transparency log that anyone can
 * check. Start at {@link org.modelledger.receipt.Receipt} for what one says and at
 * {@link org.modelledger.receipt.ReceiptLog} for how it gets onto the disk. The format is in
 * docs/formats/receipt.md.
 */
@NullMarked
package org.modelledger.receipt;

import org.jspecify.annotations.NullMarked;
