@NullMarked
package org.modelledger.cli;

import org.jspecify.annotations.NullMarked;
