package org.modelledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.hyperledger.fabric.client.GatewayException;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerEvent.ModelTrained;

/**
 * Models that get versions in turn. There are so many that no two registrations in flight are of one
 * model, which would conflict in a block, and that a peer that is a little behind has long seen the last
 * one. Each registration is another one, so none is refused. Safe for many threads.
 */
final class FabricModels {
  private static final int IN_TRANSACTION = 256;
  private static final int LOOKED_AT = 16;

  private final int count;
  private final AtomicLong registrations = new AtomicLong();

  private FabricModels(int count) {
    this.count = count;
  }

  /** Creates models, while no clock runs. */
  static FabricModels create(GatewayClient client, int count) throws Exception {
    AtomicLong created = new AtomicLong();
    InParallel.run(4, () -> {
      GatewayLane lane = new GatewayLane(client);
      while (true) {
        int from = (int) created.getAndAdd(IN_TRANSACTION);
        if (from >= count) {
          return;
        }
        var unused = lane
            .submitAndWait(IntStream.range(from, Math.min(count, from + IN_TRANSACTION))
                .mapToObj(i -> new CreateModel(name(i)))
                .toList());
      }
    });
    return new FabricModels(count);
  }

  static ModelName name(long index) {
    return ModelName.of("acme/model-" + index);
  }

  /** Returns a registration that there was not before. */
  Command<ModelTrained> next() {
    long number = registrations.getAndIncrement();
    Digest digest = Digest.of(ByteBuffer.allocate(Digest.BYTES).putLong(number).array());
    return new RegisterVersion(name(number % count), digest, digest);
  }

  /** Returns many of them. */
  List<Command<ModelTrained>> next(int commands) {
    return IntStream.range(0, commands).mapToObj(i -> next()).toList();
  }

  /** Looks whether all registrations that were handed out have happened, by some of the models. */
  void check(GatewayClient client) throws GatewayException {
    for (int i = 0; i < count; i += Math.max(1, count / LOOKED_AT)) {
      long expected = (registrations.get() - i + count - 1) / count;
      String found = new String(client.evaluate(List.of("modelVersion", name(i).value())), UTF_8);
      if (!found.equals(Long.toString(expected))) {
        throw new IllegalStateException(
            "the newest version of " + name(i) + " is " + found + ", expected " + expected);
      }
    }
  }
}
