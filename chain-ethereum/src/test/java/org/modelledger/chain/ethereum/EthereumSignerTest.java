package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.AccountId;
import org.modelledger.spi.ConfigurationException;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.crypto.WalletUtils;

class EthereumSignerTest {
  private static final int HASHES = 1_000;

  @TempDir
  Path directory;

  private static Random random() {
    long seed = Long.getLong("modelledger.seed", System.nanoTime());
    System.err.println("seed: -Dmodelledger.seed=" + seed);
    return new Random(seed);
  }

  private static byte[] key(Random random) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    key[0] &= 0x7f; // below the curve's order
    return key;
  }

  @Test
  void signsLikeWeb3j() {
    Random random = random();
    byte[] hash = new byte[32];
    for (int i = 0; i < HASHES; i++) {
      byte[] key = key(random);
      random.nextBytes(hash);
      ECKeyPair pair = ECKeyPair.create(key);
      Sign.SignatureData theirs = Sign.signMessage(hash, pair, false);

      EthereumSignature ours = EthereumSigner.inMemory(key).sign(hash);

      assertThat(ours.r()).isEqualTo(new BigInteger(1, theirs.getR()));
      assertThat(ours.s()).isEqualTo(new BigInteger(1, theirs.getS()));
      assertThat(ours.parity()).isEqualTo(theirs.getV()[0] - 27);
    }
  }

  @Test
  void signsHashesOfAllOnesAndZeros() {
    byte[] key = key(random());
    for (int filling : new int[]{0, 0xff}) {
      byte[] hash = new byte[32];
      Arrays.fill(hash, (byte) filling);
      Sign.SignatureData theirs = Sign.signMessage(hash, ECKeyPair.create(key), false);
      EthereumSignature ours = EthereumSigner.inMemory(key).sign(hash);
      assertThat(ours.s()).isEqualTo(new BigInteger(1, theirs.getS()));
      assertThat(ours.parity()).isEqualTo(theirs.getV()[0] - 27);
    }
  }

  @Test
  void multipliesTheBasePointLikeBouncyCastle() {
    Random random = random();
    ECPoint base = CustomNamedCurves.getByName("secp256k1").getG();
    FixedPointCombMultiplier theirs = new FixedPointCombMultiplier();
    List<BigInteger> numbers = new ArrayList<>();
    for (int bit = 0; bit < 255; bit++) {
      numbers.add(BigInteger.ONE.shiftLeft(bit));
      numbers.add(Secp256k1.ORDER.subtract(BigInteger.ONE.shiftLeft(bit)));
      numbers.add(new BigInteger(bit + 1, random).setBit(bit));
    }
    for (BigInteger number : numbers) {
      assertThat(Secp256k1.MULTIPLIER.multiply(number)).as(number.toString(16))
          .isEqualTo(theirs.multiply(base, number).normalize());
    }
  }

  @Test
  void hasTheAddressThatWeb3jDerives() {
    byte[] key = key(random());
    try (EthereumSigner signer = EthereumSigner.inMemory(key)) {
      assertThat(signer.account().value())
          .isEqualToIgnoringCase(Credentials.create(ECKeyPair.create(key)).getAddress());
      // the address of anvil's first account, in the spelling of EIP-55
      assertThat(EthereumSigner.inMemory(NodeCalls
          .bytes("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")).account())
          .isEqualTo(AccountId.of("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
    }
  }

  @Test
  void encodesTransactionsLikeWeb3j() {
    Random random = random();
    for (int i = 0; i < 100; i++) {
      byte[] key = key(random);
      long chainId = 1L + random.nextInt(1_000_000);
      long nonce = random.nextInt(3);
      long gas = 21_000L + random.nextInt(1_000_000);
      GasPrice price = GasPrice.ofWei(1_000_000 + random.nextInt(1_000_000_000),
          random.nextInt(1_000_000));
      byte[] data = new byte[random.nextInt(300)];
      random.nextBytes(data);
      String to = random.nextBoolean() ? "0x00112233445566778899aabbccddeeff00112233" : null;
      BigInteger value = BigInteger.valueOf(random.nextInt(2));
      Credentials theirs = Credentials.create(ECKeyPair.create(key));
      RawTransaction dynamic = RawTransaction.createTransaction(chainId,
          BigInteger.valueOf(nonce), BigInteger.valueOf(gas), to, value,
          NodeCalls.hex(data), price.tip(), price.max());
      RawTransaction legacy = RawTransaction.createTransaction(BigInteger.valueOf(nonce),
          price.max(), BigInteger.valueOf(gas), to, value, NodeCalls.hex(data));

      try (EthereumSigner ours = EthereumSigner.inMemory(key)) {
        SignedTransaction.Unsigned transaction = new SignedTransaction.Unsigned(chainId, nonce,
            price, gas, to, value, data);
        assertThat(SignedTransaction.dynamicFee(transaction, ours).bytes())
            .isEqualTo(TransactionEncoder.signMessage(dynamic, theirs));
        assertThat(SignedTransaction.legacy(transaction, ours).bytes())
            .isEqualTo(TransactionEncoder.signMessage(legacy, chainId, theirs));
      }
    }
  }

  @Test
  void completesSignaturesOfForeignKeyStores() {
    Random random = random();
    for (int i = 0; i < 20; i++) {
      try (EthereumSigner signer = EthereumSigner.inMemory(key(random))) {
        byte[] hash = new byte[32];
        random.nextBytes(hash);
        EthereumSignature whole = signer.sign(hash);
        BigInteger either = random.nextBoolean()
            ? whole.s()
            : Secp256k1.ORDER.subtract(whole.s());

        assertThat(EthereumSignature.of(signer.account(), hash, whole.r(), either))
            .isEqualTo(whole);

        hash[0]++;
        assertThatThrownBy(
            () -> EthereumSignature.of(signer.account(), hash, whole.r(), whole.s()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(signer.account().value());
      }
    }
  }

  @Test
  void refusesSignaturesOutOfRange() {
    BigInteger one = BigInteger.ONE;
    assertThatThrownBy(() -> new EthereumSignature(BigInteger.ZERO, one, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EthereumSignature(Secp256k1.ORDER, one, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EthereumSignature(one, Secp256k1.HALF_ORDER.add(one), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new EthereumSignature(one, one, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsKeystoresOfWeb3j() throws Exception {
    byte[] key = key(random());
    String name = WalletUtils.generateWalletFile("correct horse", ECKeyPair.create(key),
        directory.toFile(), false);
    Path file = directory.resolve(name);
    Path passwordFile = Files.writeString(directory.resolve("password"), "correct horse\n");
    Path otherPassword = Files.writeString(directory.resolve("other"), "wrong\n");
    Path noPassword = Files.writeString(directory.resolve("none"), "");

    try (EthereumSigner expected = EthereumSigner.inMemory(key);
        EthereumSigner byPassword = EthereumSigner.keystore(file, "correct horse".toCharArray());
        EthereumSigner byFile = EthereumSigner.keystore(file, passwordFile)) {
      assertThat(byPassword.account()).isEqualTo(expected.account());
      assertThat(byFile.sign(new byte[32])).isEqualTo(expected.sign(new byte[32]));
    }
    assertThatThrownBy(() -> EthereumSigner.keystore(file, otherPassword))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("password")
        .hasMessageNotContaining("wrong");
    assertThatThrownBy(() -> EthereumSigner.keystore(file, noPassword))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(noPassword.toString());
    assertThatThrownBy(() -> EthereumSigner.keystore(file, directory.resolve("missing")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> EthereumSigner.keystore(directory.resolve("gone"), passwordFile))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("gone");
  }

  @Test
  void refusesFilesThatAreNoKeystoreWithoutQuotingThem() throws Exception {
    Path file = Files.writeString(directory.resolve("k"), "ac0974bec39a17e36ba4a6b4d238ff944b");
    assertThatThrownBy(() -> EthereumSigner.keystore(file, "p".toCharArray()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("ac0974")
        .hasNoCause();
  }

  @Test
  void refusesWhatIsNoKey() {
    assertThatThrownBy(() -> EthereumSigner.inMemory(new byte[31]))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("31");
    assertThatThrownBy(() -> EthereumSigner.inMemory(new byte[32]))
        .isInstanceOf(ConfigurationException.class);
    byte[] tooGreat = new byte[32];
    Arrays.fill(tooGreat, (byte) 0xff);
    assertThatThrownBy(() -> EthereumSigner.inMemory(tooGreat))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void forgetsItsKeyAndNeverShowsIt() {
    byte[] key = key(random());
    EthereumSigner signer = EthereumSigner.inMemory(key);
    assertThat(signer.toString()).contains(signer.account().value())
        .doesNotContain(NodeCalls.hex(key).substring(2, 12));
    signer.close();
    signer.close();
    assertThatThrownBy(() -> signer.sign(new byte[32])).isInstanceOf(IllegalStateException.class);
    assertThat(signer.account()).isNotNull();
  }

  @Test
  void signsHashesOnly() {
    try (EthereumSigner signer = EthereumSigner.random()) {
      assertThatThrownBy(() -> signer.sign(new byte[31]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
