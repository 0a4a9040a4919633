package org.modelledger.chain.ethereum;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.chain.support.Recorded;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Command;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.SubmissionId;
import org.modelledger.spi.ConfigurationException;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;

/** The contract's log entries as events and refusals. */
final class EventCodec {
  /** What a call without a submission's id has in its place. */
  static final SubmissionId NO_ID = new SubmissionId(new UUID(0, 0));

  static final String MODEL_TRAINED = EventEncoder.encode(ModelRegistry.MODELTRAINED_EVENT);
  static final String LOG_ANCHORED = EventEncoder.encode(ModelRegistry.LOGANCHORED_EVENT);

  private static final int TOPICS = 4;
  private static final String REFUSED = EventEncoder.encode(ModelRegistry.COMMANDREFUSED_EVENT);
  private static final AbiValues.Shape REFUSAL = AbiValues.Shape
      .of(ModelRegistry.COMMANDREFUSED_EVENT);
  private static final Map<String, Kind> KINDS = kinds();

  private EventCodec() {}

  private interface Reader {
    LedgerEvent read(EventHeader header, AbiValues in);
  }

  private record Kind(AbiValues.Shape data, Reader reader) {}

  private static Map<String, Kind> kinds() {
    Map<String, Kind> kinds = new HashMap<>();
    add(kinds, ModelRegistry.MODELCREATED_EVENT,
        (header, in) -> new LedgerEvent.ModelCreated(header, model(in)));
    add(kinds, ModelRegistry.MODELTRAINED_EVENT,
        (header, in) -> new LedgerEvent.ModelTrained(header,
            version(in), in.digest(2), in.digest(3)));
    add(kinds, ModelRegistry.MODELDEPLOYED_EVENT,
        (header, in) -> new LedgerEvent.ModelDeployed(header, version(in),
            EnvironmentName.of(in.text(2))));
    add(kinds, ModelRegistry.MODELUNDEPLOYED_EVENT,
        (header, in) -> new LedgerEvent.ModelUndeployed(header, model(in),
            EnvironmentName.of(in.text(1))));
    add(kinds, ModelRegistry.VERSIONREVOKED_EVENT,
        (header, in) -> new LedgerEvent.VersionRevoked(header, version(in), in.digest(2)));
    add(kinds, ModelRegistry.ROLECHANGED_EVENT,
        (header, in) -> new LedgerEvent.RoleChanged(header, model(in), in.account(1),
            CommandCodec.ROLES.get(in.number(2).intValueExact()), in.isTrue(3)));
    add(kinds, ModelRegistry.OWNERSHIPTRANSFERSTARTED_EVENT,
        (header, in) -> new LedgerEvent.OwnershipTransferStarted(header, model(in),
            in.account(1)));
    add(kinds, ModelRegistry.OWNERSHIPTRANSFERRED_EVENT,
        (header, in) -> new LedgerEvent.OwnershipTransferred(header, model(in), in.account(1),
            in.account(2)));
    add(kinds, ModelRegistry.LOGANCHORED_EVENT,
        (header, in) -> new LedgerEvent.LogAnchored(header, LogOrigin.of(in.text(0)),
            in.number(1).longValueExact(), in.digest(2)));
    return Map.copyOf(kinds);
  }

  private static void add(Map<String, Kind> kinds, Event event, Reader reader) {
    kinds.put(EventEncoder.encode(event), new Kind(AbiValues.Shape.of(event), reader));
  }

  /** The first topics of all that is an event of the ledger. */
  static List<String> eventTopics() {
    return KINDS.keySet().stream().sorted().toList();
  }

  /** The author of what an entry of the registry's tells. */
  static AccountId author(RawLog log) {
    return Accounts.of("0x" + log.topics().get(2).substring(26));
  }

  static LedgerPosition position(RawLog log) {
    return new LedgerPosition(log.block(), log.index());
  }

  /**
   * Reads an entry; its submission is {@link #NO_ID} for a direct call.
   *
   * @param seconds the block's time
   * @return empty if it is none of the registry's
   * @throws ConfigurationException if it says to be one and is not: the contract is another one
   */
  static Optional<Recorded> read(RawLog log, long seconds) {
    String first = log.topics().isEmpty() ? "" : log.topics().get(0);
    Kind kind = KINDS.get(first);
    boolean isRefusal = first.equals(REFUSED);
    if (kind == null && !isRefusal) {
      return Optional.empty();
    }
    try {
      if (log.topics().size() != TOPICS) {
        throw new IllegalArgumentException("it has " + log.topics().size() + " topics");
      }
      AccountId author = author(log);
      SubmissionId id = Abi.idOfTopic(log.topics().get(3));
      if (kind == null) {
        return Optional.of(refused(id, author, log.data()));
      }
      EventHeader header = new EventHeader(position(log), log.transaction(),
          Instant.ofEpochSecond(seconds), author);
      LedgerEvent event = kind.reader().read(header, AbiValues.decode(log.data(), kind.data()));
      return Optional.of(new Recorded.Accepted(id, commandOf(event), event));
    } catch (RuntimeException e) {
      throw new ConfigurationException("the log entry " + log.index() + " of block " + log.block()
          + " is not what the registry's contract writes: " + e.getMessage(), e);
    }
  }

  private static Recorded refused(SubmissionId id, AccountId author, String data) {
    AbiValues values = AbiValues.decode(data, REFUSAL);
    Command<?> command = CommandCodec.decode(values.bytes(0));
    byte[] reason = values.bytes(1);
    return new Recorded.Refused(id, command, () -> Refusals.exception(author, command, reason));
  }

  private static ModelName model(AbiValues in) {
    return ModelName.of(in.text(0));
  }

  private static ModelVersionId version(AbiValues in) {
    return model(in).version(in.number(1).longValueExact());
  }

  /** The command that left an event. */
  static Command<?> commandOf(LedgerEvent event) {
    return switch (event) {
      case LedgerEvent.ModelCreated e -> new Command.CreateModel(e.model());
      case LedgerEvent.ModelTrained e -> new Command.RegisterVersion(e.version().model(),
          e.artifact(), e.statement());
      case LedgerEvent.ModelDeployed e -> new Command.DeployVersion(e.version(), e.environment());
      case LedgerEvent.ModelUndeployed e -> new Command.UndeployModel(e.model(), e.environment());
      case LedgerEvent.VersionRevoked e -> new Command.RevokeVersion(e.version(), e.reason());
      case LedgerEvent.RoleChanged e -> e.granted()
          ? new Command.GrantRole(e.model(), e.account(), e.role())
          : new Command.RevokeRole(e.model(), e.account(), e.role());
      case LedgerEvent.OwnershipTransferStarted e -> new Command.TransferOwnership(e.model(),
          e.newOwner());
      case LedgerEvent.OwnershipTransferred e -> new Command.AcceptOwnership(e.model());
      case LedgerEvent.LogAnchored e -> new Command.AnchorLog(e.origin(), e.treeSize(),
          e.rootHash());
    };
  }
}
