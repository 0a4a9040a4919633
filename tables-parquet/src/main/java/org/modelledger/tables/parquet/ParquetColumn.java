package org.modelledger.tables.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;
import org.modelledger.tables.ColumnType;
import org.modelledger.tables.Field;
import org.modelledger.tables.TableBuilder;
import org.modelledger.tables.TableException;

/**
 * A column of a file and what it is read as.
 *
 * @param stored what values are in the file
 * @param type the type that the file gives them
 */
record ParquetColumn(Field field, Stored stored, PrimitiveType type) {
  private static final long UINT32 = 0xffffffffL;
  /** 76 digits have 32 bytes. */
  private static final int MAX_DECIMAL_BYTES = 64;
  private static final int MAX_SCALE = 154;

  /** How a value is got. */
  enum Stored {
    BOOLEAN(ColumnType.BOOL), INT32(ColumnType.INT64), UINT32(ColumnType.INT64), INT64(
        ColumnType.INT64), UINT64(ColumnType.INT64), FLOAT(ColumnType.FP32), DOUBLE(
            ColumnType.FP64), DECIMAL(ColumnType.FP64), TEXT(ColumnType.TEXT);

    final ColumnType type;

    Stored(ColumnType type) {
      this.type = type;
    }
  }

  /** @throws TableException if it is of a type that has no place in a table */
  static ParquetColumn of(Type column) {
    if (!column.isPrimitive() || column.getRepetition() == Repetition.REPEATED) {
      throw new TableException("column '" + column.getName()
          + "' has several values in a row, or parts; expected single values, or a schema without it");
    }
    PrimitiveType type = column.asPrimitiveType();
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    Stored stored = stored(type.getPrimitiveTypeName(), meaning)
        .orElseThrow(() -> new TableException("column '" + column.getName() + "' has type "
            + type.getPrimitiveTypeName() + (meaning == null ? "" : " (" + meaning + ")")
            + "; expected numbers, truth values or text, or a schema without it"));
    boolean optional = column.getRepetition() == Repetition.OPTIONAL
        || stored.type == ColumnType.FP32 || stored.type == ColumnType.FP64;
    return new ParquetColumn(new Field(column.getName(), stored.type, optional), stored, type);
  }

  private static Optional<Stored> stored(PrimitiveTypeName type,
      @Nullable LogicalTypeAnnotation meaning) {
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      boolean known = switch (type) {
        case INT32, INT64, BINARY, FIXED_LEN_BYTE_ARRAY -> true;
        default -> false;
      };
      return known && decimal.getScale() >= 0 && decimal.getScale() <= MAX_SCALE
          ? Optional.of(Stored.DECIMAL)
          : Optional.empty();
    }
    boolean time = meaning instanceof DateLogicalTypeAnnotation
        || meaning instanceof TimeLogicalTypeAnnotation
        || meaning instanceof TimestampLogicalTypeAnnotation;
    boolean whole = meaning == null || time || meaning instanceof IntLogicalTypeAnnotation;
    boolean unsigned = meaning instanceof IntLogicalTypeAnnotation number && !number.isSigned();
    boolean text = meaning instanceof StringLogicalTypeAnnotation
        || meaning instanceof EnumLogicalTypeAnnotation
        || meaning instanceof JsonLogicalTypeAnnotation;
    return Optional.ofNullable(switch (type) {
      case BOOLEAN -> meaning == null ? Stored.BOOLEAN : null;
      case INT32 -> whole ? unsigned ? Stored.UINT32 : Stored.INT32 : null;
      case INT64 -> whole ? unsigned ? Stored.UINT64 : Stored.INT64 : null;
      case FLOAT -> meaning == null ? Stored.FLOAT : null;
      case DOUBLE -> meaning == null ? Stored.DOUBLE : null;
      case BINARY -> text ? Stored.TEXT : null;
      case INT96, FIXED_LEN_BYTE_ARRAY -> null;
    });
  }

  /** Returns the same column, read as a field of a schema. */
  ParquetColumn as(Field wanted) {
    boolean numbers = stored.type != ColumnType.TEXT && stored.type != ColumnType.BOOL
        && (wanted.type() == ColumnType.FP64 || wanted.type() == ColumnType.FP32);
    if (wanted.type() != stored.type && !numbers) {
      throw new TableException("column '" + wanted.name() + "' has values of type " + stored
          + "; expected " + wanted.type() + ", as the schema says");
    }
    return new ParquetColumn(wanted, stored, type);
  }

  /** Adds the value that a reader stands at, which is not missing. */
  void add(ColumnReader values, TableBuilder builder, int column) {
    switch (stored) {
      case BOOLEAN -> builder.addFlag(column, values.getBoolean());
      case INT32 -> addWhole(builder, column, values.getInteger());
      case UINT32 -> addWhole(builder, column, values.getInteger() & UINT32);
      case INT64 -> addWhole(builder, column, values.getLong());
      case UINT64 -> {
        long value = values.getLong();
        if (value < 0) {
          throw new TableException("column '" + field.name() + "' has the unsigned number "
              + Long.toUnsignedString(value) + "; expected at most 2^63 - 1");
        }
        addWhole(builder, column, value);
      }
      case FLOAT -> builder.addNumber(column, values.getFloat());
      case DOUBLE -> builder.addNumber(column, values.getDouble());
      case DECIMAL -> {
        BigDecimal value = decimal(values);
        builder.addNumber(column,
            field.type() == ColumnType.FP32 ? value.floatValue() : value.doubleValue());
      }
      case TEXT -> builder.addText(column, text(values.getBinary()));
    }
  }

  private void addWhole(TableBuilder builder, int column, long value) {
    if (field.type() == ColumnType.INT64) {
      builder.addWhole(column, value);
    } else {
      // rounded once: by way of a double it could be rounded twice
      builder.addNumber(column, field.type() == ColumnType.FP32 ? (float) value : (double) value);
    }
  }

  private BigDecimal decimal(ColumnReader values) {
    int scale = ((DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation()).getScale();
    return switch (type.getPrimitiveTypeName()) {
      case INT32 -> BigDecimal.valueOf(values.getInteger(), scale);
      case INT64 -> BigDecimal.valueOf(values.getLong(), scale);
      default -> {
        Binary bytes = values.getBinary();
        if (bytes.length() < 1 || bytes.length() > MAX_DECIMAL_BYTES) {
          throw new TableException("column '" + field.name() + "' has a decimal number of "
              + bytes.length() + " bytes; expected 1 to " + MAX_DECIMAL_BYTES);
        }
        yield new BigDecimal(new BigInteger(bytes.getBytes()), scale);
      }
    };
  }

  private String text(Binary bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.toByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw new TableException(
          "column '" + field.name() + "' has a text that is no UTF-8; expected UTF-8", e);
    }
  }
}
