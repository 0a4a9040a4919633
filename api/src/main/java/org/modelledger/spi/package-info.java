/**
 * How backends are found and opened.
 *
 * <p>A backend is a jar with a provider: {@link org.modelledger.spi.ModelRegistryProvider}, {@link
 * org.modelledger.spi.TrainerProvider} or {@link org.modelledger.spi.InferenceEngineProvider}, named
 * in {@code META-INF/services}. {@link org.modelledger.spi.Providers} finds one by its name, which is
 * also the scheme of its URIs; {@code new SomeProvider().open(options)} does as well without it.
 * Prove a backend right by running the tests of the {@code modelledger-tck} artifact against it.
 */
@NullMarked
package org.modelledger.spi;

import org.jspecify.annotations.NullMarked;
