@NullMarked
package org.modelledger.guice;

import org.jspecify.annotations.NullMarked;
