package org.modelledger.ml.tokenizers;

/**
 * How texts are cut and made equally long. Immutable.
 *
 * @param maxLength how many tokens a text may have at most, those that the tokenizer adds included; 0 for no limit
 * @param truncates whether what is longer is cut; otherwise it is refused
 * @param padToMultipleOf the length of a batch is a multiple of this, from 1
 * @param addsSpecialTokens whether what the model wants around a text is added, such as {@code [CLS]}
 */
public record TokenizerOptions(int maxLength, boolean truncates, int padToMultipleOf,
    boolean addsSpecialTokens) {
  private static final TokenizerOptions DEFAULTS = new TokenizerOptions(0, false, 1, true);

  /** @throws IllegalArgumentException if a number is out of range */
  public TokenizerOptions {
    if (maxLength < 0 || padToMultipleOf < 1) {
      throw new IllegalArgumentException("maxLength is " + maxLength + " and padToMultipleOf "
          + padToMultipleOf + "; expected at least 0 and at least 1");
    }
    if (truncates && maxLength == 0) {
      throw new IllegalArgumentException(
          "what is longer than maxLength is to be cut, but there is no maxLength");
    }
  }

  /** Returns: any length, padded to the longest of a batch, with what the model wants around a text. */
  public static TokenizerOptions defaults() {
    return DEFAULTS;
  }

  /** Returns options that refuse texts of more tokens. */
  public TokenizerOptions refusingLongerThan(int tokens) {
    return new TokenizerOptions(tokens, false, padToMultipleOf, addsSpecialTokens);
  }

  /** Returns options that cut texts of more tokens. */
  public TokenizerOptions truncatingTo(int tokens) {
    return new TokenizerOptions(tokens, true, padToMultipleOf, addsSpecialTokens);
  }

  /** Returns options that pad a batch to a multiple of so many tokens. */
  public TokenizerOptions paddingToMultipleOf(int tokens) {
    return new TokenizerOptions(maxLength, truncates, tokens, addsSpecialTokens);
  }

  /** Returns options that add nothing around a text. */
  public TokenizerOptions withoutSpecialTokens() {
    return new TokenizerOptions(maxLength, truncates, padToMultipleOf, false);
  }
}
