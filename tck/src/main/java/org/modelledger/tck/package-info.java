/**
 * The contracts of the service interfaces as tests that any implementation can run against itself.
 *
 * <p>Extend {@link org.modelledger.tck.ModelRegistryTck} in a test of your own, supply what it asks
 * for, and let JUnit run it. Each test is a sentence of the contract, so a report of what passed
 * reads as the contract does.
 */
@NullMarked
package org.modelledger.tck;

import org.jspecify.annotations.NullMarked;
