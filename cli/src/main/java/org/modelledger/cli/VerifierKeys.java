package org.modelledger.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.modelledger.tlog.NoteVerifier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads C2SP verifier keys: one, as {@code name+hash+base64}, or a file of them, one a line, as {@code
 * @file}.
 *
 * @param keys at least one
 */
record VerifierKeys(List<NoteVerifier> keys) {

  /** Copies the list. */
  VerifierKeys {
    keys = List.copyOf(keys);
  }

  /** Reads the value of an option. */
  static final class Converter implements ITypeConverter<VerifierKeys> {

    @Override
    public VerifierKeys convert(String text) throws IOException {
      if (!text.startsWith("@")) {
        return new VerifierKeys(List.of(parse(text)));
      }
      List<NoteVerifier> keys = new ArrayList<>();
      String file = text.substring(1);
      String all;
      try {
        all = Files.readString(Path.of(file));
      } catch (IOException e) {
        throw new TypeConversionException("the file '" + file + "' cannot be read: "
            + e.getClass().getSimpleName());
      }
      all.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> {
        try {
          keys.add(parse(line));
        } catch (TypeConversionException e) {
          throw new TypeConversionException("in the file '" + file + "': " + e.getMessage());
        }
      });
      if (keys.isEmpty()) {
        throw new TypeConversionException("the file '" + file + "' has no verifier key in it");
      }
      return new VerifierKeys(keys);
    }

    private static NoteVerifier parse(String text) {
      try {
        return NoteVerifier.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
