package org.modelledger.bench.suite;

/**
 * A GPU.
 *
 * @param index from 0
 * @param name such as {@code NVIDIA H100 80GB HBM3}
 * @param driver the version of its driver
 * @param memoryMebibytes how much memory it has
 */
record Gpu(int index, String name, String driver, long memoryMebibytes) {}
