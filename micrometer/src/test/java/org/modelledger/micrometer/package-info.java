@NullMarked
package org.modelledger.micrometer;

import org.jspecify.annotations.NullMarked;
