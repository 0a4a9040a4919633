package org.modelledger.ml.djl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.spi.ConfigurationException;

/** Text by name, understood value by value; what is wrong is named with its value and what was expected. */
final class Hyperparameters {
  private final Map<String, String> values;

  Hyperparameters(Map<String, String> values) {
    this.values = new TreeMap<>(values);
  }

  /** @throws ConfigurationException if there is a name that is not known; lists the known ones */
  void requireKnown(Set<String> known, String of) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new ConfigurationException("unknown hyper-parameter '" + name + "'; known for " + of
            + ": " + new TreeSet<>(known));
      }
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String choice(String name, String absent, String... choices) {
    String value = values.getOrDefault(name, absent);
    if (!List.of(choices).contains(value)) {
      throw wrong(name, value, "one of " + Arrays.toString(choices));
    }
    return value;
  }

  double number(String name, double absent, double min, double max) {
    String text = values.get(name);
    if (text == null) {
      return absent;
    }
    String expected = "a number from " + min + " to " + max;
    try {
      double value = Double.parseDouble(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, text, expected, e);
    }
    throw wrong(name, text, expected);
  }

  int whole(String name, int absent, int min, int max) {
    String text = values.get(name);
    return text == null ? absent : whole(name, text, text, min, max);
  }

  private static int whole(String name, String part, String all, int min, int max) {
    String expected = "a whole number from " + min + " to " + max;
    try {
      int value = Integer.parseInt(part.strip());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, all, expected, e);
    }
    throw wrong(name, all, expected);
  }

  /** Returns whole numbers that are joined by commas. */
  List<Integer> wholes(String name, String absent, int min, int max) {
    String text = values.getOrDefault(name, absent);
    List<Integer> numbers = new ArrayList<>();
    if (!text.isEmpty()) {
      for (String part : text.split(",", -1)) {
        numbers.add(whole(name, part, text, min, max));
      }
    }
    return List.copyOf(numbers);
  }

  static ConfigurationException wrong(String name, String value, String expected) {
    return new ConfigurationException(
        "hyper-parameter '" + name + "' is '" + value + "'; expected " + expected);
  }

  private static ConfigurationException wrong(String name, String value, String expected,
      Throwable cause) {
    return new ConfigurationException(
        "hyper-parameter '" + name + "' is '" + value + "'; expected " + expected, cause);
  }
}
