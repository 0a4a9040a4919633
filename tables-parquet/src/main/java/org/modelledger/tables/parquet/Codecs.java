package org.modelledger.tables.parquet;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.modelledger.tables.TableException;
import org.xerial.snappy.Snappy;

/**
 * Decompresses pages without the codecs of Hadoop. What a page takes is what comes out of it, never merely
 * what its header says.
 */
final class Codecs implements CompressionCodecFactory {
  /** A byte that Snappy wrote stands for 21 at most: three of them copy 64. */
  private static final long SNAPPY_RATIO = 22;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("nothing is written here");
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Decompressor(codec);
  }

  @Override
  public void release() {
    // nothing is held
  }

  private record Decompressor(CompressionCodecName codec) implements BytesInputDecompressor {

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      try (InputStream in = bytes.toInputStream()) {
        return BytesInput.from(plain(in.readAllBytes(), size));
      }
    }

    @Override
    public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size)
        throws IOException {
      byte[] bytes = new byte[compressedSize];
      input.get(bytes);
      output.put(plain(bytes, size));
    }

    private byte[] plain(byte[] bytes, int size) throws IOException {
      ByteArrayInputStream in = new ByteArrayInputStream(bytes);
      return switch (codec) {
        case UNCOMPRESSED -> {
          check(bytes.length, size);
          yield bytes;
        }
        case SNAPPY -> snappy(bytes, size);
        case GZIP -> {
          try (InputStream plain = new GZIPInputStream(in)) {
            yield all(plain, size);
          }
        }
        case ZSTD -> {
          try (InputStream plain = new ZstdInputStreamNoFinalizer(in)) {
            yield all(plain, size);
          }
        }
        default -> throw new TableException(
            "pages are compressed by " + codec + "; expected none, SNAPPY, GZIP or ZSTD");
      };
    }

    private static byte[] snappy(byte[] bytes, int size) throws IOException {
      check(Snappy.uncompressedLength(bytes, 0, bytes.length), size);
      if (size > SNAPPY_RATIO * bytes.length) {
        throw new IOException(
            "a page of " + bytes.length + " bytes says it has " + size + " by Snappy");
      }
      byte[] plain = new byte[size];
      check(Snappy.uncompress(bytes, 0, bytes.length, plain, 0), size);
      return plain;
    }

    private static byte[] all(InputStream in, int size) throws IOException {
      byte[] plain = in.readNBytes(size);
      check(in.read() < 0 ? plain.length : plain.length + 1L, size);
      return plain;
    }

    private static void check(long found, int size) throws IOException {
      if (found != size) {
        throw new IOException("a page has " + found + " bytes; its header says " + size);
      }
    }

    @Override
    public void release() {
      // nothing is held
    }
  }
}
