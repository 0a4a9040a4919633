/**
 * PyTorch through DJL: a trainer and an inference engine, both named {@code pytorch}.
 *
 * <p>{@link org.modelledger.ml.djl.PyTorchInferenceEngineProvider} opens an engine that runs TorchScript modules and what the trainer
 * makes; {@link org.modelledger.ml.djl.PyTorchTrainerProvider} a trainer of perceptrons, convolutional and residual networks, small
 * transformers, and of given TorchScript modules. Who knows DJL goes on with it by {@link org.modelledger.ml.djl.DjlModels}; {@link
 * org.modelledger.ml.djl.OnnxExport} takes a trained model to other runtimes.
 *
 * <p>PyTorch's library is the user's choice and not among the dependencies: on Linux with an x86-64 processor
 * {@code ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64}. Nothing is fetched while a program runs, and DJL's telemetry is off.
 */
@NullMarked
package org.modelledger.ml.djl;

import org.jspecify.annotations.NullMarked;
