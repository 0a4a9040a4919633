package org.modelledger.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.modelledger.model.ModelFormatException;

class JsonTest {
  @Test
  void refusesWhatIsNotStrictlyOneObject() {
    for (String bad : List.of("", "[]", "1", "null", "{", "{} {}", "{}x", "{\"a\":1,\"a\":2}",
        "{'a':1}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":1,}", "// c\n{}", "{\"a\":\"\t\"}")) {
      assertThatThrownBy(() -> read(bad.getBytes(UTF_8))).as(bad)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("thing");
    }
  }

  @Test
  void refusesOtherEncodingsThanUtf8() {
    assertThatThrownBy(() -> read("{\"a\":\"ä\"}".getBytes(ISO_8859_1)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> read("{}".getBytes(UTF_16))).isInstanceOf(ModelFormatException.class);
  }

  @Test
  void refusesWhatIsTooLongOrTooDeep() {
    assertThatThrownBy(() -> Json.read("thing", new byte[101], 100))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("101 bytes");
    String deep = "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000);
    assertThatThrownBy(() -> read(deep.getBytes(UTF_8))).isInstanceOf(ModelFormatException.class);
  }

  @Test
  void saysWhereSomethingIsMissingOrOfAnotherType() {
    JsonObject object = read("{\"a\":{\"b\":[{\"c\":1.5},2]},\"n\":null}".getBytes(UTF_8));

    assertThatThrownBy(() -> object.object("a").objects("b")).isInstanceOf(
        ModelFormatException.class).hasMessage("thing.a.b[1]: expected an object, found 2");
    assertThatThrownBy(() -> object.object("a").strings("b")).hasMessageContaining(
        "thing.a.b[0]: expected a string");
    assertThatThrownBy(() -> object.object("a").string("x")).isInstanceOf(
        ModelFormatException.class).hasMessage("thing.a.x is missing; expected a string");
    assertThatThrownBy(() -> object.integer("a")).isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("thing.a: expected a whole number");
    assertThatThrownBy(() -> object.string("n")).hasMessageContaining("thing.n is missing");
    assertThatThrownBy(() -> object.allowOnly("a")).hasMessageContaining("unknown member 'n'");
    assertThat(object.optionalString("n")).isEmpty();
    assertThat(object.has("a")).isTrue();
  }

  @Test
  void refusesNumbersThatAreNotWholeOrTooBig() {
    for (String number : List.of("1.0", "1e3", "9223372036854775808", "\"1\"", "true")) {
      assertThatThrownBy(() -> read(("{\"a\":" + number + "}").getBytes(UTF_8)).integer("a"))
          .as(number)
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("thing.a");
    }
    assertThat(read("{\"a\":9223372036854775807}".getBytes(UTF_8)).integer("a"))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void writesMembersInTheirOrderWithoutSpace() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("z", List.of(1, true, "ö\n"));
    members.put("a", 0.1);

    assertThat(Json.write(members)).asString(UTF_8)
        .isEqualTo("{\"z\":[1,true,\"ö\\n\"],\"a\":0.1}");
  }

  private static JsonObject read(byte[] bytes) {
    return Json.read("thing", bytes, 1 << 20);
  }
}
