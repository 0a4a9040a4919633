package org.modelledger.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.examples.Consortium.Refusal;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.VersionRevokedException;

/** Starts the chaincode, from its distribution. */
class ConsortiumIT {
  private static final String LAB = "LabMSP:CN=ann,OU=client,O=LabMSP:CN=ca.LabMSP,O=LabMSP";
  private static final String BANK = "BankMSP:CN=bob,OU=client,O=BankMSP:CN=ca.BankMSP,O=BankMSP";
  private static final String EVE = "BankMSP:CN=eve,OU=client,O=BankMSP:CN=ca.BankMSP,O=BankMSP";

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Console console = new Console(
      new PrintStream(printed, true, StandardCharsets.UTF_8), false);

  @Test
  void eachDoesItsPartAndTheChainRefusesTheRest(@TempDir Path directory) throws Exception {
    Consortium consortium = new Consortium(console, directory.resolve("out"));

    List<LedgerEvent> history = consortium.run(QuickstartOnFabricIT.DISTRIBUTION);

    assertThat(consortium.refusals()).extracting(Refusal::who)
        .containsExactly("ann", "bob", "bob", "bob", "eve", "eve", "eve", "bob");
    assertThat(consortium.refusals()).extracting(refusal -> refusal.why().getMessage())
        .satisfiesExactly(says(certificate(LAB, "owner, trainer", "deployModel")),
            says("account " + BANK + " needs the role DEPLOYER on lab/digits, or to be its owner"),
            says(certificate(BANK, "deployer, anchorer", "trainModel")),
            says(certificate(BANK, "deployer, anchorer", "grantRole")),
            says(certificate(EVE, "auditor", "createModel")),
            says(certificate(EVE, "auditor", "anchorLog")),
            says(certificate(EVE, "auditor", "deployModel")), says("lab/digits:1 was revoked"));
    assertThat(consortium.refusals().subList(0, 7)).extracting(Refusal::why)
        .hasOnlyElementsOfType(NotAuthorizedException.class);
    assertThat(consortium.refusals().getLast().why()).isInstanceOf(VersionRevokedException.class);
    assertThat(history.stream()
        .map(event -> History.describe(event).replaceAll("receipts-[0-9a-f]+", "receipts") + " by "
            + event.header().author())
        .toList()).containsExactly("ModelCreated lab/digits by " + LAB,
            "ModelTrained lab/digits:1 by " + LAB,
            "RoleChanged lab/digits DEPLOYER given to " + BANK + " by " + LAB,
            "ModelDeployed lab/digits:1 to production by " + BANK,
            "LogAnchored modelledger.local/receipts at 100 by " + BANK,
            "RoleChanged lab/digits DEPLOYER given to " + EVE + " by " + LAB,
            "RoleChanged lab/digits DEPLOYER taken from " + EVE + " by " + LAB,
            "VersionRevoked lab/digits:1 by " + LAB);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("  ✗ eve anchors a log: ",
        "ModelDeployed lab/digits:1 to production, by bob of BankMSP on ");
  }

  private static String certificate(String account, String words, String verb) {
    return "the certificate of account " + account + " is restricted to [" + words
        + "] by its attribute modelledger.roles, which does not allow " + verb;
  }

  private static ThrowingConsumer<String> says(String part) {
    return message -> assertThat(message).contains(part);
  }
}
