package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * A transaction as it is sent.
 *
 * @param bytes not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // sent as it is, never compared
record SignedTransaction(byte[] bytes) {
  /** EIP-1559's type. */
  private static final byte DYNAMIC_FEE = 2;
  /** EIP-155: v is chain id · 2 + 35 + parity. */
  private static final long REPLAY_PROTECTION = 35;

  /**
   * What is to be signed.
   *
   * @param price for a unit of gas
   * @param to the account that is called; null creates a contract
   */
  @SuppressWarnings("ArrayRecordComponent") // encoded at once, never compared
  record Unsigned(long chainId, long nonce, GasPrice price, long gas, @Nullable String to,
      BigInteger value, byte[] data) {
    /** A call that carries no ether. */
    static Unsigned call(long chainId, long nonce, GasPrice price, long gas, String to,
        byte[] data) {
      return new Unsigned(chainId, nonce, price, gas, to, BigInteger.ZERO, data);
    }

    /** The creation of a contract. */
    static Unsigned create(long chainId, long nonce, GasPrice price, long gas, byte[] code) {
      return new Unsigned(chainId, nonce, price, gas, null, BigInteger.ZERO, code);
    }
  }

  /** Signs as the chain wants it. */
  static SignedTransaction sign(Unsigned transaction, boolean isLegacy, EthereumSigner signer) {
    return isLegacy ? legacy(transaction, signer) : dynamicFee(transaction, signer);
  }

  /** Signs with a base fee (EIP-1559). */
  static SignedTransaction dynamicFee(Unsigned transaction, EthereumSigner signer) {
    List<RlpType> fields = new ArrayList<>(12);
    fields.add(RlpString.create(transaction.chainId()));
    fields.add(RlpString.create(transaction.nonce()));
    fields.add(RlpString.create(transaction.price().tip()));
    fields.add(RlpString.create(transaction.price().max()));
    addCall(fields, transaction);
    fields.add(new RlpList()); // EIP-2930's access list
    EthereumSignature signature = signer.signPayload(typed(fields));
    fields.add(RlpString.create(signature.parity()));
    fields.add(RlpString.create(signature.r()));
    fields.add(RlpString.create(signature.s()));
    return new SignedTransaction(typed(fields));
  }

  /** Signs for chains without a base fee (EIP-155). */
  static SignedTransaction legacy(Unsigned transaction, EthereumSigner signer) {
    List<RlpType> fields = new ArrayList<>(9);
    fields.add(RlpString.create(transaction.nonce()));
    fields.add(RlpString.create(transaction.price().max()));
    addCall(fields, transaction);
    List<RlpType> payload = new ArrayList<>(fields);
    payload.add(RlpString.create(transaction.chainId()));
    payload.add(RlpString.create(0));
    payload.add(RlpString.create(0));
    EthereumSignature signature = signer
        .signPayload(RlpEncoder.encode(new RlpList(payload)));
    fields.add(RlpString.create(BigInteger.valueOf(transaction.chainId())
        .shiftLeft(1)
        .add(BigInteger.valueOf(REPLAY_PROTECTION + signature.parity()))));
    fields.add(RlpString.create(signature.r()));
    fields.add(RlpString.create(signature.s()));
    return new SignedTransaction(RlpEncoder.encode(new RlpList(fields)));
  }

  private static void addCall(List<RlpType> fields, Unsigned transaction) {
    String to = transaction.to();
    fields.add(RlpString.create(transaction.gas()));
    fields.add(to == null ? RlpString.create("") : RlpString.create(NodeCalls.bytes(to)));
    fields.add(RlpString.create(transaction.value()));
    fields.add(RlpString.create(transaction.data()));
  }

  private static byte[] typed(List<RlpType> fields) {
    byte[] list = RlpEncoder.encode(new RlpList(fields));
    byte[] typed = new byte[list.length + 1];
    typed[0] = DYNAMIC_FEE;
    System.arraycopy(list, 0, typed, 1, list.length);
    return typed;
  }

  /** Returns its hash, under which a node knows it. */
  String hash() {
    return NodeCalls.hex(Secp256k1.keccak256(bytes));
  }
}
