package org.modelledger.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.modelledger.training.TrainingSpec;

/**
 * Reads the hyper-parameters of a specification by name, value by value, for those who write a {@link
 * org.modelledger.training.Trainer}. What is wrong is refused with its name, its value and what was expected; and when all have been
 * asked for, so is what nobody asked for. Not safe for use by several threads.
 */
public final class Hyperparameters {
  private final Map<String, String> values;
  private final TreeSet<String> known = new TreeSet<>();

  private Hyperparameters(Map<String, String> values) {
    this.values = values;
  }

  /** Returns a reader of a specification's hyper-parameters. */
  public static Hyperparameters of(TrainingSpec spec) {
    return of(spec.parameters());
  }

  /** Returns a reader of values by name, such as a model's file holds; copied. */
  public static Hyperparameters of(Map<String, String> values) {
    return new Hyperparameters(new TreeMap<>(values));
  }

  /** Says whether one is set. */
  public boolean has(String name) {
    known.add(name);
    return values.containsKey(name);
  }

  /** Returns a text as it is. */
  public String text(String name, String absent) {
    known.add(name);
    return values.getOrDefault(name, absent);
  }

  /**
   * Returns one of some words.
   *
   * @throws ConfigurationException if it is another one; lists them
   */
  public String choice(String name, String absent, String... choices) {
    String value = text(name, absent);
    if (!List.of(choices).contains(value)) {
      throw wrong(name, value, "one of " + List.of(choices));
    }
    return value;
  }

  /**
   * Returns {@code true} or {@code false}.
   *
   * @throws ConfigurationException if it is another word
   */
  public boolean flag(String name, boolean absent) {
    return choice(name, Boolean.toString(absent), "true", "false").equals("true");
  }

  /**
   * Returns a number.
   *
   * @throws ConfigurationException if it is none, or not from {@code min} to {@code max}
   */
  public double number(String name, double absent, double min, double max) {
    String text = text(name, "");
    if (!values.containsKey(name)) {
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

  /**
   * Returns a whole number.
   *
   * @throws ConfigurationException if it is none, or not from {@code min} to {@code max}
   */
  public int whole(String name, int absent, int min, int max) {
    String text = text(name, "");
    return values.containsKey(name)
        ? whole(name, text, text, min, max, "a whole number from " + min + " to " + max)
        : absent;
  }

  /**
   * Returns whole numbers that are joined by commas; nothing but spaces is none.
   *
   * @throws ConfigurationException if one of them is none, or not from {@code min} to {@code max}
   */
  public List<Integer> wholes(String name, String absent, int min, int max) {
    String text = text(name, absent);
    List<Integer> numbers = new ArrayList<>();
    if (!text.isBlank()) {
      for (String part : text.split(",", -1)) {
        numbers.add(whole(name, part.strip(), text, min, max,
            "whole numbers from " + min + " to " + max + ", joined by commas"));
      }
    }
    return List.copyOf(numbers);
  }

  private static int whole(String name, String part, String all, int min, int max,
      String expected) {
    try {
      int value = Integer.parseInt(part);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(name, all, expected, e);
    }
    throw wrong(name, all, expected);
  }

  /**
   * Refuses what nobody has asked for.
   *
   * @param of what the others are known for, such as {@code algorithm mlp}
   * @throws ConfigurationException if one is set that was not asked for; lists those that were
   */
  public void requireKnown(String of) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new ConfigurationException(
            "unknown hyper-parameter '" + name + "'; known for " + of + ": " + known);
      }
    }
  }

  /** Returns what says that a value is not what was expected. */
  public static ConfigurationException wrong(String name, String value, String expected) {
    return new ConfigurationException(
        "hyper-parameter '" + name + "' is '" + value + "'; expected " + expected);
  }

  private static ConfigurationException wrong(String name, String value, String expected,
      Throwable cause) {
    return new ConfigurationException(
        "hyper-parameter '" + name + "' is '" + value + "'; expected " + expected, cause);
  }
}
