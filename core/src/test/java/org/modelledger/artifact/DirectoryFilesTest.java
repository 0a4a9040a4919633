package org.modelledger.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.StorageException;

class DirectoryFilesTest {
  @TempDir
  Path dir;

  @Test
  void leavesOutGitsOwnPathsAndEmptyDirectories() throws Exception {
    TestModels.write(dir, TestModels.files("m", "1", ".git/HEAD", "x", ".gitattributes", "x",
        ".github/workflows/a", "x", ".gitignore", "x", "sub/.gitignore", "2", ".gitx", "3"));
    Files.createDirectories(dir.resolve("nothing/here"));

    DirectoryFiles files = DirectoryFiles.of(dir);

    assertThat(files.names()).containsExactly(".gitx", "m", "sub/.gitignore");
    assertThat(files.size("sub/.gitignore")).isEqualTo(1);
    assertThat(files.read("m")).containsExactly('1');
    assertThat(files.directory()).contains(dir);
  }

  @Test
  void refusesASymbolicLinkByName() throws Exception {
    TestModels.write(dir, TestModels.files("m", "1", "sub/n", "2"));
    Files.createSymbolicLink(dir.resolve("sub/link"), Path.of("n"));

    assertThatThrownBy(() -> DirectoryFiles.of(dir)).isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("'sub/link'")
        .hasMessageContaining("symbolic link");
  }

  @Test
  void passesOverASymbolicLinkThatIsIgnored() throws Exception {
    TestModels.write(dir, TestModels.files("m", "1"));
    Files.createSymbolicLink(dir.resolve("link"), Path.of("m"));

    assertThat(DirectoryFiles.of(dir, List.of("link"), false).names()).containsExactly("m");
  }

  @Test
  void followsLinksToFilesWhenAskedButNeverToDirectories() throws Exception {
    TestModels.write(dir, TestModels.files("m", "1", "sub/n", "2"));
    Files.createSymbolicLink(dir.resolve("link"), Path.of("m"));
    assertThat(DirectoryFiles.of(dir, List.of(), true).read("link")).containsExactly('1');

    Files.createSymbolicLink(dir.resolve("other"), Path.of("sub"));
    assertThatThrownBy(() -> DirectoryFiles.of(dir, List.of(), true))
        .isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("'other'")
        .hasMessageContaining("link to a directory");
  }

  @Test
  void aFileThatBecameALinkIsNotRead() throws Exception {
    TestModels.write(dir, TestModels.files("m", "1", "n", "2"));
    DirectoryFiles files = DirectoryFiles.of(dir);
    Files.delete(dir.resolve("m"));
    Files.createSymbolicLink(dir.resolve("m"), Path.of("n"));

    assertThatThrownBy(() -> files.read("m")).isInstanceOf(StorageException.class)
        .hasMessageContaining("m");
  }

  @Test
  void refusesASpecialFileByName() throws Exception {
    TestModels.write(dir, TestModels.files("m", "1"));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(dir.resolve("socket")));

      assertThatThrownBy(() -> DirectoryFiles.of(dir)).isInstanceOf(ArtifactRefusedException.class)
          .hasMessageContaining("'socket'")
          .hasMessageContaining("neither a file nor a directory");
    }
  }

  @Test
  void refusesANameOutsideTheGrammar() throws Exception {
    Files.writeString(dir.resolve("a\\b"), "x");

    assertThatThrownBy(() -> DirectoryFiles.of(dir)).isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("a\\b");
  }

  @Test
  void saysThatADirectoryIsEmptyMissingOrAFile() throws Exception {
    assertThatThrownBy(() -> DirectoryFiles.of(dir)).isInstanceOf(ArtifactRefusedException.class)
        .hasMessageContaining("no file in " + dir);
    Path missing = dir.resolve("missing");
    assertThatThrownBy(() -> DirectoryFiles.of(missing)).isInstanceOf(StorageException.class)
        .hasMessageContaining("there is no " + missing);
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> DirectoryFiles.of(file)).isInstanceOf(StorageException.class)
        .hasMessageContaining("NotDirectory");
  }

  @Test
  void namesTheFilesThereAreWhenAskedForAnother() throws Exception {
    TestModels.write(dir, TestModels.files("m", "1"));

    assertThatThrownBy(() -> DirectoryFiles.of(dir).open("n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'n'")
        .hasMessageContaining("[m]");
  }

  @Test
  void ignoredPathsAreComparedSegmentBySegment() {
    IgnoredPaths ignored = new IgnoredPaths(List.of("a/b/", "./c", "/d", "../e"));

    assertThat(List.of("a/b", "a/b/x", "c", "c/y")).allMatch(ignored::covers);
    assertThat(List.of("a", "a/bc", "x/a/b", "d", "e", "cc")).noneMatch(ignored::covers);
    assertThat(new IgnoredPaths(List.of(".")).covers("anything")).isTrue();
  }
}
