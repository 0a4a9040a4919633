@NullMarked
package org.modelledger.pack;

import org.jspecify.annotations.NullMarked;
