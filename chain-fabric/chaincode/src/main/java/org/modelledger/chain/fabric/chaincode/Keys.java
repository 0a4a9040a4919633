package org.modelledger.chain.fabric.chaincode;

import java.util.List;
import java.util.Locale;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;

/**
 * The keys of the state: composite keys of Fabric, a type and attributes between characters U+0000.
 * Each key of a model has the model's name as its first attribute, so that two models share none; what
 * a registration writes, a deployment of an older version does not read, and the other way round. No
 * key belongs to the whole registry.
 */
final class Keys {
  private static final String END = "\u0000";

  private Keys() {}

  /** Whose a model is. Everything reads it; only a change of owner writes it. */
  static String model(ModelName model) {
    return key("model", model.value());
  }

  /** The number of the newest version. Only registrations read or write it. */
  static String latest(ModelName model) {
    return key("latest", model.value());
  }

  static String version(ModelVersionId version) {
    return key("version", version.model().value(),
        String.format(Locale.ROOT, "%019d", version.number()));
  }

  /** The number of the version with these digests. Only registrations read or write it. */
  static String digests(ModelName model, Digest artifact, Digest statement) {
    return key("digests", model.value(), artifact.hex(), statement.hex());
  }

  static String role(ModelName model, Role role, AccountId account) {
    return key("role", model.value(), role.name(), account.value());
  }

  static String deployment(ModelName model, EnvironmentName environment) {
    return key("deployment", model.value(), environment.value());
  }

  static String anchor(LogOrigin origin, AccountId author) {
    return key("anchor", origin.value(), author.value());
  }

  static String submission(AccountId author, SubmissionId id) {
    return key("submission", author.value(), id.toString());
  }

  static String lane(AccountId author, Lane lane) {
    return key("lane", author.value(), lane.hex());
  }

  static String models() {
    return key("model");
  }

  static String versions(ModelName model) {
    return key("version", model.value());
  }

  static String roles(ModelName model) {
    return key("role", model.value());
  }

  static String deployments(ModelName model) {
    return key("deployment", model.value());
  }

  static String anchors(LogOrigin origin) {
    return key("anchor", origin.value());
  }

  /** Returns the attribute of a key at this index, from 0. */
  static String attribute(String key, int index) {
    // the key begins with the separator, then comes the type
    return List.of(key.split(END, -1)).get(index + 2);
  }

  private static String key(String type, String... attributes) {
    StringBuilder key = new StringBuilder(END).append(type).append(END);
    for (String attribute : attributes) {
      key.append(attribute).append(END);
    }
    return key.toString();
  }
}
