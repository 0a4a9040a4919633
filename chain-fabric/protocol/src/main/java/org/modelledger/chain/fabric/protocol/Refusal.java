package org.modelledger.chain.fabric.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Command;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.Role;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.VersionRevokedException;

/**
 * Why the rules refused a command.
 *
 * @param reason which of the registry's refusals it is
 * @param thing what it is about
 * @param version the version that has the same two digests, for {@link Reason#ALREADY_EXISTS}; else 0
 * @param role the role that the author would need, for {@link Reason#NOT_AUTHORIZED}; absent if only
 *     the owner, or whom the model was offered to, may
 * @param digest the reason that was given, for {@link Reason#VERSION_REVOKED}
 * @param treeSize the size that is recorded, for {@link Reason#STALE_ANCHOR}; else 0
 * @param message all of it in a sentence
 */
public record Refusal(Reason reason, Thing thing, long version, Optional<Role> role,
    Optional<Digest> digest, long treeSize, String message) {
  /** The registry's refusals. */
  public enum Reason {
    /** What the command names does not exist. */
    NOT_FOUND("NotFound"),
    /** What the command would make is there. */
    ALREADY_EXISTS("AlreadyExists"),
    /** The author may not. */
    NOT_AUTHORIZED("NotAuthorized"),
    /** The version was revoked. */
    VERSION_REVOKED("VersionRevoked"),
    /** The size of an anchor does not grow. */
    STALE_ANCHOR("StaleAnchor"),
    /** It is no command; only in a {@link Batch}. */
    MALFORMED("Malformed");

    private static final Map<String, Reason> BY_NAME = Stream.of(values())
        .collect(Collectors.toUnmodifiableMap(reason -> reason.text, reason -> reason));

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** Returns its name in JSON and in messages. */
    @Override
    public String toString() {
      return text;
    }
  }

  /** What a refusal is about. */
  public enum Thing {
    /** The model. */
    MODEL("model"),
    /** A version of it. */
    VERSION("version"),
    /** What is deployed in the environment. */
    DEPLOYMENT("deployment"),
    /** The role of an account. */
    ROLE("role"),
    /** The anchor of a log. */
    ANCHOR("anchor"),
    /** The certificate of the author, which does not allow this. */
    CERTIFICATE("certificate"),
    /** The command as it is written. */
    COMMAND("command");

    private static final Map<String, Thing> BY_NAME = Stream.of(values())
        .collect(Collectors.toUnmodifiableMap(thing -> thing.text, thing -> thing));

    private final String text;

    Thing(String text) {
      this.text = text;
    }

    /** Returns its name in JSON. */
    @Override
    public String toString() {
      return text;
    }
  }

  public Refusal {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(thing, "thing");
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(message, "message");
  }

  /** Returns a refusal that says nothing but its message. */
  public static Refusal of(Reason reason, Thing thing, String message) {
    return new Refusal(reason, thing, 0, Optional.empty(), Optional.empty(), 0, message);
  }

  /** Returns this refusal with the version that has the same two digests. */
  public Refusal withVersion(long number) {
    return new Refusal(reason, thing, number, role, digest, treeSize, message);
  }

  /** Returns this refusal with the role that the author would need. */
  public Refusal withRole(Role needed) {
    return new Refusal(reason, thing, version, Optional.of(needed), digest, treeSize, message);
  }

  /** Returns this refusal with the reason that a version was revoked for. */
  public Refusal withDigest(Digest given) {
    return new Refusal(reason, thing, version, role, Optional.of(given), treeSize, message);
  }

  /** Returns this refusal with the size that is recorded. */
  public Refusal withTreeSize(long recorded) {
    return new Refusal(reason, thing, version, role, digest, recorded, message);
  }

  /**
   * Returns the registry's exception for it.
   *
   * @param command what was refused
   * @return a {@link org.modelledger.registry.CommandRefusedException}, except for {@link
   *     Reason#MALFORMED}, which is a {@link MalformedInputException}
   */
  public ModelLedgerException exception(Command<?> command) {
    return switch (reason) {
      case NOT_FOUND -> new NotFoundException(message);
      case ALREADY_EXISTS -> command instanceof Command.RegisterVersion c && version > 0
          ? new AlreadyExistsException(message, c.model().version(version))
          : new AlreadyExistsException(message);
      case NOT_AUTHORIZED -> new NotAuthorizedException(message);
      case VERSION_REVOKED -> new VersionRevokedException(message);
      case STALE_ANCHOR -> new StaleAnchorException(message);
      case MALFORMED -> new MalformedInputException(message);
    };
  }

  ObjectNode json() {
    ObjectNode node = Json.object()
        .put("reason", reason.toString())
        .put("thing", thing.toString());
    if (version > 0) {
      node.put("version", version);
    }
    role.ifPresent(needed -> node.put("role", needed.name()));
    digest.ifPresent(given -> node.put("digest", given.hex()));
    if (treeSize > 0) {
      node.put("treeSize", treeSize);
    }
    return node.put("message", message);
  }

  static Refusal read(JsonNode node, String what) {
    return new Refusal(known(Reason.BY_NAME, node, "reason", what),
        known(Thing.BY_NAME, node, "thing", what),
        node.has("version") ? Json.number(node, "version", what, 1) : 0,
        Json.optionalText(node, "role", what).map(FabricCommands::role),
        Json.optionalText(node, "digest", what).map(text -> FabricCommands.digest(what, text)),
        node.has("treeSize") ? Json.number(node, "treeSize", what, 1) : 0,
        Json.text(node, "message", what));
  }

  private static <T> T known(Map<String, T> names, JsonNode node, String field, String what) {
    String name = Json.text(node, field, what);
    T known = names.get(name);
    if (known == null) {
      throw new MalformedInputException("the " + field + " of " + what + " is '"
          + Texts.shortened(name) + "'; expected one of "
          + names.keySet().stream().sorted().toList());
    }
    return known;
  }
}
