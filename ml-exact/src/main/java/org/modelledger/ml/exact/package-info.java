/**
 * Trains and runs classifiers in plain Java, with the same bits on every JVM, every processor and any
 * number of threads, so that anyone can do both again and compare.
 *
 * <p>Both are found under the name {@code exact}: {@link org.modelledger.ml.exact.ExactTrainerProvider}
 * and {@link org.modelledger.ml.exact.ExactInferenceEngineProvider}. What to train is said by
 * {@link org.modelledger.ml.exact.MlpSpec} and {@link org.modelledger.ml.exact.SoftmaxSpec}, or as text:
 *
 * <table>
 * <caption>Hyper-parameters of the algorithms {@code mlp} and {@code softmax-regression}</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code precision}</td><td>{@code float32}, {@code float64}</td><td>{@code float32}</td></tr>
 * <tr><td>{@code epochs}</td><td>1 to 1000000</td><td>20</td></tr>
 * <tr><td>{@code batchSize}</td><td>rows, 1 to 1048576</td><td>32</td></tr>
 * <tr><td>{@code optimizer}</td><td>{@code adam}, {@code sgd}</td><td>{@code adam}</td></tr>
 * <tr><td>{@code learningRate}</td><td>above 0</td><td>0.001; 0.1 with sgd</td></tr>
 * <tr><td>{@code learningRateDecay}</td><td>factor after each epoch, up to 1</td><td>1</td></tr>
 * <tr><td>{@code beta1}, {@code beta2}, {@code epsilon}</td><td>only adam</td><td>0.9, 0.999, 1e-8</td>
 * </tr>
 * <tr><td>{@code momentum}</td><td>only sgd; 0 up to but without 1</td><td>0.9</td></tr>
 * <tr><td>{@code weightDecay}</td><td>share of the learning rate, decoupled</td><td>0</td></tr>
 * <tr><td>{@code validationFraction}</td><td>of the rows, 0 up to but without 1</td><td>0</td></tr>
 * <tr><td>{@code patience}</td><td>epochs without a better validation loss; 0 never stops</td><td>0</td>
 * </tr>
 * <tr><td>{@code inputScale}</td><td>factor of every input</td><td>1</td></tr>
 * <tr><td>{@code standardize}</td><td>{@code true}, {@code false}</td><td>{@code false}</td></tr>
 * <tr><td>{@code classes}</td><td>2 to 65536</td><td>greatest label + 1</td></tr>
 * <tr><td>{@code hidden}</td><td>only mlp; widths such as {@code 128,64}</td><td>64</td></tr>
 * <tr><td>{@code activation}</td><td>only mlp; {@code relu}, {@code tanh}</td><td>{@code relu}</td></tr>
 * </table>
 *
 * <p>Features are rows of numbers, labels whole numbers from 0. Metrics are {@code train.loss},
 * {@code train.accuracy}, the same for {@code validation}, and {@code epochs}; losses are mean
 * cross-entropies in nats, measured with the model as it was saved.
 *
 * <p>{@link org.modelledger.ml.exact.IntegerExporter} makes an {@link
 * org.modelledger.ml.exact.IntegerNetwork} of a classifier: in 8-bit whole numbers, small enough for a
 * contract on a chain, and run by the same engine.
 */
@NullMarked
package org.modelledger.ml.exact;

import org.jspecify.annotations.NullMarked;
