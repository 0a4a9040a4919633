package org.modelledger.signing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.artifact.ArtifactFile;
import org.modelledger.artifact.ArtifactManifest;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelLedgerException;

/**
 * The statement of OMS v1.0: its subject is the root digest, its predicate lists the files. A verifier
 * ignores members of the predicate that it does not know.
 */
final class OmsStatement {
  private static final String PREDICATE_TYPE = "https://model_signing/signature/v1.0";
  private static final String HASH = "sha256";
  private static final String METHOD = "files";

  private OmsStatement() {}

  static byte[] encode(SignedModel model) {
    List<Map<String, Object>> resources = new ArrayList<>();
    for (ArtifactFile file : model.manifest().files()) {
      Map<String, Object> resource = new LinkedHashMap<>();
      resource.put("name", file.name());
      resource.put("algorithm", HASH);
      resource.put("digest", file.digest().hex());
      resources.add(resource);
    }
    Map<String, Object> serialization = new LinkedHashMap<>();
    serialization.put("method", METHOD);
    serialization.put("hash_type", HASH);
    serialization.put("allow_symlinks", model.followsLinks());
    if (!model.ignoredPaths().isEmpty()) {
      serialization.put("ignore_paths", model.ignoredPaths());
    }
    Map<String, Object> predicate = new LinkedHashMap<>();
    predicate.put("serialization", serialization);
    predicate.put("resources", resources);
    return InTotoStatement.encode(
        List.of(new InTotoStatement.Subject(model.name(), model.manifest().digest())),
        PREDICATE_TYPE, predicate);
  }

  /** @throws ModelLedgerException if the payload is not such a statement, or contradicts itself */
  static SignedModel decode(byte[] payload) {
    InTotoStatement statement = InTotoStatement.decode(payload);
    if (!statement.predicateType().equals(PREDICATE_TYPE)) {
      throw new ModelFormatException("the predicate type is '" + statement.predicateType()
          + "', expected '" + PREDICATE_TYPE + "'");
    }
    if (statement.subjects().size() != 1) {
      throw new ModelFormatException(
          "a model signature has one subject, not " + statement.subjects().size());
    }
    JsonObject serialization = statement.predicate().object("serialization");
    if (!serialization.string("method").equals(METHOD)) {
      throw new ModelFormatException("the serialization method '" + serialization.string("method")
          + "' is not supported; supported is '" + METHOD + "'");
    }
    requireSha256(serialization.string("hash_type"));

    List<ArtifactFile> files = new ArrayList<>();
    for (JsonObject resource : statement.predicate().objects("resources")) {
      requireSha256(resource.string("algorithm"));
      if (resource.string("name").equals(".")) {
        throw new ModelFormatException("the signature is over a single file instead of a directory"
            + " (its resource is named '.'), which is not supported");
      }
      files.add(new ArtifactFile(resource.string("name"), resource.digest("digest")));
    }
    ArtifactManifest manifest = new ArtifactManifest(files);
    Digest subject = statement.subjects().get(0).digest();
    if (!manifest.digest().equals(subject)) { // also if they are not listed in the order of names
      throw new ModelFormatException("the signed root digest is " + subject
          + ", but the signed resources hash to " + manifest.digest());
    }
    return new SignedModel(statement.subjects().get(0).name(), manifest,
        serialization.has("ignore_paths") ? serialization.strings("ignore_paths") : List.of(),
        serialization.bool("allow_symlinks"));
  }

  private static void requireSha256(String algorithm) {
    if (!algorithm.equals(HASH)) {
      throw new ModelFormatException("the hash algorithm '" + algorithm
          + "' is not supported; supported is '" + HASH + "'");
    }
  }
}
