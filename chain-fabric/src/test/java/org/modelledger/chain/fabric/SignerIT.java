package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.Submission;

/** The key is in a service that may be away. */
class SignerIT {
  @RegisterExtension
  static final Chaincode CHAINCODE = new Chaincode();

  @TempDir
  Path home;

  @Test
  void commandsWaitForASignerThatIsAway() throws Exception {
    AtomicBoolean isAway = new AtomicBoolean();
    AtomicInteger refused = new AtomicInteger();
    try (DevNetwork network = new DevNetwork(CHAINCODE, home)) {
      DevIdentity ann = network.devIdentity("ann");
      Signer key = Signers.newPrivateKeySigner(ann.privateKey());
      FabricIdentity identity = FabricIdentity.of(ann.mspId(), ann.certificate(), digest -> {
        if (isAway.get()) {
          refused.incrementAndGet();
          throw new GeneralSecurityException("the service is away");
        }
        return key.sign(digest);
      });
      try (FabricRegistry registry = FabricRegistry.open(FabricRegistryOptions
          .writing(network.peers("ann"), network.peer.channel(), identity, home.resolve("ann")))) {
        isAway.set(true);
        Submission<ModelCreated> submission = registry
            .submit(new CreateModel(ModelName.of("acme/digits")));
        while (refused.get() < 2) {
          Thread.onSpinWait();
        }
        assertThatExceptionOfType(OutcomeUnknownException.class)
            .isThrownBy(() -> submission.await(Duration.ZERO))
            .withMessageContaining("the service is away");

        isAway.set(false);

        assertThat(submission.await(Duration.ofMinutes(1)).model())
            .isEqualTo(ModelName.of("acme/digits"));
      }
    }
  }
}
