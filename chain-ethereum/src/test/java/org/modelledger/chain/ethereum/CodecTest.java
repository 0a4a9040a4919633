package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.chain.support.Recorded;
import org.modelledger.chain.support.SubmissionIds;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AcceptOwnership;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;

/** Commands, batches and ids as bytes, and back. */
class CodecTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());

  private final RandomGenerator random = new SplittableRandom(SEED);

  private String text(int length, String letters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private ModelName model() {
    return ModelName.of(text(random.nextInt(1, 129), "abcxyz0189"));
  }

  private EnvironmentName environment() {
    return EnvironmentName.of(text(random.nextInt(1, 65), "abcxyz0189"));
  }

  private Digest digest() {
    byte[] bytes = new byte[Digest.BYTES];
    random.nextBytes(bytes);
    return Digest.of(bytes);
  }

  private AccountId account() {
    byte[] bytes = new byte[20];
    random.nextBytes(bytes);
    return Accounts.of("0x" + HEX.formatHex(bytes));
  }

  private Role role() {
    return CommandCodec.ROLES.get(random.nextInt(CommandCodec.ROLES.size()));
  }

  private long number() {
    return random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextLong(1, 1_000);
  }

  private Command<?> command(int kind) {
    return switch (kind) {
      case 0 -> new CreateModel(model());
      case 1 -> new RegisterVersion(model(), digest(), digest());
      case 2 -> new DeployVersion(model().version(number()), environment());
      case 3 -> new UndeployModel(model(), environment());
      case 4 -> new RevokeVersion(model().version(number()), digest());
      case 5 -> new GrantRole(model(), account(), role());
      case 6 -> new RevokeRole(model(), account(), role());
      case 7 -> new TransferOwnership(model(), account());
      case 8 -> new AcceptOwnership(model());
      default -> new AnchorLog(LogOrigin.of(text(random.nextInt(1, 256), "aZ09./-_~:")), number(),
          digest());
    };
  }

  @Test
  @DisplayName("every command is read back from its call as it was")
  void commandsComeBack() {
    for (int i = 0; i < 2_000; i++) {
      Command<?> command = command(i % 10);
      assertThat(CommandCodec.decode(CommandCodec.encode(command))).as("seed " + SEED)
          .isEqualTo(command);
    }
    assertThat(CommandCodec.ROLES).containsExactlyInAnyOrder(Role.values());
  }

  @Test
  @DisplayName("a call that was changed is another command or is refused, and nothing else happens")
  void refusesWhatIsNoCommand() {
    for (int i = 0; i < 5_000; i++) {
      byte[] call = CommandCodec.encode(command(i % 10));
      if (random.nextInt(3) == 0) {
        call = Arrays.copyOf(call, random.nextInt(call.length));
      } else {
        call[random.nextInt(call.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(CommandCodec.decode(call)).isNotNull();
      } catch (IllegalArgumentException | ModelLedgerException e) {
        assertThat(e).as("seed " + SEED).hasMessageMatching("(?s).+");
      }
    }
    assertThatIllegalArgumentException().isThrownBy(() -> CommandCodec.decode(new byte[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommandCodec.decode(new byte[]{1, 2, 3, 4, 5}));
  }

  @Test
  @DisplayName("a batch is what the generated bindings make of it")
  void batchesAreAsTheBindingsHaveThem() {
    for (int size = 0; size < 20; size++) {
      byte[] lane = digest().bytes();
      List<Abi.Submitted> batch = new ArrayList<>();
      List<ModelRegistry.Submission> same = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        SubmissionId id = SubmissionId.random();
        byte[] call = CommandCodec.encode(command(random.nextInt(10)));
        batch.add(new Abi.Submitted(id, call));
        same.add(new ModelRegistry.Submission(Abi.idBytes(id), call));
      }

      assertThat("0x" + HEX.formatHex(Abi.execute(lane, 4_711, batch)))
          .isEqualTo(FunctionEncoder.encode(new Function(ModelRegistry.FUNC_EXECUTE,
              List.of(new Bytes32(lane), new Uint256(BigInteger.valueOf(4_711)),
                  new DynamicArray<>(ModelRegistry.Submission.class, same)),
              List.of())));
    }
  }

  @Test
  @DisplayName("an id is read back from its topic; new ids share words of 256")
  void idsComeBack() {
    SubmissionIds ids = new SubmissionIds();
    SubmissionId last = ids.next();
    int words = 1;
    for (int i = 0; i < 1_023; i++) {
      SubmissionId id = ids.next();
      assertThat(Abi.idOfTopic(Abi.idTopic(id))).isEqualTo(id).isNotEqualTo(last);
      words += GasBounds.shareABucket(last, id) ? 0 : 1;
      last = id;
    }
    assertThat(words).isEqualTo(4);
    assertThat(GasBounds.shareABucket(SubmissionId.random(), SubmissionId.random())).isFalse();
    SubmissionId odd = SubmissionId.parse("ffffffff-ffff-ffff-ffff-fffffffffff0");
    assertThat(Abi.idOfTopic(Abi.idTopic(odd))).isEqualTo(odd);
  }

  @Test
  @DisplayName("an outcome in the outbox is the log entry that it was made of")
  void outcomesComeBack() {
    ModelName model = model();
    RawLog log = new RawLog(
        List.of(org.web3j.abi.EventEncoder.encode(ModelRegistry.MODELCREATED_EVENT),
            Abi.hashTopic(model.value()), Abi.addressTopic(account().value()),
            Abi.idTopic(SubmissionId.random())),
        "0x" + FunctionEncoder.encodeConstructor(
            List.of(new org.web3j.abi.datatypes.Utf8String(model.value()))),
        1_207, digest().toString(), 3, "0x77", OptionalLong.empty());

    Recorded read = Outcomes.read(Outcomes.write(log, 1_700_000_000)).orElseThrow();

    assertThat(read).isEqualTo(EventCodec.read(log, 1_700_000_000).orElseThrow());
    LedgerEvent event = ((Recorded.Accepted) read).event();
    assertThat(event.header().position()).isEqualTo(new LedgerPosition(1_207, 3));
    assertThat(event.header().time()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
    assertThat(read.command()).isEqualTo((Command<?>) new CreateModel(model));
    assertThat(Outcomes.read(Outcomes.lost())).isEmpty();
  }
}
