/**
 * From text to the tensors that a language model takes, and back, by the {@code tokenizer.json} among its
 * verified files: {@link org.modelledger.ml.tokenizers.TextTokenizer}. The tokenizers are Hugging Face's own, through DJL; no
 * machine-learning runtime is needed, and nothing is fetched while it runs.
 */
@NullMarked
package org.modelledger.ml.tokenizers;

import org.jspecify.annotations.NullMarked;
