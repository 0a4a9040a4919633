/**
 * Trains and runs models in plain Java, with the same bits on every JVM, every processor and any
 * number of threads, so that anyone can do both again and compare.
 *
 * <p>Both are found under the name {@code exact}: {@link org.modelledger.ml.exact.ExactTrainerProvider}
 * and {@link org.modelledger.ml.exact.ExactInferenceEngineProvider}. What to train is said by
 * {@link org.modelledger.ml.exact.MlpSpec}, {@link org.modelledger.ml.exact.CnnSpec}, {@link
 * org.modelledger.ml.exact.SoftmaxSpec}, {@link org.modelledger.ml.exact.GradientBoostingSpec} and {@link
 * org.modelledger.ml.exact.RandomForestSpec}, or as text:
 *
 * <table>
 * <caption>Hyper-parameters of the algorithms {@code mlp}, {@code cnn} and {@code softmax-regression}</caption>
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
 * <tr><td>{@code hidden}</td><td>mlp and cnn; widths such as {@code 128,64}, with cnn perhaps none</td><td>64</td></tr>
 * <tr><td>{@code activation}</td><td>mlp and cnn; {@code relu}, {@code tanh}</td><td>{@code relu}</td></tr>
 * <tr><td>{@code filters}</td><td>only cnn; of each stage, such as {@code 16,32}</td><td>{@code 16,32}</td></tr>
 * <tr><td>{@code kernel}</td><td>only cnn; odd, 1 to 15</td><td>3</td></tr>
 * <tr><td>{@code image}</td><td>only cnn; channels, height, width</td><td>the shape of a row</td></tr>
 * </table>
 *
 * <table>
 * <caption>Hyper-parameters of the algorithm {@code gradient-boosting}</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code objective}</td><td>{@code squared-error}, {@code logistic} for the labels 0 and 1,
 * {@code softmax} for labels from 0</td><td>has to be set</td></tr>
 * <tr><td>{@code classes}</td><td>only softmax; 2 to 65536</td><td>greatest label + 1</td></tr>
 * <tr><td>{@code rounds}</td><td>1 to 1000000</td><td>100</td></tr>
 * <tr><td>{@code learningRate}</td><td>above 0</td><td>0.1</td></tr>
 * <tr><td>{@code numLeaves}</td><td>of a tree, 2 to 65536</td><td>31</td></tr>
 * <tr><td>{@code maxDepth}</td><td>0 is no limit</td><td>0</td></tr>
 * <tr><td>{@code minSamplesLeaf}</td><td>rows, from 1</td><td>20</td></tr>
 * <tr><td>{@code minChildWeight}</td><td>sum of the hessians of a leaf</td><td>0.001</td></tr>
 * <tr><td>{@code lambdaL1}, {@code lambdaL2}</td><td>from 0</td><td>0</td></tr>
 * <tr><td>{@code minSplitGain}</td><td>from 0; gains are without the factor of ½, as in LightGBM</td><td>0
 * </td></tr>
 * <tr><td>{@code subsample}</td><td>share of the rows for each round, up to 1</td><td>1</td></tr>
 * <tr><td>{@code featureFraction}</td><td>share of the features for each round, up to 1</td><td>1</td></tr>
 * <tr><td>{@code maxBins}</td><td>2 to 255</td><td>255</td></tr>
 * <tr><td>{@code missing}</td><td>{@code refuse}, or {@code nan}: NaN is a missing value</td>
 * <td>{@code refuse}</td></tr>
 * <tr><td>{@code categorical}</td><td>features from 0, such as {@code 3,7}; their values are whole numbers
 * </td><td>none</td></tr>
 * <tr><td>{@code catSmooth}, {@code catL2}, {@code maxCatThreshold}</td><td>as in LightGBM</td>
 * <td>10, 10, 32</td></tr>
 * <tr><td>{@code monotone}</td><td>1, 0 or -1 for each feature, such as {@code 1,0,0}</td><td>none</td></tr>
 * <tr><td>{@code validationFraction}</td><td>of the rows, 0 up to but without 1</td><td>0</td></tr>
 * <tr><td>{@code patience}</td><td>rounds without a better validation loss; 0 never stops</td><td>0</td>
 * </tr>
 * </table>
 *
 * <table>
 * <caption>Hyper-parameters of the algorithm {@code random-forest}</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code criterion}</td><td>{@code gini} for labels from 0, {@code squared-error}</td><td>has to be
 * set</td></tr>
 * <tr><td>{@code classes}</td><td>only gini; 2 to 65536</td><td>greatest label + 1</td></tr>
 * <tr><td>{@code trees}</td><td>1 to 65536</td><td>100</td></tr>
 * <tr><td>{@code maxDepth}</td><td>0 is no limit</td><td>0</td></tr>
 * <tr><td>{@code minSamplesLeaf}</td><td>rows, from 1</td><td>1</td></tr>
 * <tr><td>{@code maxFeatures}</td><td>that a node chooses from; 0 is what is usual</td><td>square root of
 * their number with gini, otherwise a third</td></tr>
 * <tr><td>{@code bootstrap}</td><td>{@code true}: rows drawn with repetition; {@code false}: all</td>
 * <td>{@code true}</td></tr>
 * <tr><td>{@code maxBins}, {@code missing}, {@code categorical}</td><td>as above</td><td>as above</td></tr>
 * </table>
 *
 * <p>A stage of a cnn is a convolution that keeps the size of the image, batch normalization, the activation,
 * and the maximum of two by two.
 *
 * <p>Features are rows of numbers, labels whole numbers from 0. Metrics are {@code train.loss},
 * {@code train.accuracy}, the same for {@code validation}, and {@code epochs}; losses are mean
 * cross-entropies in nats or mean squared errors, measured with the model as it was saved. Trees have
 * {@code rounds} or {@code trees} instead of epochs, and forests {@code oob}: each row as those trees see it that
 * were not grown on it. A probability below 2^-52 counts as that in the losses of trees. To a listener a round
 * of boosting is an epoch and each of its trees a batch; so is each tree of a forest.
 *
 * <p>Classifiers have the outputs {@code scores} and {@code label}, the others {@code prediction}.
 *
 * <table>
 * <caption>Hyper-parameters of the algorithms {@code linear-regression} and {@code logistic-regression} ({@link
 * org.modelledger.ml.exact.LinearRegressionSpec}, {@link org.modelledger.ml.exact.LogisticRegressionSpec})</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code l1}</td><td>what each weight's absolute value costs, from 0</td><td>0</td></tr>
 * <tr><td>{@code l2}</td><td>what half of each weight's square costs, from 0</td><td>0</td></tr>
 * <tr><td>{@code standardize}</td><td>{@code true}, {@code false}</td><td>{@code false}</td></tr>
 * <tr><td>{@code tolerance}</td><td>distance of a derivative, 1e-14 to 1</td><td>1e-8</td></tr>
 * <tr><td>{@code maxIterations}</td><td>1 to 1000000</td><td>100</td></tr>
 * <tr><td>{@code classes}</td><td>only logistic; 2 to 4096</td><td>greatest label + 1</td></tr>
 * </table>
 *
 * <p>Both minimise the mean loss plus the penalties of the weights, and are as precise as the data: FP64 features make
 * an FP64 graph, others FP32. Metrics are {@code iterations}, {@code objective}, {@code optimality}, {@code converged},
 * {@code weights.nonZero} and, if it did not converge, {@code warning.notConverged}; and of a linear regression, which yields
 * {@code prediction} [N, 1], {@code train.loss}, the mean squared distance, and {@code train.r2}.
 *
 * <table>
 * <caption>Hyper-parameters of the algorithm {@code k-means} ({@link org.modelledger.ml.exact.KMeansSpec})</caption>
 * <tr><th>name</th><th>value</th><th>if not set</th></tr>
 * <tr><td>{@code clusters}</td><td>1 to 65536</td><td>8</td></tr>
 * <tr><td>{@code restarts}</td><td>1 to 10000; the best is kept</td><td>1</td></tr>
 * <tr><td>{@code maxIterations}</td><td>of a start, 1 to 100000</td><td>300</td></tr>
 * <tr><td>{@code standardize}</td><td>{@code true}, {@code false}</td><td>{@code false}</td></tr>
 * </table>
 *
 * <p>It yields {@code cluster} [N] INT64 and {@code distances} [N, clusters]. Metrics are {@code train.loss}, the mean squared
 * distance to the nearest centre, {@code inertia}, {@code iterations} and {@code converged}.
 *
 * <p>{@link org.modelledger.ml.exact.Calibration} makes a classifier's scores probabilities that can be taken at their word.
 *
 * <p>{@link org.modelledger.ml.exact.IntegerExporter} makes an {@link
 * org.modelledger.ml.exact.IntegerNetwork} of a classifier: in 8-bit whole numbers, small enough for a
 * contract on a chain, and run by the same engine. {@link org.modelledger.ml.exact.IntegerTreesExporter} makes {@link
 * org.modelledger.ml.exact.IntegerTrees} of gradient-boosted trees and random forests. {@link
 * org.modelledger.ml.exact.IntegerLoss} says what that costs.
 */
@NullMarked
package org.modelledger.ml.exact;

import org.jspecify.annotations.NullMarked;
