package org.modelledger.fabric.devpeer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.peer.ProcessedTransaction;
import org.hyperledger.fabric.protos.peer.Response;

/** The system chaincode {@code qscc}: what is on the ledger, asked for as a transaction is. */
final class LedgerQueries {
  static final String NAME = "qscc";
  /** The version that every system chaincode has. */
  static final String VERSION = "syscc";

  private static final Set<String> FUNCTIONS = Set.of("GetChainInfo", "GetBlockByNumber",
      "GetBlockByHash", "GetBlockByTxID", "GetTransactionByID");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private final String channel;
  private final Ledger ledger;

  LedgerQueries(String channel, Ledger ledger) {
    this.channel = channel;
    this.ledger = ledger;
  }

  /** Answers; that there is no such thing is an answer of status 500. */
  Response answer(List<ByteString> arguments) {
    try {
      return Response.newBuilder().setStatus(200).setPayload(find(arguments)).build();
    } catch (RefusedException e) {
      return refusal(String.valueOf(e.getMessage()));
    }
  }

  /** What a chaincode is told that calls this one. */
  static Response fromChaincode(String caller) {
    return refusal("Rejecting invoke of QSCC from another chaincode because of potential for "
        + "deadlocks, original invocation for '" + caller + "'");
  }

  private static Response refusal(String message) {
    return Response.newBuilder().setStatus(500).setMessage(message).build();
  }

  private ByteString find(List<ByteString> arguments) throws RefusedException {
    if (arguments.size() < 2) {
      throw new RefusedException("Incorrect number of arguments, " + arguments.size());
    }
    String function = arguments.get(0).toString(UTF_8);
    if (!function.equals("GetChainInfo") && arguments.size() < 3) {
      throw new RefusedException("missing 3rd argument for " + function);
    }
    if (!arguments.get(1).toString(UTF_8).equals(channel)) {
      throw new RefusedException("Invalid chain ID, " + arguments.get(1).toString(UTF_8));
    }
    if (!FUNCTIONS.contains(function)) {
      throw new RefusedException("access denied for [" + function + "][" + channel
          + "]: [Unmapped policy for qscc/" + function + "]");
    }
    return switch (function) {
      case "GetChainInfo" -> chain().toByteString();
      case "GetBlockByNumber" -> byNumber(arguments.get(2).toString(UTF_8)).toByteString();
      case "GetBlockByHash" -> byHash(arguments.get(2)).toByteString();
      case "GetBlockByTxID" -> byTransaction(arguments.get(2).toString(UTF_8)).toByteString();
      default -> transaction(arguments.get(2).toString(UTF_8)).toByteString();
    };
  }

  private BlockchainInfo chain() {
    Block last = ledger.last();
    return BlockchainInfo.newBuilder()
        .setHeight(last.getHeader().getNumber() + 1)
        .setCurrentBlockHash(Blocks.hash(last.getHeader()))
        .setPreviousBlockHash(last.getHeader().getPreviousHash())
        .build();
  }

  private Block byNumber(String text) throws RefusedException {
    String failed = "Failed to parse block number with error strconv.ParseUint: parsing \"" + text
        + "\": ";
    if (!NUMBER.matcher(text).matches()) {
      throw new RefusedException(failed + "invalid syntax");
    }
    long number;
    try {
      number = Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new RefusedException(failed + "value out of range", e);
    }
    if (number == -1) {
      return ledger.last(); // the greatest number there is stands for the newest block
    }
    String shown = Long.toUnsignedString(number);
    return ledger.block(number)
        .orElseThrow(() -> new RefusedException("Failed to get block number " + shown
            + ", error no such block number [" + shown + "] in index"));
  }

  private Block byHash(ByteString hash) throws RefusedException {
    Block last = ledger.last();
    if (Blocks.hash(last.getHeader()).equals(hash)) {
      return last;
    }
    for (long next = 1; next < last.getHeader().getNumber() + 1; next++) {
      Optional<Block> after = ledger.block(next);
      if (after.isPresent() && after.get().getHeader().getPreviousHash().equals(hash)) {
        return ledger.block(next - 1).orElse(last);
      }
    }
    throw new RefusedException("Failed to get block hash " + hash.toString(UTF_8)
        + ", error no such block hash [" + HexFormat.of().formatHex(hash.toByteArray())
        + "] in index");
  }

  private Block byTransaction(String id) throws RefusedException {
    return ledger.committed(id)
        .flatMap(committed -> ledger.block(committed.block()))
        .orElseThrow(() -> new RefusedException("Failed to get block for txID " + id
            + ", error no such transaction ID [" + id + "] in index"));
  }

  private ProcessedTransaction transaction(String id) throws RefusedException {
    Optional<Ledger.Committed> committed = ledger.committed(id);
    try {
      if (committed.isPresent()) {
        return ProcessedTransaction.newBuilder()
            .setTransactionEnvelope(BlockReader.transaction(byTransaction(id), id))
            .setValidationCode(committed.get().code().getNumber())
            .build();
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a transaction cannot be read again", e);
    }
    throw new RefusedException("Failed to get transaction with id " + id
        + ", error no such transaction ID [" + id + "] in index");
  }
}
