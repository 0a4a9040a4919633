package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.Command.AcceptOwnership;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.LedgerEvent.LogAnchored;
import org.modelledger.registry.LedgerEvent.OwnershipTransferStarted;
import org.modelledger.registry.LedgerEvent.OwnershipTransferred;
import org.modelledger.registry.ModelRecord;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;

/** The rows of the table of rules that are about owners and about anchors. */
abstract class RegistryOwnershipRules extends RegistryCommandRules {
  @Nested
  @DisplayName("TransferOwnership and AcceptOwnership")
  class Ownership {
    @Test
    @DisplayName("TransferOwnership offers the model and moves nothing yet")
    void offers() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);

      OwnershipTransferStarted event = alice.does(new TransferOwnership(MODEL, bob().id));

      assertThat(event.model()).isEqualTo(MODEL);
      assertThat(event.newOwner()).isEqualTo(bob().id);
      assertThat(event.header().author()).isEqualTo(alice.id);
      ModelRecord record = alice.model(MODEL);
      assertThat(record.owner()).isEqualTo(alice.id);
      assertThat(record.pendingOwner()).contains(bob().id);
      bob().isRefused(register(MODEL, 1), NotAuthorizedException.class);
      alice.does(register(MODEL, 1));
    }

    @Test
    @DisplayName("AcceptOwnership makes the author the one owner")
    void accepts() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(new TransferOwnership(MODEL, bob().id));

      OwnershipTransferred event = bob().does(new AcceptOwnership(MODEL));

      assertThat(event.model()).isEqualTo(MODEL);
      assertThat(event.previousOwner()).isEqualTo(alice.id);
      assertThat(event.newOwner()).isEqualTo(bob().id);
      assertThat(event.header().author()).isEqualTo(bob().id);
      assertThat(bob().model(MODEL).owner()).isEqualTo(bob().id);
      assertThat(bob().model(MODEL).pendingOwner()).isEmpty();
      bob().does(register(MODEL, 2));
      bob().does(deploy(MODEL.version(1), PRODUCTION));
      bob().does(new RevokeVersion(MODEL.version(1), digest("why")));
      bob().does(new GrantRole(MODEL, carol().id, Role.TRAINER));
    }

    @Test
    @DisplayName("the former owner keeps no right")
    void theFormerOwnerKeepsNoRight() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.does(new TransferOwnership(MODEL, bob().id));
      bob().does(new AcceptOwnership(MODEL));

      alice.isRefused(register(MODEL, 2), NotAuthorizedException.class);
      alice.isRefused(deploy(MODEL.version(1), PRODUCTION), NotAuthorizedException.class);
      alice.isRefused(new RevokeVersion(MODEL.version(1), digest("why")),
          NotAuthorizedException.class);
      alice.isRefused(new GrantRole(MODEL, alice.id, Role.TRAINER), NotAuthorizedException.class);
      alice.isRefused(new TransferOwnership(MODEL, alice.id), NotAuthorizedException.class);
      alice.isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);
    }

    @Test
    @DisplayName("roles stay as they were granted, those of the former and the new owner, too")
    void rolesStay() throws Exception {
      Actor alice = aliceOwns(MODEL, 1);
      alice.grants(MODEL, alice, Role.TRAINER);
      alice.grants(MODEL, bob(), Role.DEPLOYER);
      alice.grants(MODEL, carol(), Role.DEPLOYER);
      alice.does(new TransferOwnership(MODEL, bob().id));
      bob().does(new AcceptOwnership(MODEL));

      assertThat(bob().model(MODEL).roles()).isEqualTo(Map.of(Role.TRAINER, Set.of(alice.id),
          Role.DEPLOYER, Set.of(bob().id, carol().id)));
      alice.does(register(MODEL, 2));
      alice.isRefused(deploy(MODEL.version(1), PRODUCTION), NotAuthorizedException.class);
    }

    @Test
    @DisplayName("AcceptOwnership by anyone to whom it is not offered is NotAuthorized")
    void refusesToAcceptWhatIsNotOffered() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      bob().isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);
      alice.isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);
      alice.does(new TransferOwnership(MODEL, bob().id));

      assertThat(carol().isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class))
          .hasMessageContaining(carol().id.value());
      alice.isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);

      assertThat(alice.model(MODEL).owner()).isEqualTo(alice.id);
      assertThat(alice.model(MODEL).pendingOwner()).contains(bob().id);
    }

    @Test
    @DisplayName("an offer is accepted once")
    void anOfferIsAcceptedOnce() throws Exception {
      aliceOwns(MODEL, 0).does(new TransferOwnership(MODEL, bob().id));
      bob().does(new AcceptOwnership(MODEL));

      bob().isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);
    }

    @Test
    @DisplayName("TransferOwnership replaces an earlier offer")
    void replacesAnOffer() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.does(new TransferOwnership(MODEL, bob().id));
      alice.does(new TransferOwnership(MODEL, carol().id));

      assertThat(alice.model(MODEL).pendingOwner()).contains(carol().id);
      bob().isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);
      carol().does(new AcceptOwnership(MODEL));
    }

    @Test
    @DisplayName("TransferOwnership to the owner itself withdraws the offer, and is recorded")
    void withdrawsAnOffer() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      alice.does(new TransferOwnership(MODEL, bob().id));

      OwnershipTransferStarted event = alice.does(new TransferOwnership(MODEL, alice.id));

      assertThat(event.newOwner()).isEqualTo(alice.id);
      assertThat(alice.model(MODEL).pendingOwner()).isEmpty();
      bob().isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);
      alice.isRefused(new AcceptOwnership(MODEL), NotAuthorizedException.class);
    }

    @Test
    @DisplayName("TransferOwnership by anyone but the owner is NotAuthorized, for whom it is offered, too")
    void refusesOthers() throws Exception {
      Actor alice = aliceOwns(MODEL, 0);
      for (Role role : Role.values()) {
        alice.grants(MODEL, bob(), role);
      }
      alice.does(new TransferOwnership(MODEL, bob().id));

      assertThat(bob().isRefused(new TransferOwnership(MODEL, carol().id),
          NotAuthorizedException.class)).hasMessageContaining(bob().id.value());
      assertThat(alice.model(MODEL).pendingOwner()).contains(bob().id);
    }

    @Test
    @DisplayName("of a model that does not exist both are NotFound")
    void refusesAnUnknownModel() {
      alice().isRefused(new TransferOwnership(MODEL, bob().id), NotFoundException.class);
      alice().isRefused(new AcceptOwnership(MODEL), NotFoundException.class);
    }
  }

  @Nested
  @DisplayName("AnchorLog")
  class Anchors {
    @Test
    @DisplayName("keeps the newest anchor and leaves LogAnchored")
    void keepsTheNewest() throws Exception {
      Actor alice = alice();
      alice.does(new AnchorLog(LOG, 1, digest("root 1")));

      LogAnchored event = alice.does(new AnchorLog(LOG, 7, digest("root 7")));

      assertThat(event.origin()).isEqualTo(LOG);
      assertThat(event.treeSize()).isEqualTo(7);
      assertThat(event.rootHash()).isEqualTo(digest("root 7"));
      assertThat(event.header().author()).isEqualTo(alice.id);
      assertThat(alice.registry.anchor(LOG, alice.id))
          .contains(new Anchor(event.header(), LOG, 7, digest("root 7")));
    }

    @Test
    @DisplayName("of a size that does not grow is StaleAnchor, which names both sizes")
    void refusesASizeThatDoesNotGrow() throws Exception {
      Actor alice = alice();
      LogAnchored kept = alice.does(new AnchorLog(LOG, 4711, digest("root")));

      alice.isRefused(new AnchorLog(LOG, 4711, digest("root")), StaleAnchorException.class);
      alice.isRefused(new AnchorLog(LOG, 4711, digest("other")), StaleAnchorException.class);
      assertThat(
          alice.isRefused(new AnchorLog(LOG, 815, digest("root")), StaleAnchorException.class))
          .hasMessageContaining("4711")
          .hasMessageContaining("815");

      assertThat(alice.registry.anchor(LOG, alice.id))
          .contains(new Anchor(kept.header(), LOG, 4711, digest("root")));
    }

    @Test
    @DisplayName("is kept by author, so that nobody can squat on another's log")
    void isByAuthor() throws Exception {
      alice().does(new AnchorLog(LOG, 1_000, digest("squatted")));

      bob().does(new AnchorLog(LOG, 1, digest("root")));

      assertThat(bob().registry.anchor(LOG, bob().id).orElseThrow().treeSize()).isEqualTo(1);
      assertThat(bob().registry.anchor(LOG, alice().id).orElseThrow().treeSize()).isEqualTo(1_000);
      assertThat(bob().registry.anchor(LOG, carol().id)).isEmpty();
    }

    @Test
    @DisplayName("is kept by origin")
    void isByOrigin() throws Exception {
      Actor alice = alice();
      alice.does(new AnchorLog(LOG, 10, digest("root")));
      alice.does(new AnchorLog(OTHER_LOG, 9, digest("other")));

      assertThat(alice.registry.anchor(LOG, alice.id).orElseThrow().rootHash())
          .isEqualTo(digest("root"));
      assertThat(alice.registry.anchor(OTHER_LOG, alice.id).orElseThrow().treeSize()).isEqualTo(9);
    }

    @Test
    @DisplayName("takes any size from 1 to the greatest long")
    void takesAnySize() throws Exception {
      Actor alice = alice();
      alice.does(new AnchorLog(LOG, 1, digest("root 1")));
      alice.does(new AnchorLog(LOG, Long.MAX_VALUE - 1, digest("root 2")));
      alice.does(new AnchorLog(LOG, Long.MAX_VALUE, digest("root 3")));

      assertThat(alice.registry.anchor(LOG, alice.id).orElseThrow().treeSize())
          .isEqualTo(Long.MAX_VALUE);
    }
  }
}
