package org.modelledger.ml.tokenizers;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.PairList;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.spi.ConfigurationException;

/**
 * A tokenizer of Hugging Face. Safe for use by several threads at once; a call blocks its thread while it computes.
 *
 * <p>The same text and the same {@code tokenizer.json} give the same numbers on every machine: there are only whole numbers in
 * it. So a receipt for the tensors is a receipt for the text, as far as the tokenizer's file is one of the model's files.
 */
public final class TextTokenizer implements AutoCloseable {
  /** The file that is read if no other one is named. */
  public static final String FILE = "tokenizer.json";
  /** The numbers of the tokens: INT64, [texts, tokens]. */
  public static final String INPUT_IDS = "input_ids";
  /** 1 where there is a token, 0 where the batch was filled up: INT64, [texts, tokens]. */
  public static final String ATTENTION_MASK = "attention_mask";
  /** 0 for the first text of a pair, 1 for the second: INT64, [texts, tokens]. */
  public static final String TOKEN_TYPE_IDS = "token_type_ids";

  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerOptions options;
  private final long padId;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed; // guarded by lock

  private TextTokenizer(HuggingFaceTokenizer tokenizer, TokenizerOptions options, long padId) {
    this.tokenizer = tokenizer;
    this.options = options;
    this.padId = padId;
  }

  /**
   * Loads {@value #FILE}, with any length of text.
   *
   * @see #load(ModelFiles, String, TokenizerOptions)
   */
  public static TextTokenizer load(ModelFiles files) {
    return load(files, FILE, TokenizerOptions.defaults());
  }

  /**
   * Loads {@value #FILE}.
   *
   * @see #load(ModelFiles, String, TokenizerOptions)
   */
  public static TextTokenizer load(ModelFiles files, TokenizerOptions options) {
    return load(files, FILE, options);
  }

  /**
   * Loads a tokenizer from a model's files: what was read to its end, and so verified, is what is used.
   *
   * <p>Of what the file itself says of padding and truncation only the number of the padding token counts (0 if it names none);
   * all else is for the options.
   *
   * @param name of the file, in Hugging Face's format {@code tokenizer.json}
   * @return a tokenizer that the caller closes
   * @throws ModelFormatException if there is no such file, or it is no tokenizer; names it
   * @throws org.modelledger.model.StorageException if it cannot be read
   * @throws ConfigurationException if the library of the tokenizers does not load on this machine
   */
  public static TextTokenizer load(ModelFiles files, String name, TokenizerOptions options) {
    Objects.requireNonNull(options, "options");
    if (!files.names().contains(name)) {
      throw new ModelFormatException(
          "the model has the files " + files.names() + "; expected the tokenizer " + name);
    }
    byte[] json = files.read(name);
    long padId = padId(json, name);
    return DjlSilence.load(() -> new TextTokenizer(open(json, name, options), options, padId));
  }

  private static long padId(byte[] json, String name) {
    try {
      JsonElement padding = JsonParser.parseString(new String(json, StandardCharsets.UTF_8))
          .getAsJsonObject()
          .get("padding");
      JsonElement id = padding == null || padding.isJsonNull()
          ? null
          : padding.getAsJsonObject().get("pad_id");
      return id == null ? 0 : id.getAsLong();
    } catch (JsonParseException | IllegalStateException | NumberFormatException
        | UnsupportedOperationException e) {
      throw new ModelFormatException(name + " is not a tokenizer: " + e.getMessage(), e);
    }
  }

  private static HuggingFaceTokenizer open(byte[] json, String name, TokenizerOptions options) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("addSpecialTokens", Boolean.toString(options.addsSpecialTokens()));
    settings.put("padding", "do_not_pad");
    settings.put("truncation", options.truncates() ? "longest_first" : "do_not_truncate");
    if (options.truncates()) {
      settings.put("maxLength", Integer.toString(options.maxLength()));
      settings.put("modelMaxLength", Integer.toString(options.maxLength()));
    }
    requireLibrary();
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // from memory
    } catch (RuntimeException e) {
      throw new ModelFormatException(name + " is not a tokenizer: " + e.getMessage(), e);
    }
  }

  /** Loads the library with another error than that of a file that is no tokenizer. */
  private static void requireLibrary() {
    try {
      ai.djl.huggingface.tokenizers.jni.LibUtils.checkStatus();
    } catch (RuntimeException | LinkageError e) {
      throw new ConfigurationException(
          "the library of ai.djl.huggingface:tokenizers does not load on "
              + System.getProperty("os.name") + " " + System.getProperty("os.arch")
              + "; its jar has it for Linux (x86-64, aarch64), macOS (aarch64) and Windows (x86-64): "
              + e.getMessage(),
          e);
    }
  }

  /** Returns how texts are cut and filled up. */
  public TokenizerOptions options() {
    return options;
  }

  /**
   * Turns texts into the inputs of a model, filled up to the length of the longest one.
   *
   * @param texts at least one
   * @return {@value #INPUT_IDS}, {@value #ATTENTION_MASK} and {@value #TOKEN_TYPE_IDS}
   * @throws IllegalArgumentException if there is no text, or one has more tokens than the options allow; says which one, counted
   *     from 0, and how many it has
   * @throws IllegalStateException if this tokenizer is closed
   */
  public Tensors encode(List<String> texts) {
    requireTexts(texts);
    return tensors(whileOpen(() -> tokenizer.batchEncode(texts.toArray(String[]::new))));
  }

  /** Turns one text into the inputs of a model; see {@link #encode(List)}. */
  public Tensors encode(String text) {
    return encode(List.of(text));
  }

  /**
   * Turns pairs of texts, such as question and passage, into the inputs of a model; see {@link #encode(List)}.
   *
   * @throws IllegalArgumentException besides, if there are not as many of the second as of the first
   */
  public Tensors encodePairs(List<String> first, List<String> second) {
    requireTexts(first);
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "there are " + first.size() + " first texts and " + second.size() + " second ones");
    }
    PairList<String, String> pairs = new PairList<>(List.copyOf(first), List.copyOf(second));
    return tensors(whileOpen(() -> tokenizer.batchEncode(pairs)));
  }

  /**
   * Returns the numbers of a text's tokens.
   *
   * @return without padding, with what the options want around a text; empty if there is no token
   * @throws IllegalArgumentException if it has more tokens than the options allow
   */
  public long[] ids(String text) {
    Objects.requireNonNull(text, "text");
    Encoding encoding = whileOpen(() -> tokenizer.encode(text));
    requireLength(encoding, 0);
    return encoding.getIds();
  }

  /**
   * Returns the tokens of a text, as the vocabulary has them.
   *
   * @throws IllegalArgumentException if it has more tokens than the options allow
   */
  public List<String> tokens(String text) {
    Objects.requireNonNull(text, "text");
    Encoding encoding = whileOpen(() -> tokenizer.encode(text));
    requireLength(encoding, 0);
    return List.of(encoding.getTokens());
  }

  /** Returns the text that tokens stand for, without those that were added around it. */
  public String decode(long[] ids) {
    long[] copy = ids.clone();
    return whileOpen(() -> tokenizer.decode(copy, true));
  }

  private static void requireTexts(List<String> texts) {
    if (texts.isEmpty()) {
      throw new IllegalArgumentException("there is no text; expected at least one");
    }
    texts.forEach(text -> Objects.requireNonNull(text, "text"));
  }

  private void requireLength(Encoding encoding, int text) {
    int tokens = encoding.getIds().length;
    if (options.maxLength() > 0 && tokens > options.maxLength()) {
      throw new IllegalArgumentException("text " + text + " has " + tokens
          + " tokens; expected at most " + options.maxLength());
    }
  }

  private Tensors tensors(Encoding[] encodings) {
    int longest = 1;
    for (int i = 0; i < encodings.length; i++) {
      requireLength(encodings[i], i);
      longest = Math.max(longest, encodings[i].getIds().length);
    }
    int length = Math.ceilDiv(longest, options.padToMultipleOf()) * options.padToMultipleOf();
    long[] ids = new long[encodings.length * length];
    Arrays.fill(ids, padId);
    long[] mask = new long[ids.length];
    long[] types = new long[ids.length];
    for (int i = 0; i < encodings.length; i++) {
      Encoding encoding = encodings[i];
      int tokens = encoding.getIds().length;
      System.arraycopy(encoding.getIds(), 0, ids, i * length, tokens);
      System.arraycopy(encoding.getAttentionMask(), 0, mask, i * length, tokens);
      System.arraycopy(encoding.getTypeIds(), 0, types, i * length, tokens);
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(INPUT_IDS, Tensor.of(ids, encodings.length, length));
    tensors.put(ATTENTION_MASK, Tensor.of(mask, encodings.length, length));
    tensors.put(TOKEN_TYPE_IDS, Tensor.of(types, encodings.length, length));
    return Tensors.of(tensors);
  }

  private <T> T whileOpen(Supplier<T> work) {
    Lock reading = lock.readLock();
    reading.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return work.get();
    } finally {
      reading.unlock();
    }
  }

  /** Closes the tokenizer and gives back its native memory, after running calls are done; idempotent. */
  @Override
  public void close() {
    Lock writing = lock.writeLock();
    writing.lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      writing.unlock();
    }
  }
}
