package org.modelledger.chain.ethereum;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Role;

/** The most gas that a command takes in a batch, as the gas snapshot of the contract has it. */
final class Gas {
  /** Of a transaction: its own 21,000, and the lane's number written for the first time. */
  static final long BASE = 60_000;
  /** EIP-7825. */
  static final long MOST = 16_777_216;

  /** Blocks in which nobody took a transaction before it offers more. */
  static final int PATIENCE = 5;

  /** Call data (EIP-7623), the same bytes in the event, and once more in storage at most. */
  private static final long PER_BYTE = 60;

  private static final Map<Integer, Long> BY_SELECTOR = bySelector();

  private Gas() {}

  private static Map<Integer, Long> bySelector() {
    ModelName model = ModelName.of("a");
    Digest digest = Digest.sha256(new byte[0]);
    AccountId account = Accounts.of("0x0000000000000000000000000000000000000001");
    Map<Integer, Long> gas = new HashMap<>();
    gas.put(selector(new Command.CreateModel(model)), 80_000L);
    gas.put(selector(new Command.RegisterVersion(model, digest, digest)), 150_000L);
    gas.put(selector(new Command.DeployVersion(model.version(1), EnvironmentName.of("a"))),
        170_000L);
    gas.put(selector(new Command.UndeployModel(model, EnvironmentName.of("a"))), 60_000L);
    gas.put(selector(new Command.RevokeVersion(model.version(1), digest)), 100_000L);
    gas.put(selector(new Command.GrantRole(model, account, Role.TRAINER)), 130_000L);
    gas.put(selector(new Command.RevokeRole(model, account, Role.TRAINER)), 80_000L);
    gas.put(selector(new Command.TransferOwnership(model, account)), 80_000L);
    gas.put(selector(new Command.AcceptOwnership(model)), 70_000L);
    gas.put(selector(new Command.AnchorLog(LogOrigin.of("a"), 1, digest)), 110_000L);
    return Map.copyOf(gas);
  }

  private static int selector(Command<?> command) {
    return ByteBuffer.wrap(CommandCodec.encode(command)).getInt();
  }

  static long bound(byte[] command) {
    return BY_SELECTOR.getOrDefault(ByteBuffer.wrap(command).getInt(), 200_000L)
        + PER_BYTE * Abi.sizeInBatch(command);
  }
}
