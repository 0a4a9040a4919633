package org.modelledger.ml.tensorflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.modelledger.spi.ConfigurationException;

/** Reads hyper-parameters by name, and knows afterwards which there could have been. */
final class HyperParameters {
  private final Map<String, String> values;
  private final TreeSet<String> known = new TreeSet<>();

  HyperParameters(Map<String, String> values) {
    this.values = values;
  }

  /** @throws ConfigurationException if one is set that was not asked for; lists the known ones */
  void requireKnown(String what) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new ConfigurationException(
            "unknown hyper-parameter '" + name + "'; known for " + what + ": " + known);
      }
    }
  }

  String text(String name, String absent) {
    known.add(name);
    return values.getOrDefault(name, absent);
  }

  String choice(String name, String absent, String... choices) {
    String value = text(name, absent);
    if (!List.of(choices).contains(value)) {
      throw wrong(name, value, "one of " + List.of(choices));
    }
    return value;
  }

  boolean flag(String name, boolean absent) {
    return choice(name, Boolean.toString(absent), "true", "false").equals("true");
  }

  double number(String name, double absent, double min, double max) {
    String text = text(name, "");
    if (text.isEmpty() && !values.containsKey(name)) {
      return absent;
    }
    try {
      double value = Double.parseDouble(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, text, "a number from " + min + " to " + max, e);
    }
    throw wrong(name, text, "a number from " + min + " to " + max);
  }

  int whole(String name, int absent, int min, int max) {
    String text = text(name, "");
    if (text.isEmpty() && !values.containsKey(name)) {
      return absent;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, text, "a whole number from " + min + " to " + max, e);
    }
    throw wrong(name, text, "a whole number from " + min + " to " + max);
  }

  /** Returns whole numbers from 1 joined by commas; nothing but spaces is none. */
  List<Integer> wholes(String name, String absent, int max) {
    String text = text(name, absent);
    List<Integer> numbers = new ArrayList<>();
    if (text.isBlank()) {
      return List.of();
    }
    for (String part : text.split(",", -1)) {
      try {
        int number = Integer.parseInt(part.strip());
        if (number < 1 || number > max) {
          throw new NumberFormatException(part);
        }
        numbers.add(number);
      } catch (NumberFormatException e) {
        throw wrong(name, text,
            "whole numbers from 1 to " + max + " joined by commas, such as "
                + (absent.isEmpty() ? "8,8,1" : absent),
            e);
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
