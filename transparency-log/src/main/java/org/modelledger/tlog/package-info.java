@NullMarked
package org.modelledger.tlog;

import org.jspecify.annotations.NullMarked;
