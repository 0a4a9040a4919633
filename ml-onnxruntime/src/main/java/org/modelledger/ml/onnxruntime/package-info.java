/**
 * Runs ONNX models with ONNX Runtime, on the CPU or an NVIDIA GPU.
 *
 * <p>Start at {@link org.modelledger.ml.onnxruntime.OnnxRuntimeEngine}; {@link
 * org.modelledger.ml.onnxruntime.OnnxRuntimeOptions} says what can be set. As text, for {@link
 * org.modelledger.spi.Providers}, under the name {@code onnxruntime}:
 *
 * <table>
 * <caption>Options of the provider {@code onnxruntime}</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code device}</td><td>{@code cpu}, {@code cuda}, {@code cuda:N}, {@code tensorrt}, {@code
 * tensorrt:N}, {@code auto}</td><td>{@code cpu}</td></tr>
 * <tr><td>{@code threads}</td><td>within an operator, 1 to 1024</td><td>1</td></tr>
 * <tr><td>{@code interOpThreads}</td><td>operators side by side, 1 to 1024</td><td>1</td></tr>
 * <tr><td>{@code spinning}</td><td>{@code true}, {@code false}</td><td>{@code false}</td></tr>
 * <tr><td>{@code optimization}</td><td>{@code none}, {@code basic}, {@code extended}, {@code layout},
 * {@code all}</td><td>{@code all}</td></tr>
 * <tr><td>{@code arena}</td><td>{@code true}, {@code false}</td><td>{@code true}</td></tr>
 * <tr><td>{@code memoryPattern}</td><td>{@code true}, {@code false}</td><td>{@code true}</td></tr>
 * <tr><td>{@code deterministicCompute}</td><td>{@code true}, {@code false}</td><td>{@code true}</td>
 * </tr>
 * <tr><td>{@code denormalsAsZero}</td><td>{@code true}, {@code false}</td><td>{@code false}</td></tr>
 * <tr><td>{@code gpuMemoryLimit}</td><td>bytes, from 1</td><td>none</td></tr>
 * <tr><td>{@code cpuFallback}</td><td>{@code true}, {@code false}</td><td>{@code true}</td></tr>
 * <tr><td>{@code probe}</td><td>{@code true}, {@code false}</td><td>{@code true}</td></tr>
 * <tr><td>{@code determinism}</td><td>a word of {@link
 * org.modelledger.inference.Determinism#parse}</td><td>{@code none}</td></tr>
 * <tr><td>{@code profile}</td><td>a path's beginning</td><td>no profile</td></tr>
 * <tr><td>{@code logLevel}</td><td>{@code verbose}, {@code info}, {@code warning}, {@code error}, {@code
 * fatal}</td><td>{@code fatal}</td></tr>
 * <tr><td>{@code customOperators}</td><td>paths, joined as in a class path</td><td>none</td></tr>
 * <tr><td>{@code dimension.}NAME</td><td>a length, from 0</td><td>free</td></tr>
 * <tr><td>{@code config.}KEY</td><td>an entry of ONNX Runtime's session configuration</td><td></td></tr>
 * <tr><td>{@code cuda.}KEY, {@code tensorrt.}KEY</td><td>an option of that execution provider</td>
 * <td></td></tr>
 * </table>
 */
@NullMarked
package org.modelledger.ml.onnxruntime;

import org.jspecify.annotations.NullMarked;
