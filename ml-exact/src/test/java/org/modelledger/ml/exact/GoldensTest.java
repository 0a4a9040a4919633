package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class GoldensTest {

  @Test
  void everyGoldenProgramCanBeRun() throws IOException, ReflectiveOperationException {
    assertThat(Goldens.programs()).contains(Golden.class.getName());
    for (String program : Goldens.programs()) {
      assertThat(Class.forName(program).getDeclaredMethod("main", String[].class).getModifiers()
          & Modifier.STATIC).as(program).isNotZero();
    }
  }
}
