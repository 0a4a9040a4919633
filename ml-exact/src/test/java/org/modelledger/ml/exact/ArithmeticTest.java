package org.modelledger.ml.exact;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Holds the classes of this room to arithmetic that has one result. */
class ArithmeticTest {
  /** Exact in whole numbers, or rounded once as IEEE 754 says; everything else in Math may differ. */
  private static final Set<String> EXACT = Set.of("abs", "ceilDiv", "max", "min", "multiplyExact",
      "nextDown", "sqrt",
      "toIntExact");

  /** Streams may add in any order, and add more than what is asked of them. */
  private static final Set<String> INEXACT_OWNERS = Set.of("java.util.Random",
      "java.util.random.RandomGenerator",
      "java.util.concurrent.ThreadLocalRandom", "java.util.SplittableRandom",
      "java.security.SecureRandom",
      "java.util.stream.DoubleStream", "java.util.DoubleSummaryStatistics");

  private static final ArchRule RULE = noClasses().should()
      .accessTargetWhere(describe("has more than one result", ArithmeticTest::inexact));

  private static boolean inexact(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    return (owner.equals("java.lang.Math") && !EXACT.contains(access.getTarget().getName()))
        || INEXACT_OWNERS.contains(owner);
  }

  @Test
  void nothingHereHasMoreThanOneResult() {
    JavaClasses classes = new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .importPackages("org.modelledger.ml.exact");
    assertThat(classes).hasSizeGreaterThan(20);
    RULE.check(classes);
  }

  /** What the rule is there to find. */
  private static final class Planted {
    static double direct(double x) {
      return Math.exp(x);
    }

    static double fused(double x) {
      return Math.fma(x, x, x);
    }

    static ToDoubleFunction<Double> byReference() {
      return Math::tanh;
    }

    static double summed(double[] x) {
      return Arrays.stream(x).sum();
    }
  }

  @Test
  void whatHasMoreThanOneResultIsFound() {
    assertThat(Planted.direct(0) + Planted.fused(1) + Planted.byReference().applyAsDouble(0.0)
        + Planted.summed(new double[]{1})).isEqualTo(4);
    String report = RULE.evaluate(new ClassFileImporter().importClasses(Planted.class))
        .getFailureReport()
        .toString();
    assertThat(report).contains("Math.exp", "Math.fma", "Math.tanh", "DoubleStream.sum");
  }
}
