package org.modelledger.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holds every room against the rules of the house. */
class HouseTest {
  private static final Path ROOT = Path.of(System.getProperty("basedir", "."))
      .toAbsolutePath()
      .normalize()
      .resolveSibling("")
      .normalize();

  private static final Set<String> GENERATED = Set.of("org.modelledger.onnx.internal",
      "org.modelledger.chain.ethereum.internal.contract");

  @SuppressWarnings("NullAway.Init")
  private static JavaClasses main;

  @SuppressWarnings("NullAway.Init")
  private static JavaClasses tests;

  @BeforeAll
  static void readTheClasses() throws IOException {
    main = new ClassFileImporter().withImportOption(location -> !room(location).isEmpty())
        .importPackages("org.modelledger");
    List<Path> paths = new ArrayList<>();
    for (String module : Poms.modules(ROOT)) {
      Path classes = ROOT.resolve(module).resolve("target/test-classes");
      if (Files.isDirectory(classes) && !module.equals("architecture")) {
        paths.add(classes);
      }
    }
    tests = new ClassFileImporter().importPaths(paths);
  }

  @Test
  void seesEveryRoom() throws IOException {
    Set<String> seen = new TreeSet<>();
    main.forEach(type -> seen.add(room(type)));
    Set<String> modules = new TreeSet<>(Poms.modules(ROOT));
    modules.removeAll(Rooms.OBSERVERS);
    modules.remove("bom");
    assertThat(seen).isEqualTo(modules).isEqualTo(new TreeSet<>(Rooms.ARROWS.keySet()));
  }

  @Test
  void classesFollowTheArrows() {
    Rules.arrows(HouseTest::room, Rooms.ARROWS).check(main);
  }

  @Test
  void pomsFollowTheArrows() throws IOException {
    List<String> violations = new ArrayList<>();
    for (String room : Rooms.ARROWS.keySet()) {
      violations
          .addAll(Poms.violations(room, Poms.declared(ROOT.resolve(room).resolve("pom.xml"))));
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void nobodyDependsOnAnObserver() throws IOException {
    for (String module : Poms.modules(ROOT)) {
      assertThat(Poms.declared(ROOT.resolve(module).resolve("pom.xml")))
          .extracting(Poms.Declared::room)
          .as(module)
          .doesNotContainAnyElementsOf(Rooms.OBSERVERS);
    }
  }

  @Test
  void theBomOffersEveryPublishedRoom() throws IOException {
    Set<String> published = new HashSet<>(Rooms.ARROWS.keySet());
    published.removeAll(Rooms.APPLICATIONS);
    assertThat(Poms.managed(ROOT.resolve("bom/pom.xml")))
        .containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void everyRoomNamesItsOwnModule() throws IOException {
    List<String> names = new ArrayList<>();
    for (String room : Rooms.ARROWS.keySet()) {
      names.add(Poms.property(ROOT.resolve(room).resolve("pom.xml"), "module.name"));
    }
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.startsWith("org.modelledger."));
  }

  @Test
  @DisplayName("api depends on the JDK and JSpecify only")
  void apiDependsOnTheJdkAndJspecifyOnly() {
    Rules.onlyDependsOn(in("api"), "java..", "org.jspecify..").check(main);
  }

  @Test
  void theTransparencyLogNeedsNothingButAnEd25519() {
    Rules.onlyDependsOn(in("transparency-log"), "java..", "com.sun.net.httpserver..",
        "org.jspecify..", "org.bouncycastle..").check(main);
  }

  @Test
  void exactMachineLearningIsPlainJava() {
    Rules.onlyDependsOn(in("ml-exact"), "java..", "org.jspecify..", "org.modelledger..")
        .check(main);
  }

  @Test
  void roomsDoNotSharePackages() {
    List<String> shared = new ArrayList<>();
    main.forEach(type -> main.forEach(other -> {
      if (type.isTopLevelClass() && other.isTopLevelClass()
          && type.getPackageName().equals(other.getPackageName())
          && !room(type).equals(room(other))) {
        shared.add(type.getName() + " and " + other.getName());
      }
    }));
    assertThat(shared).isEmpty();
  }

  @Test
  void packagesAreNullMarked() {
    Rules.packagesAreNullMarked().check(main);
  }

  @Test
  void packagesHaveNoCycles() {
    Rules.noPackageCycles().check(main);
  }

  @Test
  void internalPackagesStayInside() {
    Rules.internalStaysInside(HouseTest::room).check(main);
  }

  @Test
  void onlyProgramsWriteToTheStandardStreams() {
    Rules.noStandardStreams().check(main.that(outside(Rooms.APPLICATIONS)));
  }

  @Test
  void nobodyUsesJavaUtilLogging() {
    Rules.noJavaUtilLogging().check(main);
  }

  @Test
  void uncheckedExceptionsHaveARoot() {
    Rules.uncheckedExceptionsHaveARoot("org.modelledger.model.ModelLedgerException")
        .check(main.that(outside(Set.of("transparency-log"))));
    Rules.uncheckedExceptionsHaveARoot("org.modelledger.tlog.TransparencyLogException")
        .check(main.that(in("transparency-log")));
  }

  @Test
  void nothingStaticCanBeChanged() {
    Rules.noMutableStatics()
        .check(main.that(describe("are not generated from onnx.proto or a contract",
            type -> !GENERATED.contains(type.getPackageName()))));
  }

  @Test
  void testsDoNotSleep() {
    Rules.noSleeping().check(tests);
    Rules.noSleeping().check(main.that(in("tck")));
  }

  @Test
  void randomNumbersComeFromJavaBase() {
    Rules.randomNumbersComeFromJavaBase().check(main);
    Rules.randomNumbersComeFromJavaBase().check(tests);
  }

  @Test
  void noTestIsSwitchedOff() {
    Rules.nothingIsDisabled().check(tests);
    Rules.nothingIsDisabled().check(main.that(in("tck")));
  }

  private static DescribedPredicate<JavaClass> in(String room) {
    return describe("are in " + room, type -> room(type).equals(room));
  }

  private static DescribedPredicate<JavaClass> outside(Set<String> rooms) {
    return describe("are outside " + rooms, type -> !rooms.contains(room(type)));
  }

  /** The room a class was read from; empty for a class that is not ours. */
  private static String room(JavaClass type) {
    return type.getSource().map(source -> room(source.getUri().toString())).orElse("");
  }

  private static String room(Location location) {
    return room(location.asURI().toString());
  }

  private static String room(String uri) {
    for (String room : Rooms.ARROWS.keySet()) {
      // a directory of classes in `mvn test`, a jar in `mvn verify`
      if (uri.contains("/" + room + "/target/classes/")
          || uri.contains("/" + room + "/target/modelledger-" + Rooms.artifact(room) + "-")) {
        return room;
      }
    }
    return "";
  }
}
