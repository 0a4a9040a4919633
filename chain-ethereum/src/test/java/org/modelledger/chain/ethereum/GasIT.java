package org.modelledger.chain.ethereum;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.modelledger.model.Digest;
import org.modelledger.registry.Role;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;

/**
 * Measures the gas of every command on a real node and compares it with the table in
 * {@code docs/ethereum-gas.md}. Where a change is meant, {@code -Dmodelledger.gas.write=true} writes
 * the table anew.
 */
class GasIT {
  private static final Path PAGE = Path.of(System.getProperty("basedir", "."))
      .toAbsolutePath()
      .normalize()
      .resolveSibling("docs/ethereum-gas.md");
  private static final String BEGIN = "<!-- measured by GasIT -->\n";
  private static final String END = "<!-- end -->";
  private static final int MANY = 100;
  private static final int OWNER = 1;
  private static final int OTHER = 2;

  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension.anvil(AnvilOptions.DEFAULT);

  /** The command that a case does to the model, or the log, of this number. */
  interface Case {
    byte[] command(String name, int number);
  }

  @Test
  void commandsTakeTheGasThatIsWrittenDown() throws IOException {
    String table = new Measurement(ContractOnAnvil.deploy(ANVIL.node())).table();
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    if (Boolean.getBoolean("modelledger.gas.write")) {
      page = page.substring(0, begin) + table + page.substring(end);
      Files.writeString(PAGE, page);
    }
    assertThat(page.substring(begin, page.indexOf(END))).isEqualTo(table);
  }

  /** Does every command in every situation: directly, alone in a batch, and a hundred times in one. */
  private static final class Measurement {
    private final ContractOnAnvil contract;
    private final Digest lane = digest("lane");
    private final StringBuilder table = new StringBuilder();
    private long ids;

    Measurement(ContractOnAnvil contract) {
      this.contract = contract;
    }

    String table() {
      String other = contract.account(OTHER);
      table.append(
          "| command | called directly | alone in `execute` | each of 100 in `execute` |\n");
      table.append("|---|---|---|---|\n");
      batch(OWNER, List.of(Verbs.createModel("first")));
      batch(OTHER, List.of(Verbs.createModel("second")));
      measure("create", (model, i) -> Verbs.createModel(model));
      measure("train, the first version", (model, i) -> train(model, 1));
      measure("train, a next version", (model, i) -> train(model, 2));
      measure("deploy, first in that environment",
          (model, i) -> Verbs.deployModel(model, 1, "production"));
      measure("deploy, in place of another one",
          (model, i) -> Verbs.deployModel(model, 2, "production"));
      measure("undeploy", (model, i) -> Verbs.undeployModel(model, "production"));
      measure("revoke a version", (model, i) -> Verbs.revokeVersion(model, 1, digest("reason")));
      measure("grant a role, to its first holder",
          (model, i) -> Verbs.grantRole(model, other, Role.TRAINER));
      measure("train, by a trainer", OTHER, (model, i) -> train(model, 3));
      measure("revoke a role, of its only holder",
          (model, i) -> Verbs.revokeRole(model, other, Role.TRAINER));
      measure("offer a model", (model, i) -> Verbs.transferOwnership(model, other));
      measure("accept a model", OTHER, (model, i) -> Verbs.acceptOwnership(model));
      measure("anchor a log for the first time",
          (origin, i) -> Verbs.anchorLog("example.com/" + origin, 1000, digest("1")));
      measure("anchor a log again",
          (origin, i) -> Verbs.anchorLog("example.com/" + origin, 2000, digest("2")));
      refused("refused, as a create is", (model, i) -> Verbs.createModel(model));
      row("a lane of a new outbox, besides", "", grouped(newLane() - empty(lane)), "");
      row("an id that follows no other, besides", "", grouped(otherBucket()), "");
      row("deploying the registry", grouped(contract.deploymentGas()), "", "");
      return table.toString();
    }

    private void measure(String what, Case one) {
      measure(what, OWNER, one);
    }

    private void measure(String what, int account, Case one) {
      row(what, grouped(contract.send(account, one.command("acme/direct", 0))),
          grouped(batch(account, List.of(one.command("acme/single", 1)))),
          grouped(batch(account, many(one)) / MANY));
    }

    private void refused(String what, Case one) {
      row(what, "", grouped(batch(OWNER, List.of(one.command("acme/single", 1)))),
          grouped(batch(OWNER, many(one)) / MANY));
    }

    private static List<byte[]> many(Case one) {
      return IntStream.range(0, MANY)
          .mapToObj(i -> one.command(String.format(Locale.ROOT, "acme/%06d", i), i))
          .toList();
    }

    /** What a batch takes; nothing is written for the first time but what its commands write. */
    private long batch(int account, List<byte[]> commands) {
      // marks of 256 ids share a word, which is not the first that this account writes
      long first = ids / 256 * 256 + 256;
      contract.execute(account, lane, first, List.of(new byte[0]));
      ids = first + 1 + commands.size();
      return contract.execute(account, lane, first + 1, commands);
    }

    private long empty(Digest someLane) {
      contract.execute(OWNER, someLane, ids + 300, List.of(new byte[0]));
      return contract.execute(OWNER, someLane, ids + 301, List.of(new byte[0]));
    }

    private long newLane() {
      ids += 1000;
      contract.execute(OWNER, lane, ids, List.of(new byte[0]));
      return contract.execute(OWNER, digest("another lane"), ids + 1, List.of(new byte[0]));
    }

    private long otherBucket() {
      ids = (ids + 1000) / 256 * 256;
      long one = contract.execute(OWNER, lane, ids, List.of(new byte[0]));
      return one - contract.execute(OWNER, lane, ids + 1, List.of(new byte[0]));
    }

    private void row(String... cells) {
      table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static byte[] train(String model, int number) {
      return Verbs.trainModel(model, digest(model + number), digest("statement"));
    }

    private static String grouped(long gas) {
      return String.format(Locale.ROOT, "%,d", gas);
    }
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(UTF_8));
  }
}
