package org.modelledger.bench.suite;

/**
 * How busy a GPU was while a row was measured.
 *
 * @param index of the GPU
 * @param samples how often it was looked at
 * @param percent mean share of the time in which at least one kernel ran
 * @param memoryMebibytes the most memory that was taken, by all programs
 * @param watts mean power drawn; 0 if it is not told
 */
record GpuUse(int index, int samples, double percent, double memoryMebibytes, double watts) {}
