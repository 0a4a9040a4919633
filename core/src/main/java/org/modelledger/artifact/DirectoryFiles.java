package org.modelledger.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.modelledger.model.FileNames;
import org.modelledger.model.ModelFiles;

/**
 * The files of a directory as they are on disk, unverified. Listed once, read when asked for.
 *
 * <p>Directories count only through the files in them: an empty one is not seen.
 */
public final class DirectoryFiles implements ModelFiles {
  private final Path directory;
  private final boolean followsLinks;
  private final SortedMap<String, Long> sizes;
  private final List<String> linksOutside;

  private DirectoryFiles(Path directory, boolean followsLinks, Listing listing) {
    this.directory = directory;
    this.followsLinks = followsLinks;
    this.sizes = listing.sizes;
    this.linksOutside = List.copyOf(listing.linksOutside);
  }

  /**
   * Lists a directory as the OMS reference does by default: {@link ArtifactManifest#isGitPath git's
   * own paths} are left out, and a symbolic link is refused.
   *
   * @throws ArtifactRefusedException if there is no file, or something that is neither a file nor a
   *     directory; names it
   * @throws org.modelledger.model.InvalidNameException if a name is outside the grammar of file names
   * @throws org.modelledger.model.StorageException if a directory is missing or cannot be read
   */
  public static DirectoryFiles of(Path directory) {
    return of(directory, ArtifactManifest.gitPaths(), false);
  }

  /**
   * Lists a directory by other rules.
   *
   * @param ignoredPaths files and directories to leave out, relative to the directory
   * @param followsLinks whether a symbolic link to a file stands for that file; one to a directory is
   *     refused in any case, because OMS tools do not look behind it
   * @throws ArtifactRefusedException if there is no file, or something that is neither a file nor a
   *     directory; names it
   * @throws org.modelledger.model.InvalidNameException if a name is outside the grammar of file names
   * @throws org.modelledger.model.StorageException if a directory is missing or cannot be read
   */
  public static DirectoryFiles of(Path directory, Collection<String> ignoredPaths,
      boolean followsLinks) {
    return listed(directory, new IgnoredPaths(List.copyOf(ignoredPaths))::covers, followsLinks);
  }

  /**
   * Lists those of some files that are in a directory, and looks at nothing else in it.
   *
   * @param names what to look for; other files and links do not matter
   * @param followsLinks as in {@link #of(Path, Collection, boolean)}
   * @throws ArtifactRefusedException if none is there, or one of them is neither a file nor a
   *     directory; names it
   * @throws org.modelledger.model.StorageException if a directory is missing or cannot be read
   */
  public static DirectoryFiles only(Path directory, Collection<String> names,
      boolean followsLinks) {
    Set<String> wanted = new HashSet<>();
    for (String name : names) {
      wanted.add(name);
      for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
        wanted.add(name.substring(0, slash)); // the directories on the way to it
      }
    }
    return listed(directory, name -> !wanted.contains(name), followsLinks);
  }

  /**
   * Takes a single file, under its last name, in place of a directory.
   *
   * @param followsLinks whether it may be a symbolic link to the file
   * @throws ArtifactRefusedException if it is no file
   * @throws org.modelledger.model.InvalidNameException if its name is outside the grammar of file
   *     names
   * @throws org.modelledger.model.StorageException if it is missing or cannot be read
   */
  public static DirectoryFiles ofFile(Path file, boolean followsLinks) {
    Path absolute = file.toAbsolutePath().normalize();
    Path directory = absolute.getParent();
    if (directory == null) {
      throw new ArtifactRefusedException(file + " is not a file");
    }
    Listing listing = new Listing(directory, name -> false, followsLinks);
    try {
      Files.walkFileTree(absolute, Set.of(), 0, listing);
    } catch (IOException e) {
      throw StorageFailures.of("read", file, e);
    }
    return new DirectoryFiles(directory, followsLinks, listing);
  }

  private static DirectoryFiles listed(Path directory, Predicate<String> leftOut,
      boolean followsLinks) {
    Objects.requireNonNull(directory, "directory");
    try {
      if (!Files.isDirectory(directory)) {
        throw Files.exists(directory)
            ? new NotDirectoryException(directory.toString())
            : new NoSuchFileException(directory.toString());
      }
      Listing listing = new Listing(directory, leftOut, followsLinks);
      try (DirectoryStream<Path> top = Files.newDirectoryStream(directory)) {
        for (Path entry : top) { // from here, so that the directory itself may be a link
          Files.walkFileTree(entry, listing);
        }
      }
      if (listing.sizes.isEmpty()) {
        throw new ArtifactRefusedException("there is no file in " + directory);
      }
      return new DirectoryFiles(directory, followsLinks, listing);
    } catch (IOException e) {
      throw StorageFailures.of("read directory", directory, e);
    } catch (DirectoryIteratorException e) {
      throw StorageFailures.of("read directory", directory,
          Objects.requireNonNull(e.getCause(), "the cause is its constructor's argument"));
    }
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(sizes.keySet()));
  }

  @Override
  public long size(String name) {
    Long size = sizes.get(name);
    if (size == null) {
      throw unknown(name, sizes);
    }
    return size;
  }

  @Override
  public InputStream open(String name) {
    size(name);
    Path path = directory.resolve(name);
    OpenOption[] options = followsLinks
        ? new OpenOption[0]
        : new OpenOption[]{LinkOption.NOFOLLOW_LINKS};
    try {
      return Files.newInputStream(path, options);
    } catch (IOException e) {
      throw StorageFailures.of("read", path, e);
    }
  }

  /** Returns the names of symbolic links that lead to a file outside of the directory, sorted. */
  public List<String> linksOutside() {
    return linksOutside;
  }

  /** Returns the directory. */
  @Override
  public Optional<Path> directory() {
    return Optional.of(directory);
  }

  @Override
  public String toString() {
    return "DirectoryFiles[" + directory + ", " + sizes.size() + " files]";
  }

  static IllegalArgumentException unknown(String name, Map<String, ?> known) {
    return new IllegalArgumentException(
        "no file '" + name + "'; there are " + known.keySet().stream().limit(20).toList()
            + (known.size() > 20 ? " and " + (known.size() - 20) + " more" : ""));
  }

  private static final class Listing extends SimpleFileVisitor<Path> {
    private final Path top;
    private final Predicate<String> leftOut;
    private final boolean followsLinks;
    private final TreeMap<String, Long> sizes = new TreeMap<>();
    private final SortedSet<String> linksOutside = new TreeSet<>();

    Listing(Path top, Predicate<String> leftOut, boolean followsLinks) {
      this.top = top;
      this.leftOut = leftOut;
      this.followsLinks = followsLinks;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
      return leftOut.test(name(dir)) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String name = name(file);
      if (leftOut.test(name)) {
        return FileVisitResult.CONTINUE;
      }
      BasicFileAttributes target = attributes;
      if (attributes.isSymbolicLink()) {
        if (!followsLinks) {
          throw new ArtifactRefusedException(
              "'" + name + "' in " + top + " is a symbolic link; an artifact has plain files only");
        }
        target = Files.readAttributes(file, BasicFileAttributes.class);
        if (target.isDirectory()) {
          throw new ArtifactRefusedException("'" + name + "' in " + top
              + " is a symbolic link to a directory; what lies behind it is never signed");
        }
        if (!file.toRealPath().startsWith(top.toRealPath())) {
          linksOutside.add(name);
        }
      }
      if (!target.isRegularFile()) {
        throw new ArtifactRefusedException(
            "'" + name + "' in " + top + " is neither a file nor a directory");
      }
      sizes.put(FileNames.check(name), target.size());
      return FileVisitResult.CONTINUE;
    }

    private String name(Path path) {
      String name = top.relativize(path).toString();
      String separator = path.getFileSystem().getSeparator();
      return separator.equals("/") ? name : name.replace(separator, "/");
    }
  }
}
