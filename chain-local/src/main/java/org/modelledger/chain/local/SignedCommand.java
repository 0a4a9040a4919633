package org.modelledger.chain.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.UUID;
import org.modelledger.model.AccountId;
import org.modelledger.model.LogOrigin;
import org.modelledger.registry.Command;
import org.modelledger.registry.SubmissionId;

/**
 * A command in the form that its author signed: COSE_Sign1 (RFC 9052 §4.2) with EdDSA (RFC 9053
 * §2.2). The ledger's origin is in the external data, so that the command counts in this ledger only.
 */
final class SignedCommand {
  static final int COSE_SIGN1 = 18; // RFC 9052 §2, table 1

  private static final String CONTEXT = "modelledger.org/local-registry/v1 command";
  private static final int ALGORITHM = 1; // RFC 9052 §3.1
  private static final int EDDSA = -8; // RFC 9053 §2.2
  private static final int KEY_ID = 4; // RFC 9052 §3.1
  private static final int UUID_BYTES = 16;

  private final byte[] publicKey;
  private final AccountId author;
  private final SubmissionId id;
  private final long authorMillis;
  private final Command<?> command;
  private final byte[] header;
  private final byte[] payload;
  private final byte[] signature;

  private SignedCommand(byte[] publicKey, Payload content, byte[] header, byte[] payload,
      byte[] signature) {
    this.publicKey = publicKey;
    this.author = AccountKey.account(publicKey);
    this.id = content.id();
    this.authorMillis = content.millis();
    this.command = content.command();
    this.header = header;
    this.payload = payload;
    this.signature = signature;
  }

  private record Payload(SubmissionId id, long millis, Command<?> command) {
    byte[] encode() {
      byte[] uuid = ByteBuffer.allocate(UUID_BYTES)
          .putLong(id.value().getMostSignificantBits())
          .putLong(id.value().getLeastSignificantBits())
          .array();
      return Cbor.encode(out -> {
        out.array(3).bytes(uuid).integer(millis);
        CommandCodec.write(out, command);
        out.end();
      });
    }

    static Payload decode(byte[] bytes) throws MalformedEntryException {
      return Cbor.decode(bytes, in -> {
        in.array("payload");
        ByteBuffer uuid = ByteBuffer.wrap(in.bytes("submission id", UUID_BYTES));
        SubmissionId id = new SubmissionId(new UUID(uuid.getLong(), uuid.getLong()));
        long millis = in.unsigned("author's time");
        Command<?> command = CommandCodec.read(in);
        in.endArray("payload");
        return new Payload(id, millis, command);
      });
    }
  }

  /**
   * Signs a command for the ledger of this origin.
   *
   * @param now the author's clock; before 1970 it counts as 1970
   */
  static SignedCommand sign(AccountKey key, LogOrigin origin, SubmissionId id, Instant now,
      Command<?> command) {
    Payload content = new Payload(id, Math.max(0, now.toEpochMilli()), command);
    byte[] header = header(key.publicKey());
    byte[] payload = content.encode();
    byte[] signature = key.sign(toBeSigned(header, origin, payload));
    return new SignedCommand(key.publicKey(), content, header, payload, signature);
  }

  /** Writes the tagged COSE_Sign1. */
  void write(Cbor.Writer out) throws IOException {
    out.tag(COSE_SIGN1).array(4).bytes(header).emptyMap().bytes(payload).bytes(signature).end();
  }

  /** Reads what {@link #write} writes; {@link #isSignedFor} is a step of its own. */
  static SignedCommand read(Cbor.Reader in) throws IOException, MalformedEntryException {
    in.taggedArray("signed command", COSE_SIGN1);
    byte[] header = in.bytes("protected header");
    in.emptyMap("unprotected header");
    byte[] payload = in.bytes("payload");
    byte[] signature = in.bytes("signature", AccountKey.SIGNATURE_BYTES);
    in.endArray("signed command");
    int at = header.length - AccountKey.PUBLIC_KEY_BYTES;
    byte[] publicKey = new byte[AccountKey.PUBLIC_KEY_BYTES];
    if (at >= 0) {
      System.arraycopy(header, at, publicKey, 0, publicKey.length);
    }
    // There is one header for each key, so comparing with it is parsing it.
    Cbor.requireSame(header, header(publicKey), "the protected header {1: -8, 4: public key}");
    Payload content = Payload.decode(payload);
    Cbor.requireSame(payload, content.encode(), "the payload");
    return new SignedCommand(publicKey, content, header, payload, signature);
  }

  /** Says whether the author signed this for the ledger of this origin. */
  boolean isSignedFor(LogOrigin origin) {
    return AccountKey.verifies(publicKey, toBeSigned(header, origin, payload), signature);
  }

  private static byte[] header(byte[] publicKey) {
    return Cbor.encode(out -> out.map(ALGORITHM, EDDSA, KEY_ID, publicKey));
  }

  // RFC 9052 §4.4: Sig_structure
  private static byte[] toBeSigned(byte[] header, LogOrigin origin, byte[] payload) {
    byte[] external = Cbor.encode(out -> out.array(2).text(CONTEXT).text(origin.value()).end());
    return Cbor.encode(out -> out.array(4)
        .text("Signature1")
        .bytes(header)
        .bytes(external)
        .bytes(payload)
        .end());
  }

  AccountId author() {
    return author;
  }

  SubmissionId id() {
    return id;
  }

  /** Returns the author's clock in milliseconds since 1970. */
  long authorMillis() {
    return authorMillis;
  }

  Command<?> command() {
    return command;
  }
}
