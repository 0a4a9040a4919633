package org.modelledger.fabric.devpeer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What clients need to know of a peer, as files: in the form in which real networks for tests leave it. */
final class ConnectionFile {
  /** Somebody to enrol. */
  record User(String mspId, String name, Map<String, String> attributes) {}

  private final DevPeer peer;
  private final Path directory;

  ConnectionFile(DevPeer peer, Path directory) {
    this.peer = peer;
    this.directory = directory.toAbsolutePath();
  }

  /**
   * Enrols users and writes {@code connection.json} last.
   *
   * @return the file
   */
  Path write(String chaincode, List<User> users) throws IOException {
    Path file = directory.resolve("connection.json");
    Path unfinished = directory.resolve("connection.json.tmp");
    try (JsonGenerator json = new JsonFactory()
        .createGenerator(Files.newOutputStream(unfinished))
        .useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("channel", peer.channel());
      json.writeStringField("chaincode", chaincode);
      json.writeArrayFieldStart("organizations");
      for (String mspId : peer.organizations()) {
        organization(json, mspId, users);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("orderers");
      json.writeEndArray();
      json.writeEndObject();
    }
    return Files.move(unfinished, file);
  }

  private void organization(JsonGenerator json, String mspId, List<User> users)
      throws IOException {
    Path root = Files.createDirectories(directory.resolve("tls")).resolve(mspId + ".pem");
    Files.writeString(root, peer.tlsRootPem(mspId));
    String endpoint = peer.endpoint(mspId);
    int colon = endpoint.lastIndexOf(':');
    json.writeStartObject();
    json.writeStringField("mspId", mspId);
    json.writeArrayFieldStart("peers");
    json.writeStartObject();
    json.writeStringField("name", "peer0." + mspId);
    json.writeStringField("host", endpoint.substring(0, colon));
    json.writeNumberField("port", Integer.parseInt(endpoint.substring(colon + 1)));
    json.writeStringField("tlsRoot", root.toString());
    json.writeEndObject();
    json.writeEndArray();
    json.writeArrayFieldStart("users");
    user(json, new User(mspId, "User1", Map.of()));
    for (User user : users) {
      if (user.mspId().equals(mspId)) {
        user(json, user);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void user(JsonGenerator json, User user) throws IOException {
    DevIdentity identity = peer.enroll(user.mspId(), user.name(), user.attributes());
    Path home = Files.createDirectories(
        directory.resolve("users").resolve(user.name() + "@" + user.mspId()));
    Path certificate = home.resolve("cert.pem");
    Path key = home.resolve("key.pem");
    Files.writeString(certificate, identity.certificatePem());
    Files.writeString(key, identity.privateKeyPem());
    json.writeStartObject();
    json.writeStringField("mspId", user.mspId());
    json.writeStringField("name", user.name());
    json.writeStringField("certificate", certificate.toString());
    json.writeStringField("privateKey", key.toString());
    json.writeObjectFieldStart("attributes");
    for (Map.Entry<String, String> attribute : user.attributes().entrySet()) {
      json.writeStringField(attribute.getKey(), attribute.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /** Deletes everything in the directory, and the directory. */
  void delete() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
