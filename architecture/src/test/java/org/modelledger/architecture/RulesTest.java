package org.modelledger.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule that cannot fail protects nothing: each is held here against code that breaks it on purpose. */
class RulesTest {
  private static final String FIXTURE = "org.modelledger.architecture.fixture";
  private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(FIXTURE);
  private static final Map<String, Set<String>> ARROWS = Map.of("alpha", Set.of("beta"), "beta",
      Set.of());

  @Test
  void findsAClassThatGoesAgainstTheArrows() {
    refuses(Rules.arrows(RulesTest::room, ARROWS), "room beta may not know room alpha",
        "KnowsTooMuch");
  }

  @Test
  void letsAClassFollowTheArrows() {
    ArchRule rule = Rules.arrows(RulesTest::room,
        Map.of("alpha", Set.of("beta"), "beta", Set.of("alpha")));
    assertThat(rule.evaluate(BROKEN).hasViolation()).isFalse();
  }

  @Test
  void findsAForeignDependency() {
    DescribedPredicate<JavaClass> alpha = JavaClass.Predicates
        .resideInAPackage(FIXTURE + ".alpha..");
    refuses(Rules.onlyDependsOn(alpha, "java.lang..", "org.jspecify.."), "Chatty",
        "java.util.logging.Logger");
  }

  @Test
  void findsTheUseOfAnotherRoomsInternals() {
    refuses(Rules.internalStaysInside(RulesTest::room), "KnowsTooMuch", "alpha.internal.Hidden");
  }

  @Test
  void findsAPackageThatIsNotNullMarked() {
    refuses(Rules.packagesAreNullMarked(), "fixture.unmarked", "not @NullMarked");
  }

  @Test
  void findsStandardStreams() {
    refuses(Rules.noStandardStreams(), "Chatty", "System.out");
  }

  @Test
  void findsJavaUtilLogging() {
    refuses(Rules.noJavaUtilLogging(), "Chatty", "java.util.logging");
  }

  @Test
  void findsACycleOfPackages() {
    refuses(Rules.noPackageCycles(), "Cycle detected", "fixture.alpha", "fixture.beta");
  }

  @Test
  void findsAnUncheckedExceptionWithoutRoot() {
    refuses(Rules.uncheckedExceptionsHaveARoot("org.modelledger.model.ModelLedgerException"),
        "Stray");
  }

  @Test
  void findsStaticsThatCanBeChanged() {
    refuses(Rules.noMutableStatics(), "MutableStatics.counter", "MutableStatics.TABLE",
        "MutableStatics.NAMES");
    assertThat(Rules.noMutableStatics().evaluate(BROKEN).getFailureReport().toString())
        .doesNotContain("MutableStatics.FIXED")
        .doesNotContain("MutableStatics.PRIVATE_TABLE");
  }

  @Test
  void findsATestThatSleeps() {
    refuses(Rules.noSleeping(), "Sleepy.waitABit", "Thread.sleep");
    refuses(Rules.noSleeping(), "Sleepy.waitABitMore", "TimeUnit.sleep");
  }

  @Test
  void findsRandomNumbersFromElsewhere() {
    refuses(Rules.randomNumbersComeFromJavaBase(), "Sleepy.throwDice",
        "RandomGenerator.getDefault");
  }

  @Test
  void findsATestThatIsSwitchedOff() {
    refuses(Rules.nothingIsDisabled(), "Sleepy.neverRuns");
  }

  @Test
  void findsADeclaredDependencyAgainstTheArrows(@TempDir Path directory) throws IOException {
    Path pom = directory.resolve("pom.xml");
    Files.writeString(pom,
        """
            <project><dependencies>
              <dependency><groupId>org.modelledger</groupId><artifactId>modelledger-api</artifactId></dependency>
              <dependency><groupId>org.modelledger</groupId><artifactId>modelledger-core</artifactId></dependency>
              <dependency><groupId>org.modelledger</groupId><artifactId>modelledger-guice</artifactId>
                <scope>test</scope></dependency>
              <dependency><groupId>com.example</groupId><artifactId>modelledger-core</artifactId></dependency>
            </dependencies></project>
            """);
    List<Poms.Declared> declared = Poms.declared(pom);
    assertThat(declared).containsExactly(new Poms.Declared("api", "compile"),
        new Poms.Declared("core", "compile"), new Poms.Declared("guice", "test"));
    assertThat(Poms.violations("chain-local", declared)).hasSize(2)
        .anyMatch(line -> line.startsWith("chain-local declares core with scope compile"))
        .anyMatch(line -> line.startsWith("chain-local declares guice with scope test"));
  }

  @Test
  void keepsBackendsOffTheCompilePathOfAnApplication() {
    Poms.Declared atRunTime = new Poms.Declared("ml-exact", "runtime");
    assertThat(Poms.violations("examples", List.of(atRunTime))).isEmpty();
    assertThat(Poms.violations("examples", List.of(new Poms.Declared("ml-exact", "compile"))))
        .hasSize(1);
    assertThat(Poms.violations("core", List.of(atRunTime))).hasSize(1);
  }

  @Test
  void followsArrowsToTheirEnd() {
    assertThat(Rooms.reachable(Rooms.ARROWS))
        .containsEntry("guice", Set.of("core", "api", "transparency-log"))
        .containsEntry("api", Set.of());
  }

  private static void refuses(ArchRule rule, String... parts) {
    assertThatThrownBy(() -> rule.check(BROKEN)).isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(parts);
  }

  /** In the fixture the package after the common prefix stands for the room. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(FIXTURE + ".")
        ? name.substring(FIXTURE.length() + 1).split("\\.", 2)[0]
        : "";
  }
}
