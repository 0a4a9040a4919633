/**
 * ModelLedger for applications that Guice puts together.
 *
 * <p>{@link org.modelledger.guice.ModelLedgerModule} binds a {@link org.modelledger.ModelLedger}, its
 * parts, trainers by their names and deployed models by where they are deployed:
 *
 * {@snippet class = "org.modelledger.guice.ScoringServiceTest" region = "module"}
 *
 * <p>A service then asks for what it uses:
 *
 * {@snippet class = "org.modelledger.guice.ScoringServiceTest" region = "service"}
 */
@NullMarked
package org.modelledger.guice;

import org.jspecify.annotations.NullMarked;
