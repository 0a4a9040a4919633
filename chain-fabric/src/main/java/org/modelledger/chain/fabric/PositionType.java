package org.modelledger.chain.fabric;

import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.modelledger.registry.LedgerPosition;

/** Positions as keys of the index, in the ledger's order. */
final class PositionType extends BasicDataType<LedgerPosition> {
  static final PositionType INSTANCE = new PositionType();

  private static final int MEMORY = 32;

  private PositionType() {}

  @Override
  public int compare(LedgerPosition one, LedgerPosition other) {
    return one.compareTo(other);
  }

  @Override
  public int getMemory(LedgerPosition position) {
    return MEMORY;
  }

  @Override
  public void write(WriteBuffer buffer, LedgerPosition position) {
    buffer.putLong(position.block()).putInt(position.index());
  }

  @Override
  public LedgerPosition read(ByteBuffer buffer) {
    return new LedgerPosition(buffer.getLong(), buffer.getInt());
  }

  @Override
  public LedgerPosition[] createStorage(int size) {
    return new LedgerPosition[size];
  }
}
