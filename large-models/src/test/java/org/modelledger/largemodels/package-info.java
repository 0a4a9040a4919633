/** The whole, from the files of a model to a receipt that is verified, with models of real size. */
@NullMarked
package org.modelledger.largemodels;

import org.jspecify.annotations.NullMarked;
