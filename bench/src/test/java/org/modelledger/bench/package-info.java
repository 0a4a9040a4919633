@NullMarked
package org.modelledger.bench;

import org.jspecify.annotations.NullMarked;
