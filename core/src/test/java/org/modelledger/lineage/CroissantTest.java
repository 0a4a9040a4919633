package org.modelledger.lineage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.StorageException;
import org.modelledger.training.DataSource;

class CroissantTest {
  private static final Instant TIME = Instant.parse("2026-11-27T10:00:00Z");
  private static final Digest CSV = Digest.sha256("a,b\n1,2\n".getBytes(UTF_8));

  @TempDir
  Path dir;

  /** As the reference library of Croissant accepts it, without a complaint. */
  private static byte[] points() throws IOException {
    try (var in = Objects
        .requireNonNull(CroissantTest.class.getResourceAsStream("croissant.json"))) {
      return in.readAllBytes();
    }
  }

  @Test
  void readsADescription() throws Exception {
    Croissant read = Croissant.read(points());

    assertThat(read.document()).isEqualTo(Digest.sha256(points()));
    assertThat(read.name()).isEqualTo("points");
    assertThat(read.license()).contains("https://creativecommons.org/licenses/by/4.0/");
    assertThat(read.version()).contains("1.2.0");
    assertThat(read.url()).contains("https://example.org/points");
    assertThat(read.files()).containsExactly(new DataSource("points.csv", CSV));
    assertThat(read.columns()).containsExactly(new DataColumn("a", "sc:Integer"),
        new DataColumn("b", "sc:Integer"));
  }

  @Test
  void readsWhatJsonLdAllowsBesides() {
    String json = """
        {"@type": ["http://schema.org/Dataset", "x:Other"], "name": "n", "version": 2,
         "license": {"@type": "CreativeWork", "name": "mine"},
         "distribution": {"@type": "cr:FileObject", "@id": "f", "sha256": "%s"},
         "recordSet": {"field": {"@id": "r/c", "dataType": ["sc:Text", "x:Y"]}}}
        """.formatted(CSV.hex().toUpperCase(Locale.ROOT));
    Croissant read = Croissant.read(json.getBytes(UTF_8));

    assertThat(read.version()).contains("2");
    assertThat(read.license()).contains("mine");
    assertThat(read.files()).containsExactly(new DataSource("f", CSV));
    assertThat(read.columns()).containsExactly(new DataColumn("r/c", "sc:Text, x:Y"));
  }

  @Test
  void refusesWhatIsNone() {
    assertRefused("[]", "not a JSON object");
    assertRefused("{\"@type\": \"sc:Person\", \"name\": \"n\"}", "expected 'sc:Dataset'");
    assertRefused("{\"name\": \"n\"}", "expected 'sc:Dataset'");
    assertRefused("{\"@type\": \"sc:Dataset\"}", "name is missing");
    assertRefused("{\"@type\": \"sc:Dataset\", \"name\": \"n\", \"distribution\": [{\"@type\":"
        + " \"cr:FileObject\", \"name\": \"f\", \"sha256\": \"12\"}]}",
        "expected 64 hexadecimal digits");
    assertRefused("{\"@type\": \"sc:Dataset\", \"name\": \"n\", \"recordSet\": [{\"field\":"
        + " [{\"name\": \"\"}]}]}", "a name that is not empty");
  }

  private static void assertRefused(String json, String because) {
    assertThatThrownBy(() -> Croissant.read(json.getBytes(UTF_8)))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(because);
  }

  @Test
  void describesADataSet() throws Exception {
    Path csv = Files.writeString(dir.resolve("points.csv"), "a,b\n1,2\n");
    Croissant description = Croissant.read(points());

    DatasetStatement fromFile = DatasetStatement.builder("points", TIME)
        .file(csv)
        .rows(1)
        .croissant(description)
        .build();

    assertThat(fromFile.files()).containsExactly(new DataSource("points.csv", CSV));
    assertThat(fromFile.columns()).isEqualTo(description.columns());
    assertThat(DatasetStatement.builder("points", TIME).croissant(description).build().files())
        .isEqualTo(fromFile.files());
    Files.writeString(csv, "a,b\n1,3\n");
    assertThatThrownBy(() -> DatasetStatement.builder("points", TIME)
        .file(csv)
        .croissant(description)
        .build()).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its Croissant description says " + CSV);
    assertThatThrownBy(() -> DatasetStatement.builder("d", TIME).file(dir.resolve("none")))
        .isInstanceOf(StorageException.class);
  }
}
