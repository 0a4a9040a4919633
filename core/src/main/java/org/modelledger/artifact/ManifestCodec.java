package org.modelledger.artifact;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.modelledger.internal.json.Json;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.Digest;
import org.modelledger.model.FileNames;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelFormatException;

/**
 * The file that makes an artifact visible, docs/formats/artifact-store.md. It ends in a digest of
 * itself, because the root digest does not cover the names.
 */
final class ManifestCodec {
  private static final String FORMAT = "modelledger-artifact";
  private static final long VERSION = 1;
  private static final int MAX_BYTES = 256 << 20;

  private ManifestCodec() {}

  record SizedFile(String name, long size, Digest digest) {}

  static byte[] encode(List<SizedFile> files) {
    Map<String, Object> members = withoutCheck(files);
    members.put("check", Digest.sha256(Json.write(members)).hex());
    return Json.write(members);
  }

  /**
   * @param path names the file in messages
   * @throws ModelFormatException if it is not such a file, or another version of it
   */
  static List<SizedFile> decode(String path, byte[] bytes) {
    JsonObject object = Json.read(path, bytes, MAX_BYTES);
    if (!object.string("format").equals(FORMAT)) {
      throw object.wrong("format", "'" + FORMAT + "'", object.string("format"));
    }
    if (object.integer("version") != VERSION) {
      throw object.wrong("version", VERSION + ", which is all that this release reads",
          object.integer("version"));
    }
    object.allowOnly("format", "version", "files", "check");
    List<SizedFile> files = new ArrayList<>();
    for (JsonObject file : object.objects("files")) {
      file.allowOnly("name", "size", "sha256");
      long size = file.integer("size");
      if (size < 0) {
        throw file.wrong("size", "0 or more", size);
      }
      try {
        files.add(
            new SizedFile(FileNames.check(file.string("name")), size, file.digest("sha256")));
      } catch (InvalidNameException e) {
        throw new ModelFormatException(file + ": " + e.getMessage(), e);
      }
    }
    Digest expected = object.digest("check");
    Digest found = Digest.sha256(Json.write(withoutCheck(files)));
    if (!found.equals(expected)) {
      throw new ArtifactCorruptException(path, expected, found);
    }
    return files;
  }

  private static Map<String, Object> withoutCheck(List<SizedFile> files) {
    List<Map<String, Object>> entries = new ArrayList<>(files.size());
    for (SizedFile file : files) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", file.name());
      entry.put("size", file.size());
      entry.put("sha256", file.digest().hex());
      entries.add(entry);
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("format", FORMAT);
    members.put("version", VERSION);
    members.put("files", entries);
    return members;
  }
}
