package org.modelledger.opentelemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.modelledger.encryption.LocalKeys;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelVersionId;
import org.modelledger.receipt.PendingReceipt;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.receipt.ReceiptLogException;
import org.modelledger.receipt.ReceiptMissingException;
import org.modelledger.receipt.ReceiptObserver;
import org.modelledger.receipt.ReceiptOptions;
import org.modelledger.receipt.ReceiptSession;
import org.modelledger.receipt.RecordedBatch;
import org.modelledger.tlog.NoteSigner;

/** A receipt log that goes on without a disk, and a disk that can go away. */
final class Receipts {
  static final String ORIGIN = "acme.example/receipts";
  static final int BACKLOG = 2;
  private static final Duration LONG = Duration.ofMinutes(2);

  /** Keeps the thread that writes receipts until it is let go. */
  static final class Blocking implements ReceiptObserver {
    private final CountDownLatch gate = new CountDownLatch(1);

    void letGo() {
      gate.countDown();
    }

    @Override
    public void recorded(RecordedBatch batch) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private final Path directory;

  Receipts(Path directory) {
    this.directory = directory;
  }

  ReceiptLog open(ReceiptObserver... observers) {
    return ReceiptLog.open(log(), NoteSigner.generate(ORIGIN, new SecureRandom()),
        directory.resolve("evidence"), LocalKeys.readOrCreate(directory.resolve("keyset")),
        ReceiptOptions.builder()
            .failOpen(true)
            .backlog(BACKLOG, 1 << 20)
            .checkpointInterval(Duration.ofMillis(1))
            .observer(ReceiptObserver.of(observers))
            .build());
  }

  private Path log() {
    return directory.resolve("log");
  }

  static ReceiptSession session(ReceiptLog log) {
    return log.session(ModelVersionId.parse("acme/digits:1"), Digest.sha256(new byte[]{1}),
        new EngineInfo("exact", "0.1.0", "cpu", 1), Determinism.BIT_EXACT);
  }

  static PendingReceipt infer(ReceiptSession session) throws InterruptedException {
    return session.reserve(Tensors.of("x", Tensor.of(new float[]{1}, 1)), Map.of())
        .complete(Tensors.of("y", Tensor.of(new float[]{2}, 1)));
  }

  /** Waits until all room is given back, which is a moment after the receipts are durable. */
  static void awaitRoom(ReceiptLog log) {
    while (log.backlog() > 0) {
      Thread.onSpinWait();
    }
  }

  /** Returns whether there is a receipt in the end. */
  static boolean inferAndAwait(ReceiptSession session) throws InterruptedException {
    try {
      var unused = infer(session).await(LONG);
      return true;
    } catch (ReceiptLogException | ReceiptMissingException e) {
      return false;
    }
  }

  void takeTheDiskAway() throws IOException {
    Files.move(log(), directory.resolve("away"));
    Files.createFile(log());
  }

  void bringTheDiskBack() throws IOException {
    Files.delete(log());
    Files.move(directory.resolve("away"), log());
  }
}
