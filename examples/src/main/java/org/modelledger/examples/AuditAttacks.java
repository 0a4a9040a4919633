package org.modelledger.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.modelledger.evidence.Evidence;
import org.modelledger.examples.Attack.Kind;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.StorageException;
import org.modelledger.model.VerificationException;
import org.modelledger.receipt.Commitment;
import org.modelledger.receipt.Receipt;
import org.modelledger.receipt.ReceiptEntry;
import org.modelledger.tlog.LogOptions;
import org.modelledger.tlog.LogReader;
import org.modelledger.tlog.LogWriter;
import org.modelledger.tlog.NoteSigner;
import org.modelledger.tlog.ProofException;
import org.modelledger.tlog.SignedCheckpoint;
import org.modelledger.tlog.TileSource;
import org.modelledger.tlog.TlogProof;

/** Carries the six attacks out, each on a copy; what is genuine stays as it was. */
final class AuditAttacks {
  private static final String RECEIPT = "score.receipt";
  private static final String CHECKPOINT = "checkpoint";
  /** In ONNX's TensorProto, raw_data (field 9) of 16 by 8 floats: the weights between the hidden layers. */
  private static final byte[] WEIGHTS = {0x4a, (byte) 0x80, 0x04};

  private final AuditPlace place;
  private final List<Bank> banks;
  private final Bank owner;
  private final Bank small;

  /**
   * Prepares to attack.
   *
   * @param banks the first trains and has a large log; the last has a small one, and forges what is its own
   */
  AuditAttacks(AuditPlace place, List<Bank> banks) {
    this.place = place;
    this.banks = List.copyOf(banks);
    this.owner = banks.getFirst();
    this.small = banks.getLast();
  }

  /** Carries one out. */
  Attack carryOut(Kind kind) throws VerificationException, InterruptedException {
    try {
      Path forged = place.attack(kind.directory());
      Files.createDirectories(place.attack("").toAbsolutePath());
      return switch (kind) {
        case SWAPPED_WEIGHT -> swapWeight(forged);
        case EDITED_SCORE -> editScore(forged);
        case DELETED_RECEIPT -> deleteReceipt(forged);
        case FORKED_LOG -> forkLog(forged);
        case OTHER_MODEL -> passOffAnotherModel(forged);
        case REVOKED_VERSION -> useRevokedVersion(forged);
      };
    } catch (IOException e) {
      throw new StorageException("attack a copy in", place.out(), e);
    } catch (ProofException e) {
      throw new VerificationException("the evidence was sound a moment ago", e);
    }
  }

  // --- what anybody can do who gets hold of a file

  private Attack swapWeight(Path forged) throws IOException {
    Path genuine = newestModel();
    Trees.copy(genuine, forged);
    Path file = forged.resolve("files").resolve("model.onnx");
    byte[] bytes = Files.readAllBytes(file);
    int at = indexOf(bytes, WEIGHTS) + WEIGHTS.length;
    ByteBuffer weights = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float first = weights.getFloat(at);
    float second = weights.getFloat(at + Float.BYTES);
    weights.putFloat(at, second).putFloat(at + Float.BYTES, first);
    Files.write(file, bytes);
    return new Attack(Kind.SWAPPED_WEIGHT,
        "of the weights between the hidden layers the first two, "
            + first + " and " + second + ", have changed places",
        genuine, forged);
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    throw new IllegalStateException("the model has no such weights");
  }

  /** Of the models in the pack, the one that decides today: the last that a receipt names. */
  private Path newestModel() throws IOException {
    long last = packed(owner).getLast();
    Receipt receipt = receipt(proof(owner, last));
    return place.pack(owner).resolve("models").resolve(receipt.artifact().hex());
  }

  /** A receipt, the proof and what opens it are changed together, so that they fit each other. */
  private Attack editScore(Path directory) throws IOException, ProofException {
    long index = packed(owner).get(packed(owner).size() / 2);
    TlogProof proof = proof(owner, index);
    Evidence evidence = evidence(owner, index);
    Path genuine = directory.resolve("genuine");
    writeProof(genuine, proof, evidence);
    Path forged = directory.resolve("edited");
    Evidence edited = evidence.withOutputs(contrary(evidence.outputs().orElseThrow()));
    byte[] leaf = edit(receipt(proof), edited).encode();
    writeProof(forged, proof.withExtra(leaf), edited);
    return new Attack(Kind.EDITED_SCORE, "the score of receipt " + index + " was turned into "
        + Arrays.toString(edited.outputs().orElseThrow().get("scores").toFloats())
        + ", and the receipt commits to that", genuine, forged);
  }

  /** In the form of a tlog-proof, and in the two files that torchwood's spicy reads. */
  private static void writeProof(Path directory, TlogProof proof, Evidence evidence)
      throws IOException {
    Files.createDirectories(directory);
    Files.write(directory.resolve(RECEIPT), proof.extraBytes().orElseThrow());
    // a tlog-proof without its first line and without the entry
    Files.writeString(directory.resolve(RECEIPT + ".spicy"),
        proof.text().lines().skip(2).collect(Collectors.joining("\n", "", "\n")));
    Files.writeString(directory.resolve("score.tlog-proof"), proof.text());
    Files.write(directory.resolve("score.cbor"), evidence.encode());
  }

  private static Receipt edit(Receipt receipt, Evidence evidence) {
    return new Receipt(receipt.session(), receipt.sequence(), receipt.time(), receipt.version(),
        receipt.artifact(), receipt.engine(), receipt.determinism(), receipt.input(),
        Commitment.to(evidence.outputs().orElseThrow(), evidence.outputSalt()),
        receipt.attributes());
  }

  /** The other label, with the scores exchanged. */
  private static Tensors contrary(Tensors outputs) {
    float[] scores = outputs.get("scores").toFloats();
    return Tensors.of("label", Tensor.of(new long[]{1 - outputs.get("label").toLongs()[0]}, 1),
        "scores", Tensor.of(new float[]{scores[1], scores[0]}, 1, 2));
  }

  /**
   * In the place of the receipt stands the one before it, and all hashes are computed anew. Only the signed
   * checkpoint cannot be made anew by somebody without the bank's key.
   */
  private Attack deleteReceipt(Path forged) throws IOException, ProofException,
      InterruptedException {
    LogReader log = reader(owner);
    SignedCheckpoint at = log.latest();
    long victim = at.size() / 2;
    byte[] before = log.entry(victim - 1, at);
    rewrite(log, forged, NoteSigner.generate(owner.log().name(), new SecureRandom()), victim,
        before);
    Files.copy(owner.receipts().resolve(CHECKPOINT), forged.resolve(CHECKPOINT),
        StandardCopyOption.REPLACE_EXISTING);
    return new Attack(Kind.DELETED_RECEIPT, "receipt " + victim + " of " + at.size()
        + " was overwritten with the one before it, and every hash above computed anew",
        owner.receipts(), forged);
  }

  // --- what only the bank itself can do, which has the keys

  /**
   * The bank signs another log of the same size, perfect in itself. The auditor puts the checkpoint that she
   * was given in the pack, and that the registry has, to what she is shown.
   */
  private Attack forkLog(Path directory) throws IOException, ProofException,
      InterruptedException {
    long victim = packed(small).getFirst();
    Evidence evidence = evidence(small, victim);
    Evidence edited = evidence.withOutputs(contrary(evidence.outputs().orElseThrow()));
    byte[] leaf = edit(receipt(proof(small, victim)), edited).encode();
    Path fork = directory.resolve("fork");
    rewrite(reader(small), fork,
        NoteSigner.parse(Files.readString(small.logKey(), StandardCharsets.UTF_8).strip()), victim,
        leaf);
    Path shown = directory.resolve("shown");
    Trees.copy(fork, shown);
    Files.copy(place.pack(small).resolve("log").resolve(CHECKPOINT), shown.resolve(CHECKPOINT),
        StandardCopyOption.REPLACE_EXISTING);
    return new Attack(Kind.FORKED_LOG, small.name() + " has signed a second log, in which receipt "
        + victim + " says something else; in itself that log holds (" + fork + ")",
        small.receipts(), shown);
  }

  private Attack passOffAnotherModel(Path world) throws IOException, VerificationException,
      InterruptedException {
    ModelVersionId today = version(BankingYears.YEARS);
    ModelVersionId other = version(BankingYears.YEARS - 1);
    Path pack = Impostor.of(small, banks, place, world).decide(today, other);
    return new Attack(Kind.OTHER_MODEL, small.name() + " has decided with " + other
        + ", and its receipts say " + today + "; signed, logged and anchored like all others",
        place.pack(small), pack);
  }

  private Attack useRevokedVersion(Path world) throws IOException, VerificationException,
      InterruptedException {
    ModelVersionId revoked = version(BankingYears.REVOKED);
    Path pack = Impostor.of(small, banks, place, world).decide(revoked, revoked);
    return new Attack(Kind.REVOKED_VERSION, small.name() + " has decided with " + revoked
        + ", which the registry has as revoked; signed, logged and anchored like all others",
        place.pack(small), pack);
  }

  private static ModelVersionId version(int number) {
    return new ModelVersionId(ModelName.of(BankingYears.MODEL), number);
  }

  // --- reading and rewriting

  private static LogReader reader(Bank bank) {
    return LogReader.open(TileSource.directory(bank.receipts()), bank.log());
  }

  private static void rewrite(LogReader from, Path to, NoteSigner signer, long victim,
      byte[] instead) throws ProofException, InterruptedException {
    SignedCheckpoint at = from.latest();
    try (LogWriter writer = LogWriter.open(to, LogOptions.of(signer))) {
      from.entries(0, at.size(), at, (index, entry) -> {
        var unused = writer.append(index == victim ? instead : entry);
      });
      var unused = writer.publish();
    }
  }

  /** The numbers of the receipts that a pack has. */
  private List<Long> packed(Bank bank) throws IOException {
    try (var files = Files.list(place.pack(bank).resolve("receipts"))) {
      return files.map(file -> String.valueOf(file.getFileName()))
          .map(name -> Long.valueOf(name.substring(0, name.indexOf('.'))))
          .sorted()
          .toList();
    }
  }

  private TlogProof proof(Bank bank, long index) throws IOException {
    Path file = place.pack(bank).resolve("receipts").resolve(index + ".tlog-proof");
    try {
      return TlogProof.parse(Files.readAllBytes(file));
    } catch (ProofException e) {
      throw new IOException(file + " is no proof", e);
    }
  }

  private Evidence evidence(Bank bank, long index) throws IOException {
    return Evidence.decode(Files
        .readAllBytes(place.pack(bank).resolve("evidence").resolve(index + ".cbor")));
  }

  private static Receipt receipt(TlogProof proof) {
    if (ReceiptEntry.decode(proof.extraBytes().orElseThrow()) instanceof Receipt receipt) {
      return receipt;
    }
    throw new IllegalStateException("entry " + proof.index() + " is a gap; expected a receipt");
  }
}
