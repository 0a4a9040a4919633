/**
 * The contracts of the service interfaces as tests that any implementation can run against itself.
 *
 * <p>Extend {@link org.modelledger.tck.ModelRegistryTck}, {@link org.modelledger.tck.TrainerTck} or
 * {@link org.modelledger.tck.InferenceEngineTck}, and {@link org.modelledger.tck.ProviderTck} for
 * the provider, in tests of your own; supply what they ask for, and let JUnit run them. Each test is a
 * sentence of the contract, so a report of what passed reads as the contract does.
 */
@NullMarked
package org.modelledger.tck;

import org.jspecify.annotations.NullMarked;
