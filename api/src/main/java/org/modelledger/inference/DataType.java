package org.modelledger.inference;

/**
 * The element types of the Open Inference Protocol (version 2, "Tensor Data Types"), and BF16, which
 * its servers added. The names are the protocol's.
 */
public enum DataType {
  /** One byte, 0 or 1. */
  BOOL(1), UINT8(1), UINT16(2), UINT32(4), UINT64(8), INT8(1), INT16(2), INT32(4), INT64(8),
  /** IEEE 754 binary16. */
  FP16(2),
  /** The upper half of an IEEE 754 binary32. */
  BF16(2),
  /** IEEE 754 binary32. */
  FP32(4),
  /** IEEE 754 binary64. */
  FP64(8),
  /** Byte strings; each element is its length as four little-endian bytes, then its bytes. */
  BYTES(0);

  private final int size;

  DataType(int size) {
    this.size = size;
  }

  /** Returns the bytes one element takes, 0 for {@link #BYTES}, whose elements differ. */
  public int size() {
    return size;
  }
}
