package org.modelledger.chain.local;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Anchor;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerPosition;

/**
 * The state after so many entries, as a snapshot has it; docs/formats/local-registry.md. Immutable.
 *
 * @param size the number of entries
 * @param millis the time of the last of them
 */
record StateCopy(long size, long millis, List<AccountId> accounts,
    List<EnvironmentName> environments, List<ModelName> modelNames, List<ModelFacts> modelFacts,
    List<Anchor> anchors, RowTable versions, RowTable revocations, RowTable submissions) {

  void write(DataOutputStream out) throws IOException {
    out.writeLong(size);
    out.writeLong(millis);
    out.writeInt(accounts.size());
    for (AccountId account : accounts) {
      writeText(out, account.value());
    }
    out.writeInt(environments.size());
    for (EnvironmentName environment : environments) {
      writeText(out, environment.value());
    }
    out.writeInt(modelNames.size());
    for (int i = 0; i < modelNames.size(); i++) {
      writeText(out, modelNames.get(i).value());
      writeFacts(out, modelFacts.get(i));
    }
    out.writeInt(anchors.size());
    for (Anchor anchor : anchors) {
      writeText(out, anchor.origin().value());
      writeText(out, anchor.header().author().value());
      out.writeLong(anchor.treeSize());
      out.write(anchor.rootHash().bytes());
      out.writeLong(anchor.header().position().block());
      out.writeLong(anchor.header().time().toEpochMilli());
      out.write(HexFormat.of().parseHex(anchor.header().transactionId()));
    }
    versions.write(out);
    revocations.write(out);
    submissions.write(out);
  }

  private static void writeFacts(DataOutputStream out, ModelFacts facts) throws IOException {
    out.writeInt(facts.owner);
    out.writeInt(facts.pendingOwner);
    out.writeLong(facts.latestVersion);
    out.writeInt(facts.roles.length);
    for (long role : facts.roles) {
      out.writeLong(role);
    }
    out.writeInt(facts.environments.length);
    for (int i = 0; i < facts.environments.length; i++) {
      out.writeInt(facts.environments[i]);
      out.writeLong(facts.deployed[i]);
    }
  }

  private static void writeText(DataOutputStream out, String ascii) throws IOException {
    byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  /** Reads what {@link #write} wrote, part by part in that order. */
  static final class Source {
    private final DataInputStream in;
    private final long size;
    private final long millis;

    Source(DataInputStream in) throws IOException {
      this.in = in;
      this.size = in.readLong();
      this.millis = in.readLong();
    }

    long size() {
      return size;
    }

    long millis() {
      return millis;
    }

    void accounts(Consumer<AccountId> to) throws IOException {
      for (int i = in.readInt(); i > 0; i--) {
        to.accept(AccountId.of(readText()));
      }
    }

    void environments(Consumer<EnvironmentName> to) throws IOException {
      for (int i = in.readInt(); i > 0; i--) {
        to.accept(EnvironmentName.of(readText()));
      }
    }

    void models(BiConsumer<ModelName, ModelFacts> to) throws IOException {
      for (int i = in.readInt(); i > 0; i--) {
        to.accept(ModelName.of(readText()), readFacts());
      }
    }

    private ModelFacts readFacts() throws IOException {
      int owner = in.readInt();
      int pendingOwner = in.readInt();
      long latestVersion = in.readLong();
      long[] roles = ModelFacts.longs(in.readInt());
      for (int i = 0; i < roles.length; i++) {
        roles[i] = in.readLong();
      }
      int[] environments = ModelFacts.ints(in.readInt());
      long[] deployed = ModelFacts.longs(environments.length);
      for (int i = 0; i < environments.length; i++) {
        environments[i] = in.readInt();
        deployed[i] = in.readLong();
      }
      return new ModelFacts(owner, pendingOwner, roles, environments, deployed, latestVersion);
    }

    void anchors(Consumer<Anchor> to) throws IOException {
      for (int i = in.readInt(); i > 0; i--) {
        LogOrigin origin = LogOrigin.of(readText());
        AccountId author = AccountId.of(readText());
        long treeSize = in.readLong();
        Digest root = readDigest();
        LedgerPosition position = new LedgerPosition(in.readLong(), 0);
        Instant time = Instant.ofEpochMilli(in.readLong());
        EventHeader header = new EventHeader(position, readDigest().hex(), time, author);
        to.accept(new Anchor(header, origin, treeSize, root));
      }
    }

    void tables(VersionTable versions, SubmissionTable submissions) throws IOException {
      versions.read(in);
      submissions.read(in);
    }

    private Digest readDigest() throws IOException {
      byte[] bytes = new byte[Digest.BYTES];
      in.readFully(bytes);
      return Digest.of(bytes);
    }

    private String readText() throws IOException {
      byte[] bytes = new byte[in.readUnsignedShort()];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }
}
