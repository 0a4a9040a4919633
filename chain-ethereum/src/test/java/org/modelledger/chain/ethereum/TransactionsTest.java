package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.modelledger.chain.ethereum.FaultyNode.Answer;

class TransactionsTest {
  private static final String HASH = "0x" + "ab".repeat(32);
  private static final Pattern ID = Pattern.compile("\"id\":([0-9]+)");

  /** geth knows a receipt before its newest block is the one that has it. */
  @Test
  void waitsUntilTheNodeAnswersAsOfTheTransactionsBlock() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    try (FaultyNode node = new FaultyNode(request -> {
      boolean isReceipt = request.contains("eth_getTransactionReceipt");
      return answer(request, isReceipt
          ? "{\"transactionHash\":\"" + HASH + "\",\"blockNumber\":\"0x5\",\"blockHash\":\"" + HASH
              + "\",\"status\":\"0x1\",\"gasUsed\":\"0x5208\",\"logs\":[]}"
          : "{\"number\":\"" + (looks.incrementAndGet() < 3 ? "0x4" : "0x5") + "\",\"hash\":\""
              + HASH + "\",\"parentHash\":\"" + HASH
              + "\",\"timestamp\":\"0x1\",\"gasLimit\":\"0x1\"}");
    }); JsonRpc rpc = JsonRpc.open(node.rpcUrl(), RpcOptions.DEFAULT)) {
      TransactionReceipt receipt = Transactions.await(rpc, HASH,
          System.nanoTime() + Duration.ofMinutes(1).toNanos(), "late");

      assertThat(receipt.block()).isEqualTo(5);
      assertThat(looks).hasValue(3);
    }
  }

  private static Answer answer(String request, String result) {
    Matcher id = ID.matcher(request);
    assertThat(id.find()).isTrue();
    String body = "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":" + result + "}";
    return Answer.ok(request.startsWith("[") ? "[" + body + "]" : body);
  }
}
