package org.modelledger.spi;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options by name, as text. Immutable. {@link #toString()} shows the names, never the values.
 *
 * <p>A URI {@code scheme:location?name=value&name=value} stands for the provider {@code scheme} with
 * its option {@value #LOCATION} and the others; values are percent-encoded UTF-8.
 */
public final class ProviderOptions {
  /** The option that carries what stands between scheme and {@code ?} in a URI. */
  public static final String LOCATION = "location";

  private static final ProviderOptions EMPTY = new ProviderOptions(Map.of());
  private static final Pattern URI = Pattern.compile("([a-z][a-z0-9-]*):([^?#]+)(?:\\?([^#]*))?");

  private final Map<String, String> values;

  private ProviderOptions(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /** Returns no options. */
  public static ProviderOptions empty() {
    return EMPTY;
  }

  /** Returns these options; copied. */
  public static ProviderOptions of(Map<String, String> values) {
    return new ProviderOptions(values);
  }

  /**
   * Returns the scheme of a URI: the provider's name.
   *
   * @throws ConfigurationException if the text is not of the form {@code scheme:location?options}
   */
  public static String scheme(String uri) {
    return matchUri(uri).group(1);
  }

  /**
   * Returns the options in a URI.
   *
   * @throws ConfigurationException if the text is not of the form {@code scheme:location?options}
   */
  public static ProviderOptions fromUri(String uri) {
    Matcher matcher = matchUri(uri);
    TreeMap<String, String> values = new TreeMap<>();
    values.put(LOCATION, decode(matcher.group(2)));
    String query = matcher.group(3);
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? "" : decode(pair.substring(0, equals));
        if (name.isEmpty()) {
          throw new ConfigurationException(
              "a URI's options are name=value joined by '&'; one is not");
        }
        if (values.put(name, decode(pair.substring(equals + 1))) != null) {
          throw new ConfigurationException("option '" + name + "' is given twice");
        }
      }
    }
    return new ProviderOptions(values);
  }

  /** Returns these options and one more, in place of what it was before. */
  public ProviderOptions with(String name, String value) {
    TreeMap<String, String> more = new TreeMap<>(values);
    more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return new ProviderOptions(more);
  }

  /** Returns these options without one. */
  public ProviderOptions without(String name) {
    TreeMap<String, String> fewer = new TreeMap<>(values);
    fewer.remove(name);
    return new ProviderOptions(fewer);
  }

  /** Returns the names of the options that are set. */
  public Set<String> names() {
    return values.keySet();
  }

  /**
   * Refuses options that nobody reads. A provider calls this first.
   *
   * @throws ConfigurationException if an option is set that is not known; lists the known ones
   */
  public ProviderOptions requireKnown(String... known) {
    TreeSet<String> names = new TreeSet<>(Set.of(known));
    for (String name : values.keySet()) {
      if (!names.contains(name)) {
        throw new ConfigurationException("unknown option '" + name + "'; known options: " + names);
      }
    }
    return this;
  }

  /** Returns an option, or empty if it is not set. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * Returns an option.
   *
   * @throws ConfigurationException if it is not set
   */
  public String get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new ConfigurationException(
          "option '" + name + "' is missing; set are " + values.keySet());
    }
    return value;
  }

  /**
   * Returns an option that is a path, or empty if it is not set.
   *
   * @throws ConfigurationException if it is not a path
   */
  public Optional<Path> findPath(String name) {
    String value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(value));
    } catch (InvalidPathException e) {
      throw new ConfigurationException("option '" + name + "' is not a path: " + e.getReason(), e);
    }
  }

  /**
   * Returns an option that is a whole number.
   *
   * @param absent what it is if it is not set
   * @throws ConfigurationException if it is not a whole number from {@code min} to {@code max}
   */
  public long getLong(String name, long absent, long min, long max) {
    String value = values.get(name);
    if (value == null) {
      return absent;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ConfigurationException(notANumber(name, value, min, max), e);
    }
    throw new ConfigurationException(notANumber(name, value, min, max));
  }

  /**
   * Returns an option that is a duration in ISO 8601, such as {@code PT0.5S}.
   *
   * @param absent what it is if it is not set
   * @throws ConfigurationException if it is not a duration of zero or more
   */
  public Duration getDuration(String name, Duration absent) {
    String value = values.get(name);
    if (value == null) {
      return absent;
    }
    String expected = "option '" + name + "' is '" + value
        + "'; expected a duration such as PT0.5S";
    try {
      Duration duration = Duration.parse(value);
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      throw new ConfigurationException(expected, e);
    }
    throw new ConfigurationException(expected);
  }

  @Override
  public String toString() {
    return "ProviderOptions" + values.keySet();
  }

  private static String notANumber(String name, String value, long min, long max) {
    return "option '" + name + "' is '" + value + "'; expected a whole number from " + min + " to "
        + max;
  }

  private static Matcher matchUri(String uri) {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches()) {
      throw new ConfigurationException(
          "not a ledger's URI; expected scheme:location?name=value, such"
              + " as local:./ledger");
    }
    return matcher;
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    // By hand, because URLDecoder takes '+' for a space, as in HTML forms but not in URIs (RFC 3986
    // §2.2), and puts U+FFFD in place of what is not UTF-8.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] != '%') {
        bytes.write(encoded[i]);
      } else if (i + 2 < encoded.length && HexFormat.isHexDigit(encoded[i + 1])
          && HexFormat.isHexDigit(encoded[i + 2])) {
        bytes.write(
            HexFormat.fromHexDigit(encoded[i + 1]) << 4 | HexFormat.fromHexDigit(encoded[i + 2]));
        i += 2;
      } else {
        throw new ConfigurationException("a URI's '%' is followed by two hexadecimal digits");
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ConfigurationException("what a URI's '%' encode is UTF-8; here it is not", e);
    }
  }
}
