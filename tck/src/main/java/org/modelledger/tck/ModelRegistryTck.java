package org.modelledger.tck;

import org.junit.jupiter.api.DisplayName;

/**
 * The contract of {@link org.modelledger.registry.ModelRegistry} as tests: the table of rules in its
 * package description and each sentence of its Javadoc, of {@link
 * org.modelledger.registry.Submission} and of {@link org.modelledger.registry.Subscription}.
 *
 * <p>A backend extends this class and supplies {@link #newLedger()}; a {@code @TempDir} field in the
 * subclass is a good place for a ledger on disk. What takes a backend long can be set by overriding
 * {@link #finalityTimeout()}, {@link #pipelineDepth()}, {@link #threads()} and {@link #lawSteps()}.
 *
 * <p>One test submits random commands. It reports its seed as {@code tck.seed}, and so does every
 * failure of it; {@code -Dtck.seed=42} repeats a run.
 */
@DisplayName("ModelRegistry")
public abstract class ModelRegistryTck extends RegistryLaw {}
