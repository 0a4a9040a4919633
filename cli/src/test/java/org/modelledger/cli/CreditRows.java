package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** Rows of made-up applicants, the same each time: who earns much and owes little pays back, mostly. */
final class CreditRows {
  static final String HEADER = "customer,income,debt,city,outcome";

  private static final String[] CITIES = {"Rome", "Oslo", "Lima"};
  private static final double NOISE = 0.05;

  private CreditRows() {}

  /** Writes a CSV file with missing incomes in it. */
  static Path write(Path file, int rows) throws IOException {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (int row = 0; row < rows; row++) {
      double income = 20_000 + 80_000 * random.nextDouble();
      double debt = 50_000 * random.nextDouble();
      boolean pays = income > 1.5 * debt ^ random.nextDouble() < NOISE;
      text.append(String.format(Locale.ROOT, "c-%04d,%s,%.2f,%s,%s%n", row,
          row % 40 == 3 ? "" : String.format(Locale.ROOT, "%.2f", income), debt,
          CITIES[random.nextInt(CITIES.length)], pays ? "paid" : "default"));
    }
    return Files.writeString(file, text);
  }
}
