package org.modelledger.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.PRIVATE;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNTHETIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.NullMarked;

/** The rules of the house. Each is a factory, so that a test can also hold it against code that breaks it. */
final class Rules {
  private Rules() {}

  /** Main code knows only the rooms that the arrows, followed to their end, lead to. */
  static ArchRule arrows(Function<JavaClass, String> roomOf, Map<String, Set<String>> arrows) {
    Map<String, Set<String>> reachable = Rooms.reachable(arrows);
    return classes().should(new ArchCondition<>("follow the arrows between the rooms") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        String from = roomOf.apply(item);
        Set<String> allowed = reachable.getOrDefault(from, Set.of());
        for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
          String to = roomOf.apply(dependency.getTargetClass().getBaseComponentType());
          if (!to.isEmpty() && !to.equals(from) && !allowed.contains(to)) {
            events.add(SimpleConditionEvent.violated(dependency,
                "room " + from + " may not know room " + to + ": " + dependency.getDescription()));
          }
        }
      }
    });
  }

  /** A room uses nothing but itself and the named packages. */
  static ArchRule onlyDependsOn(DescribedPredicate<JavaClass> room, String... packages) {
    DescribedPredicate<JavaClass> allowed = room
        .or(JavaClass.Predicates.resideInAnyPackage(packages));
    return classes().that(room)
        .should()
        .onlyDependOnClassesThat(describe("are known: " + List.of(packages),
            type -> type.getBaseComponentType().isPrimitive()
                || allowed.test(type.getBaseComponentType())));
  }

  /** What lies in a package named internal is used by its own room alone. */
  static ArchRule internalStaysInside(Function<JavaClass, String> roomOf) {
    return classes().should(new ArchCondition<>("not use the internal packages of another room") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        for (Dependency dependency : item.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (List.of(target.getPackageName().split("\\.")).contains("internal")
              && target.getPackageName().startsWith("org.modelledger")
              && !roomOf.apply(target).equals(roomOf.apply(item))) {
            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
          }
        }
      }
    });
  }

  static ArchRule packagesAreNullMarked() {
    return classes().should(new ArchCondition<>("lie in a @NullMarked package") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
          events.add(SimpleConditionEvent.violated(item,
              item.getName() + " lies in " + item.getPackageName() + ", which is not @NullMarked"));
        }
      }
    });
  }

  static ArchRule noStandardStreams() {
    return GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
  }

  static ArchRule noJavaUtilLogging() {
    return noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging");
  }

  static ArchRule noPackageCycles() {
    return SlicesRuleDefinition.slices().assignedFrom(new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        return javaClass.getPackageName().startsWith("org.modelledger")
            ? SliceIdentifier.of(javaClass.getPackageName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    }).should().beFreeOfCycles();
  }

  /** An unchecked exception of ours can be caught by one of the roots. */
  static ArchRule uncheckedExceptionsHaveARoot(String... roots) {
    return classes().that()
        .areAssignableTo(RuntimeException.class)
        .or()
        .areAssignableTo(Error.class)
        .should(new ArchCondition<>("descend from one of " + List.of(roots)) {
          @Override
          public void check(JavaClass item, ConditionEvents events) {
            if (List.of(roots).stream().noneMatch(item::isAssignableTo)) {
              events.add(SimpleConditionEvent.violated(item,
                  item.getName() + " is unchecked and descends from none of " + List.of(roots)));
            }
          }
        })
        .allowEmptyShould(true);
  }

  static ArchRule noMutableStatics() {
    return fields().that()
        .areStatic()
        .and()
        .doNotHaveModifier(SYNTHETIC)
        .should(new ArchCondition<>("be final, and immutable where others see them") {
          @Override
          public void check(JavaField item, ConditionEvents events) {
            if (!item.getModifiers().contains(FINAL)) {
              events.add(SimpleConditionEvent.violated(item,
                  item.getFullName() + " is static and not final"));
            } else if (!item.getModifiers().contains(PRIVATE) && isMutable(item)) {
              events.add(SimpleConditionEvent.violated(item,
                  item.getFullName() + " is static, not private, and its content can be changed"));
            }
          }
        });
  }

  static ArchRule noSleeping() {
    return noClasses().should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class, int.class)
        .orShould()
        .callMethod(Thread.class, "sleep", Duration.class)
        .orShould()
        .callMethod(TimeUnit.class, "sleep", long.class);
  }

  /** Before Java 22 these look into the module jdk.random, which small runtimes leave out. */
  static ArchRule randomNumbersComeFromJavaBase() {
    return noClasses().should()
        .callMethod(RandomGenerator.class, "of", String.class)
        .orShould()
        .callMethod(RandomGenerator.class, "getDefault")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(RandomGeneratorFactory.class);
  }

  static ArchRule nothingIsDisabled() {
    String disabled = "org.junit.jupiter.api.Disabled";
    return CompositeArchRule.of(noClasses().should().beAnnotatedWith(disabled))
        .and(noMethods().should().beAnnotatedWith(disabled));
  }

  private static boolean isMutable(JavaField field) {
    JavaClass type = field.getRawType();
    if (!type.isArray() && !type.isAssignableTo(Collection.class)
        && !type.isAssignableTo(Map.class)) {
      return false;
    }
    try {
      Field reflected = field.reflect();
      reflected.setAccessible(true);
      Object value = reflected.get(null);
      if (type.isArray()) {
        return value != null && Array.getLength(value) > 0;
      }
      // Only the JDK's own immutable collections are taken at their word.
      return value != null
          && !value.getClass().getName().startsWith("java.util.ImmutableCollections$");
    } catch (IllegalAccessException e) {
      throw new AssertionError(field.getFullName() + " could not be read", e);
    }
  }
}
