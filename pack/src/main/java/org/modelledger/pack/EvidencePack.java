package org.modelledger.pack;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.modelledger.ModelLedger;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.ReceiptLog;

/**
 * Everything that a third party needs to check some receipts of a ledger, in one signed directory:
 * {@snippet :
 * EvidencePack.of(ledger).receipts(3, 17).disclose(Disclosure.ALL).writeTo(Path.of("case-4711"));
 * }
 *
 * <p>The pack proves by the newest state of the receipt log. Whoever wants the registry to vouch for that
 * state {@linkplain ModelLedger#anchor anchors} it before. What the pack has is listed in
 * docs/formats/evidence-pack.md; {@link PackVerifier} checks it.
 *
 * <p>Immutable: each method returns a changed one. Safe for use by several threads.
 */
public final class EvidencePack {
  /** Up to so many receipts have a proof each; for more, the pack has the whole log of commitments. */
  public static final int MAX_PROOFS = 1000;

  private final ModelLedger ledger;
  private final List<IndexRange> ranges;
  private final Disclosure disclosure;
  private final boolean withFiles;
  private final InstantSource clock;

  private EvidencePack(ModelLedger ledger, List<IndexRange> ranges, Disclosure disclosure,
      boolean withFiles, InstantSource clock) {
    this.ledger = ledger;
    this.ranges = ranges;
    this.disclosure = disclosure;
    this.withFiles = withFiles;
    this.clock = clock;
  }

  /** Begins a pack of all receipts, which discloses nothing and is without the models' files. */
  public static EvidencePack of(ModelLedger ledger) {
    return new EvidencePack(Objects.requireNonNull(ledger, "ledger"), List.of(),
        Disclosure.NOTHING, false, InstantSource.system());
  }

  /** Takes these receipts only, by their numbers in the log, from 0. */
  public EvidencePack receipts(long... indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("a pack is about at least one receipt");
    }
    return with(IndexRange.of(new TreeSet<>(LongStream.of(indices).boxed().toList())));
  }

  /** Takes the receipts from one to before another only. */
  public EvidencePack range(long from, long to) {
    return with(List.of(new IndexRange(from, to)));
  }

  private EvidencePack with(List<IndexRange> other) {
    return new EvidencePack(ledger, List.copyOf(other), disclosure, withFiles, clock);
  }

  /** Sets how much is told of what went in and came out; {@link Disclosure#NOTHING} if not set. */
  public EvidencePack disclose(Disclosure other) {
    return new EvidencePack(ledger, ranges, Objects.requireNonNull(other, "disclosure"), withFiles,
        clock);
  }

  /** Puts the models' files into the pack, so that inferences can be run again from it. */
  public EvidencePack withModelFiles() {
    return new EvidencePack(ledger, ranges, disclosure, true, clock);
  }

  /** Sets where the time of making comes from; the system's clock if not set. */
  public EvidencePack clock(InstantSource other) {
    return new EvidencePack(ledger, ranges, disclosure, withFiles,
        Objects.requireNonNull(other, "clock"));
  }

  /**
   * Writes the pack. It appears at once and complete, or not at all.
   *
   * @param directory does not exist; its parent does
   * @return what is in the pack
   * @throws IndexOutOfBoundsException if the log does not have one of the receipts
   * @throws IllegalStateException if the log has no receipt at all
   * @throws org.modelledger.model.StorageException if the directory exists, or cannot be written
   * @throws VerificationException if the log or the embedded registry is damaged; names the file
   * @throws InterruptedException if interrupted; nothing is left of it
   */
  public PackDescription writeTo(Path directory)
      throws VerificationException, InterruptedException {
    ReceiptLog receipts = ledger.receipts();
    var checkpoint = receipts.publish();
    if (checkpoint.size() == 0) {
      throw new IllegalStateException("there is no receipt to pack yet");
    }
    List<IndexRange> chosen = new ArrayList<>(
        ranges.isEmpty() ? List.of(new IndexRange(0, checkpoint.size())) : ranges);
    for (IndexRange range : chosen) {
      Objects.checkFromToIndex(range.from(), range.to(), checkpoint.size());
    }
    try (PackFiles files = new PackFiles(directory)) {
      PackDescription written = new PackWriter(ledger, files, checkpoint, chosen, disclosure,
          withFiles, clock.instant()).write();
      files.publish();
      return written;
    }
  }
}
