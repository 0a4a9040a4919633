package org.modelledger.ml.djl;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.StorageException;

/** Reads a model's files to their ends, so that they are verified, before anybody uses what was read. */
final class VerifiedFiles {
  private static final int CHUNK_BYTES = 1 << 26;

  private VerifiedFiles() {}

  /** Returns a stream of a file's bytes from memory, which never fails. */
  static InputStream inMemory(ModelFiles files, String name) {
    List<InputStream> chunks = new ArrayList<>();
    try (InputStream in = files.open(name)) {
      byte[] chunk;
      do {
        chunk = in.readNBytes(CHUNK_BYTES);
        chunks.add(new ByteArrayInputStream(chunk));
      } while (chunk.length == CHUNK_BYTES);
    } catch (IOException e) {
      throw new StorageException("cannot read " + name + " of the model: " + e.getMessage(), e);
    }
    return new SequenceInputStream(Collections.enumeration(chunks));
  }

  /** Reads files that the engine does not use, but that belong to the model. */
  static void readOthers(ModelFiles files, List<String> used) {
    for (String name : files.names()) {
      if (!used.contains(name)) {
        try (InputStream in = files.open(name)) {
          in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
          throw new StorageException("cannot read " + name + " of the model: " + e.getMessage(), e);
        }
      }
    }
  }
}
