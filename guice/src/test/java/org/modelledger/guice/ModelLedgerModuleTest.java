package org.modelledger.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import com.google.inject.name.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.ModelLedger;
import org.modelledger.artifact.ArtifactStore;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.registry.NotFoundException;
import org.modelledger.spi.ProviderNotFoundException;
import org.modelledger.training.Trainer;
import org.modelledger.verification.Verifier;

class ModelLedgerModuleTest {
  @TempDir
  Path directory;

  private Path home;
  private Injector injector;

  @BeforeEach
  void createInjector() {
    home = directory.resolve("home");
    injector = injector(Stage.PRODUCTION, "local:" + directory.resolve("ledger"));
  }

  @AfterEach
  void close() {
    ModelLedgerModule.close(injector);
  }

  private Injector injector(Stage stage, String uri) {
    return Guice.createInjector(stage, ModelLedgerModule.of(ModelLedger.builder(uri).home(home))
        .withTrainer("exact")
        .withTrainer("missing")
        .withModel("acme/digits@production"));
  }

  @Test
  void opensNothingBeforeItIsAskedFor() {
    assertThat(home).doesNotExist();

    assertThat(injector.getInstance(ModelLedger.class)).isNotNull();

    assertThat(home).isDirectory();
  }

  @Test
  void givesEverybodyTheSameLedgerAndItsParts() {
    ModelLedger ledger = injector.getInstance(ModelLedger.class);

    assertThat(injector.getInstance(ModelLedger.class)).isSameAs(ledger);
    assertThat(injector.getInstance(ModelRegistry.class)).isSameAs(ledger.registry());
    assertThat(injector.getInstance(ArtifactStore.class)).isSameAs(ledger.artifacts());
    assertThat(injector.getInstance(ReceiptLog.class)).isSameAs(ledger.receipts());
    assertThat(injector.getInstance(Verifier.class)).isNotNull();
  }

  @Test
  void givesEverybodyTheSameTrainer() {
    Key<Trainer> exact = Key.get(Trainer.class, Names.named("exact"));

    assertThat(injector.getInstance(exact)).isSameAs(injector.getInstance(exact));
    assertThat(injector.getInstance(exact).info().name()).isEqualTo("exact");
  }

  @Test
  void openingFailsWithOurCauseAndIsTriedAgain() throws Exception {
    Files.writeString(home, "a file where the directory of the home goes");

    assertThatExceptionOfType(ProvisionException.class)
        .isThrownBy(() -> injector.getInstance(ModelLedger.class))
        .withCauseInstanceOf(org.modelledger.model.ModelLedgerException.class);

    Files.delete(home);
    assertThat(injector.getInstance(ModelLedger.class)).isNotNull();
  }

  @Test
  void aTrainerThatIsNotInstalledFailsWithOurCause() {
    assertThatExceptionOfType(ProvisionException.class)
        .isThrownBy(
            () -> injector.getInstance(Key.get(Trainer.class, Names.named("missing"))))
        .withCauseInstanceOf(ProviderNotFoundException.class)
        .withMessageContaining("missing");
  }

  @Test
  void aModelThatIsNotDeployedFailsWithOurCause() {
    assertThatExceptionOfType(ProvisionException.class)
        .isThrownBy(() -> injector
            .getInstance(Key.get(AttestedModel.class, Names.named("acme/digits@production"))))
        .withCauseInstanceOf(NotFoundException.class)
        .withMessageContaining("acme/digits");
  }

  @Test
  void closingLetsGoOfTheLedgerAndRefusesWhatIsAskedForLater() {
    injector.getInstance(ModelLedger.class);

    ModelLedgerModule.close(injector);
    ModelLedgerModule.close(injector);

    assertThatExceptionOfType(ProvisionException.class)
        .isThrownBy(() -> injector.getInstance(ModelLedger.class))
        .withCauseInstanceOf(IllegalStateException.class);
    Injector next = injector(Stage.DEVELOPMENT, "local:" + directory.resolve("ledger"));
    assertThat(next.getInstance(ModelLedger.class)).isNotNull();
    ModelLedgerModule.close(next);
  }

  @Test
  void closingOpensNothing() {
    ModelLedgerModule.close(injector);

    assertThat(home).doesNotExist();
  }

  @Test
  void refusesToCloseAnInjectorWithoutALedger() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelLedgerModule.close(Guice.createInjector()))
        .withMessageContaining("ModelLedgerModule");
  }
}
