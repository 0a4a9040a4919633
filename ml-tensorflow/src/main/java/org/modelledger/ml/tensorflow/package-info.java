/**
 * Trains classifiers on TensorFlow Java, and runs TensorFlow's SavedModels.
 *
 * <p>Both are found under the name {@code tensorflow}: {@link
 * org.modelledger.ml.tensorflow.TensorFlowTrainerProvider} and {@link
 * org.modelledger.ml.tensorflow.TensorFlowInferenceEngineProvider}. In Java they are opened by {@link
 * org.modelledger.ml.tensorflow.TensorFlowTrainerOptions} and {@link
 * org.modelledger.ml.tensorflow.TensorFlowOptions}. The native library for the user's platform is a
 * dependency of the user's own: {@code org.tensorflow:tensorflow-core-native:1.1.0} with the platform as
 * classifier.
 *
 * <table>
 * <caption>Hyper-parameters of {@code softmax-regression}, {@code mlp}, {@code cnn} and {@code resnet}</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code epochs}</td><td>1 to 1000000</td><td>20</td></tr>
 * <tr><td>{@code batchSize}</td><td>rows, 1 to 1048576</td><td>32</td></tr>
 * <tr><td>{@code optimizer}</td><td>{@code adam}, {@code sgd}, {@code momentum}, {@code rmsprop}, {@code adagrad}</td>
 * <td>{@code adam}</td></tr>
 * <tr><td>{@code learningRate}</td><td>above 0</td><td>0.001 with adam and rmsprop, 0.01 with adagrad, 0.05 with
 * momentum, 0.1 with sgd</td></tr>
 * <tr><td>{@code beta1}, {@code beta2}</td><td>only adam</td><td>0.9, 0.999</td></tr>
 * <tr><td>{@code epsilon}</td><td>only adam and rmsprop</td><td>1e-8, 1e-10</td></tr>
 * <tr><td>{@code momentum}</td><td>only momentum and rmsprop; 0 up to but without 1</td><td>0.9, 0</td></tr>
 * <tr><td>{@code nesterov}</td><td>only momentum; {@code true}, {@code false}</td><td>{@code false}</td></tr>
 * <tr><td>{@code rho}</td><td>only rmsprop; 0 up to but without 1</td><td>0.9</td></tr>
 * <tr><td>{@code initialAccumulator}</td><td>only adagrad; above 0</td><td>0.1</td></tr>
 * <tr><td>{@code schedule}</td><td>{@code fixed}, {@code step}, {@code cosine}</td><td>{@code step}</td></tr>
 * <tr><td>{@code learningRateDecay}, {@code decayEpochs}</td><td>only step: a factor up to 1, after every so many
 * epochs</td><td>1, 1</td></tr>
 * <tr><td>{@code minLearningRate}</td><td>only cosine: where it ends, up to the rate</td><td>0</td></tr>
 * <tr><td>{@code warmupEpochs}</td><td>in which the rate rises batch by batch; less than {@code epochs}</td><td>0</td></tr>
 * <tr><td>{@code weightDecay}</td><td>share of the learning rate, decoupled</td><td>0</td></tr>
 * <tr><td>{@code validationFraction}</td><td>of the rows, 0 up to but without 1</td><td>0</td></tr>
 * <tr><td>{@code patience}</td><td>epochs without a better validation loss; 0 never stops</td><td>0</td></tr>
 * <tr><td>{@code inputScale}</td><td>factor of every input</td><td>1</td></tr>
 * <tr><td>{@code standardize}</td><td>{@code true}, {@code false}</td><td>{@code false}</td></tr>
 * <tr><td>{@code classes}</td><td>2 to 65536</td><td>greatest label + 1</td></tr>
 * <tr><td>{@code hidden}</td><td>only mlp and cnn; widths of dense layers, none for cnn if blank</td><td>64</td></tr>
 * <tr><td>{@code activation}</td><td>only mlp and cnn; {@code relu}, {@code tanh}</td><td>{@code relu}</td></tr>
 * <tr><td>{@code image}</td><td>only cnn and resnet; height, width and channels such as {@code 8,8,1}</td><td>the
 * shape of a row</td></tr>
 * <tr><td>{@code filters}</td><td>only cnn and resnet; of each convolution, of each stage</td><td>16,32</td></tr>
 * <tr><td>{@code blocks}</td><td>only resnet; in each stage, 1 to 64</td><td>1</td></tr>
 * </table>
 *
 * <p>Features are numbers in rows of any one shape, for {@code cnn} and {@code resnet} images; labels are whole numbers
 * from 0. Metrics are {@code train.loss}, {@code train.accuracy}, the same for {@code validation}, and {@code epochs};
 * losses are mean cross-entropies in nats, measured with the model as it was saved. Within an epoch they are those of the
 * batches before their steps.
 */
@NullMarked
package org.modelledger.ml.tensorflow;

import org.jspecify.annotations.NullMarked;
