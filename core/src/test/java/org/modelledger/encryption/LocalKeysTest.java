package org.modelledger.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.UnrecoverableKeyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.spi.ConfigurationException;

class LocalKeysTest {
  private static final byte[] CONTEXT = "context".getBytes(UTF_8);
  private static final byte[] SECRET = "a data key of thirty-two bytes..".getBytes(UTF_8);

  @TempDir
  Path dir;

  private LocalKeys open() {
    return LocalKeys.readOrCreate(dir.resolve("evidence.keyset"));
  }

  @Test
  void earlierKeysStillUnwrapAfterARotation() throws Exception {
    LocalKeys keys = open();
    String first = keys.currentKey();
    byte[] wrapped = keys.wrap(first, SECRET, CONTEXT);
    String second = keys.rotate();

    assertThat(second).startsWith("local:2-").isEqualTo(keys.currentKey()).isNotEqualTo(first);
    assertThat(keys.unwrap(first, wrapped, CONTEXT)).isEqualTo(SECRET);
    LocalKeys again = open();
    assertThat(again.currentKey()).isEqualTo(second);
    assertThat(again.unwrap(first, wrapped, CONTEXT)).isEqualTo(SECRET);
    assertThat(again.rotate()).startsWith("local:3-");
    assertThat(LocalKeys.firstKeyOf(wrapped)).isEqualTo(first);
    assertThat(PosixFilePermissions
        .toString(Files.getPosixFilePermissions(dir.resolve("evidence-3.keyset"))))
        .isEqualTo("rw-------");
  }

  @Test
  void whatIsWrappedBelongsToItsContextAndKey() throws Exception {
    LocalKeys keys = open();
    String first = keys.currentKey();
    byte[] wrapped = keys.wrap(first, SECRET, CONTEXT);
    String second = keys.rotate();

    assertThatThrownBy(() -> keys.unwrap(first, wrapped, SECRET))
        .isInstanceOf(GeneralSecurityException.class)
        .isNotInstanceOf(UnrecoverableKeyException.class);
    assertThatThrownBy(() -> keys.unwrap(second, wrapped, CONTEXT))
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void aKeyThatIsGoneOrMadeAnewIsNamedWithItsFile() throws Exception {
    LocalKeys keys = open();
    String first = keys.currentKey();
    byte[] wrapped = keys.wrap(first, SECRET, CONTEXT);
    var unused = keys.rotate();
    Files.delete(dir.resolve("evidence.keyset"));

    LocalKeys without = open();
    assertThat(dir.resolve("evidence.keyset")).as("there is a key, none is made").doesNotExist();
    assertThatThrownBy(() -> without.unwrap(first, wrapped, CONTEXT))
        .isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining("there was no file " + dir.resolve("evidence.keyset"));

    Files.delete(dir.resolve("evidence-2.keyset"));
    LocalKeys anew = open();
    assertThatThrownBy(() -> anew.unwrap(first, wrapped, CONTEXT))
        .isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining(
            dir.resolve("evidence.keyset") + " has another key, " + anew.currentKey());
    assertThatThrownBy(() -> anew.unwrap("acme-kms://key", wrapped, CONTEXT))
        .isInstanceOf(UnrecoverableKeyException.class)
        .hasMessageContaining("none of the keys in files beside");
  }

  @Test
  void filesThatAreNoKeysetsAreNamed() throws Exception {
    var unused = open();
    Path second = Files.writeString(dir.resolve("evidence-2.keyset"), "{}");
    Files.setPosixFilePermissions(second, PosixFilePermissions.fromString("rw-------"));

    assertThatThrownBy(this::open).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(second.toString());
    Files.move(second, dir.resolve("evidence-old.keyset"));
    assertThat(open().currentKey()).as("other files are nobody's business").startsWith("local:1-");
  }
}
