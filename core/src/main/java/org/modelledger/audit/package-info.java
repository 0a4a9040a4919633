/**
 * What the registry said at an earlier moment, rebuilt from its history: what was deployed where, who
 * might do what, and what had been revoked. Start at {@link org.modelledger.audit.Audit}.
 */
@NullMarked
package org.modelledger.audit;

import org.jspecify.annotations.NullMarked;
