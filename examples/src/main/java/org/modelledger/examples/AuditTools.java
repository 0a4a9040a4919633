package org.modelledger.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The commands that an auditor runs: programs that others have published, and {@code modelledger}.
 *
 * @param tools where the programs of others are installed
 * @param modelledger our own command, with what stands before its arguments
 */
record AuditTools(Path tools, List<String> modelledger) {
  private static final int FSCK_WORKERS = 8;

  AuditTools {
    modelledger = List.copyOf(modelledger);
  }

  /** Where {@code ./quickstart} and {@code ./verify} put them, in a checkout that is the working directory. */
  static AuditTools ofCheckout() {
    return new AuditTools(Path.of(".tools"), List.of("cli/modelledger", "--built"));
  }

  /** Says whether a check can be run here. */
  boolean has(Check check) {
    return Files.isExecutable(Path.of(check.command().apply(Path.of("")).getFirst()));
  }

  /** The checks of an attack, those by programs of others first. */
  List<Check> of(Attack.Kind kind, AuditPlace place, Bank owner, Bank small) {
    return switch (kind) {
      case SWAPPED_WEIGHT -> List.of(
          foreign("OpenSSF model_signing", "python/bin/model_signing", "", "Verification failed",
              directory -> List.of("verify", "key", file(directory, "files"), "--public_key",
                  text(place.modelKey(owner)), "--signature", file(directory, "model.sig"))),
          ours("changed file",
              directory -> List.of("model", "verify", "key", file(directory, "files"),
                  "--public-key", text(place.modelKey(owner)), "--signature",
                  file(directory, "model.sig"))));
      case EDITED_SCORE -> List.of(
          foreign("torchwood's spicy", "bin/spicy", "", "could not verify inclusion",
              directory -> List.of("-verify", owner.log().toString(),
                  file(directory, "score.receipt"))),
          ours("failed +inclusion",
              directory -> List.of("verify", "--key", "@" + place.logKey(owner),
                  file(directory, "score.tlog-proof"))));
      case DELETED_RECEIPT -> fsck(place.logKey(owner));
      case FORKED_LOG -> fsck(place.logKey(small));
      case OTHER_MODEL -> List.of(ours("failed +replay", directory -> packed(place, small,
          directory)));
      case REVOKED_VERSION -> List.of(ours("failed +revocation", directory -> packed(place, small,
          directory)));
    };
  }

  private List<Check> fsck(Path key) {
    return List.of(
        foreign("Tessera's fsck", "bin/fsck", "Successfully fsck'd log", "calculated root",
            directory -> List.of("-ui=false", "-N=" + FSCK_WORKERS,
                "-storage_url=file://" + directory.toAbsolutePath(), "-public_key=" + key)),
        ours("entries and tiles hash",
            directory -> List.of("log", "fsck", text(directory), "--key", "@" + key,
                "--quiet")));
  }

  private static List<String> packed(AuditPlace place, Bank bank, Path pack) {
    return List.of("verify", "--pack", text(pack), "--model-key", text(place.modelKey(bank)),
        "--rerun", "exact", "--refuse-revoked");
  }

  private Check foreign(String by, String program, String accepted, String naming,
      Function<Path, List<String>> arguments) {
    return new Check(by, true, directory -> command(List.of(text(tools.resolve(program))),
        arguments.apply(directory)), accepted, Pattern.compile(naming));
  }

  private Check ours(String naming,
      Function<Path, List<String>> arguments) {
    return new Check("modelledger", false,
        directory -> command(modelledger, arguments.apply(directory)), "",
        Pattern.compile(naming));
  }

  private static List<String> command(List<String> program, List<String> arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(arguments);
    return command;
  }

  private static String file(Path directory, String name) {
    return text(directory.resolve(name));
  }

  private static String text(Path path) {
    return path.toString();
  }
}
