package org.modelledger.cli;

import org.modelledger.model.Digest;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a digest. */
final class Digests implements ITypeConverter<Digest> {

  @Override
  public Digest convert(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
