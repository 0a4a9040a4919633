package org.modelledger.artifact;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.modelledger.internal.hashing.FileHashing;
import org.modelledger.internal.hashing.Parallel;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;

/**
 * The files of an artifact with their digests, in the order of OpenSSF Model Signing (OMS), and the
 * digest of the whole: the id that the ledger and every OMS tool know the artifact by.
 *
 * <p>That digest covers the contents in the order of their names, <em>not the names</em>: whoever
 * relies on a name compares whole manifests, one of them from a verified signature.
 *
 * @param files at least one; names differ, and none is a directory of another
 */
public record ArtifactManifest(List<ArtifactFile> files) {
  /**
   * The order of the OMS reference: by path segment, each compared by code point. So {@code a/b}
   * comes before {@code a.b}, and U+FF61 before U+1F600, unlike with {@link String#compareTo}.
   */
  public static final Comparator<String> NAME_ORDER = ArtifactManifest::compareNames;

  /**
   * Sorts the files.
   *
   * @throws ArtifactRefusedException if there are none, or a name occurs twice or is also a
   *     directory
   */
  public ArtifactManifest {
    files = files.stream().sorted(Comparator.comparing(ArtifactFile::name, NAME_ORDER)).toList();
    if (files.isEmpty()) {
      throw new ArtifactRefusedException("an artifact has at least one file; this one has none");
    }
    for (int i = 1; i < files.size(); i++) {
      String before = files.get(i - 1).name();
      String name = files.get(i).name();
      if (name.equals(before)) {
        throw new ArtifactRefusedException("an artifact has '" + name + "' twice");
      }
      // in this order, what lies in a directory follows right behind a file of its name
      if (name.startsWith(before + "/")) {
        throw new ArtifactRefusedException(
            "an artifact cannot have '" + before + "' as a file and as the directory of '" + name
                + "'");
      }
    }
  }

  /**
   * Hashes the files of a directory on all cores, as {@link DirectoryFiles#of(Path)} lists them.
   *
   * @throws ArtifactRefusedException if there are no files, or a symbolic link or special file
   * @throws org.modelledger.model.StorageException if something cannot be read
   * @throws InterruptedException if interrupted
   */
  public static ArtifactManifest ofDirectory(Path directory) throws InterruptedException {
    return of(DirectoryFiles.of(directory));
  }

  /**
   * Hashes files on all cores: several at once, and reading overlapped with hashing. The memory it
   * takes depends on the number of cores alone.
   *
   * <p>Takes every file that {@code files} names, unlike {@link ArtifactStore#ingest}, which leaves
   * out {@link #isGitPath git's own}.
   *
   * @throws org.modelledger.model.ModelLedgerException if a file cannot be read
   * @throws InterruptedException if interrupted
   */
  public static ArtifactManifest of(ModelFiles files) throws InterruptedException {
    Collection<String> names = files.names();
    List<ArtifactFile> hashed = Parallel.map(names, files::size,
        name -> new ArtifactFile(name, FileHashing.hash(files, name)));
    return new ArtifactManifest(hashed);
  }

  /**
   * Returns the paths that the OMS reference leaves out by default, with all that lies in them:
   * {@code .git}, {@code .gitattributes}, {@code .github} and {@code .gitignore} at the top.
   */
  public static List<String> gitPaths() {
    return List.of(".git", ".gitattributes", ".github", ".gitignore");
  }

  /** Says whether a file of this name is one of {@link #gitPaths()} or lies in one. */
  public static boolean isGitPath(String name) {
    int slash = name.indexOf('/');
    return gitPaths().contains(slash < 0 ? name : name.substring(0, slash));
  }

  /** Returns the OMS root digest: the SHA-256 of the files' digests, one after the other. */
  public Digest digest() {
    MessageDigest root = Digest.sha256();
    for (ArtifactFile file : files) {
      root.update(file.digest().bytes());
    }
    return Digest.of(root.digest());
  }

  /** Returns the digest of a file, or nothing if there is none of this name. */
  public Optional<Digest> find(String name) {
    return files.stream()
        .filter(file -> file.name().equals(name))
        .map(ArtifactFile::digest)
        .findFirst();
  }

  /**
   * Says how another manifest differs from this one, one phrase a file: changed, missing, extra.
   *
   * @param actual what was found where this was expected
   * @return empty if they are equal
   */
  public List<String> differences(ArtifactManifest actual) {
    List<String> differences = new ArrayList<>();
    int theirs = 0;
    for (ArtifactFile file : files) {
      while (theirs < actual.files.size()
          && compareNames(actual.files.get(theirs).name(), file.name()) < 0) {
        differences.add("extra file '" + actual.files.get(theirs++).name() + "'");
      }
      if (theirs == actual.files.size() || !actual.files.get(theirs).name().equals(file.name())) {
        differences.add("missing file '" + file.name() + "'");
        continue;
      }
      Digest found = actual.files.get(theirs++).digest();
      if (!found.equals(file.digest())) {
        differences.add("changed file '" + file.name() + "': expected " + file.digest() + ", found "
            + found);
      }
    }
    for (; theirs < actual.files.size(); theirs++) {
      differences.add("extra file '" + actual.files.get(theirs).name() + "'");
    }
    return List.copyOf(differences);
  }

  private static int compareNames(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int left = a.codePointAt(i);
      int right = b.codePointAt(j);
      if (left != right) {
        // the separator ends a segment, and the end comes before any character
        return left == '/' ? -1 : right == '/' ? 1 : Integer.compare(left, right);
      }
      i += Character.charCount(left);
      j += Character.charCount(right);
    }
    return Integer.compare(a.length() - i, b.length() - j);
  }
}
