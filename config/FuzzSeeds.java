import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes what a fuzz target begins with into a directory: its class, the directory. Run by config/fuzz from source. */
final class FuzzSeeds {
  public static void main(String[] arguments) throws Exception {
    List<?> seeds = (List<?>) Class.forName(arguments[0]).getMethod("seeds").invoke(null);
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(directory.resolve("seed-" + i), (byte[]) seeds.get(i));
    }
  }
}
