@NullMarked
package org.modelledger.opentelemetry;

import org.jspecify.annotations.NullMarked;
