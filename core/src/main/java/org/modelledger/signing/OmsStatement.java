package org.modelledger.signing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;

/**
 * The statement of OMS v1.0: its subject is the root digest, its predicate lists the resources. A
 * verifier ignores members of the predicate that it does not know.
 */
final class OmsStatement {
  private static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";

  /** OMS §5.1: of release 0.2 of the reference, read and never written. */
  private static final String LEGACY_PREDICATE_TYPE = "https://model_signing/Digests/v0.1";

  private OmsStatement() {}

  /** @param resources in their order */
  static byte[] encode(String name, Serialization serialization,
      List<SignedResource> resources) {
    List<Map<String, Object>> descriptors = new ArrayList<>();
    for (SignedResource resource : resources) {
      Map<String, Object> descriptor = new LinkedHashMap<>();
      descriptor.put("name", resource.name());
      descriptor.put("algorithm", serialization.hash().identifier());
      descriptor.put("digest", resource.digest());
      descriptors.add(descriptor);
    }
    Map<String, Object> predicate = new LinkedHashMap<>();
    predicate.put("serialization", serialization.toTree());
    predicate.put("resources", descriptors);
    return InTotoStatement.encode(
        List.of(new InTotoStatement.Subject(name, SignedResource.root(resources))),
        PREDICATE_TYPE, predicate);
  }

  /** @throws ModelLedgerException if the payload is not such a statement, or contradicts itself */
  static SignedModel decode(byte[] payload, Signer signer) {
    InTotoStatement statement = InTotoStatement.decode(payload);
    requireType(statement, PREDICATE_TYPE);
    if (statement.subjects().size() != 1) {
      throw new ModelFormatException(
          "a model signature has one subject, not " + statement.subjects().size());
    }
    Serialization serialization = Serialization
        .of(statement.predicate().object("serialization"));
    List<SignedResource> resources = new ArrayList<>();
    for (JsonObject resource : statement.predicate().objects("resources")) {
      if (!serialization.isAlgorithm(resource.string("algorithm"))) {
        throw resource.wrong("algorithm", "'" + serialization.hash().identifier()
            + "', as the serialization says", resource.string("algorithm"));
      }
      resources.add(SignedResource.of(resource.string("name"), resource.string("digest"),
          serialization));
    }
    InTotoStatement.Subject subject = statement.subjects().get(0);
    SignedModel model = new SignedModel(subject.name(), subject.digest(), serialization, resources,
        signer);
    requireConsistent(model);
    return model;
  }

  /** @throws ModelLedgerException if the payload is not a statement of release 0.2 */
  static SignedModel decodeLegacy(byte[] payload, Signer signer) {
    InTotoStatement statement = InTotoStatement.decode(payload);
    requireType(statement, LEGACY_PREDICATE_TYPE);
    List<SignedResource> resources = statement.subjects()
        .stream()
        .map(file -> new SignedResource(file.name(), Optional.empty(), file.digest().hex()))
        .toList();
    return new SignedModel("model", SignedResource.root(resources),
        Serialization.files().ignoring(List.of()), resources, signer);
  }

  private static void requireType(InTotoStatement statement, String type) {
    if (!statement.predicateType().equals(type)) {
      throw new ModelFormatException("the predicate type is '" + statement.predicateType()
          + "', expected '" + type + "'");
    }
  }

  private static void requireConsistent(SignedModel model) {
    Digest root = SignedResource.root(model.resources());
    if (!root.equals(model.digest())) {
      throw new ModelFormatException("the signed root digest is " + model.digest()
          + ", but the signed resources hash to " + root);
    }
    if (!SignedResource.areSorted(model.resources())) {
      throw new ModelFormatException("the signed resources are not in the order of their names,"
          + " so their root digest " + root + " is not the model's");
    }
  }
}
