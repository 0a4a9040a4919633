package org.modelledger.chain.fabric;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.registry.Command;

/** Commands in the outbox: the texts of the call, each with a zero byte behind it. */
final class CommandCodec {
  private static final char END = '\0';

  private CommandCodec() {}

  static byte[] write(Command<?> command) {
    StringBuilder text = new StringBuilder(256);
    FabricCommands.write(command).forEach(part -> text.append(part).append(END));
    return text.toString().getBytes(UTF_8);
  }

  /** Returns the texts of the call. */
  static List<String> read(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    return List.of(text.substring(0, text.length() - 1).split(String.valueOf(END), -1));
  }

  static Command<?> command(byte[] bytes) {
    return FabricCommands.read(read(bytes));
  }
}
