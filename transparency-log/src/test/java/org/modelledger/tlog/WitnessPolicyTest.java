package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WitnessPolicyTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final NoteSigner LOG = NoteSigner.generate("example.com/log", RANDOM);
  private static final CosignatureSigner[] W = IntStream.range(0, 6)
      .mapToObj(i -> CosignatureSigner.generate("w" + i + ".example", RANDOM))
      .toArray(CosignatureSigner[]::new);
  private static final String KEYS = "log " + LOG.verifier() + "\n\nwitness X1 " + W[0].verifier()
      + "\nwitness X2 " + W[1].verifier() + "\nwitness X3 " + W[2].verifier() + "\n";
  // the example of c2sp.org/tlog-policy
  private static final String POLICY = KEYS + "group X-witnesses 2 X1 X2 X3\n\nwitness Y1 "
      + W[3].verifier() + "\nwitness Y2 " + W[4].verifier() + "\nwitness Y3 " + W[5].verifier()
      + "\ngroup Y-witnesses any Y1 Y2 Y3\n\ngroup X-and-Y all X-witnesses Y-witnesses\n"
      + "quorum X-and-Y\n";

  private static SignedCheckpoint cosigned(int... witnesses) {
    SignedCheckpoint checkpoint = SignedCheckpoint.sign(LOG, 3, MerkleTree.emptyRoot());
    return checkpoint.with(Arrays.stream(witnesses)
        .mapToObj(i -> W[i].cosign(checkpoint.checkpoint(), 1 + i))
        .toList());
  }

  private static void assertRefused(WitnessPolicy policy, SignedCheckpoint checkpoint,
      String... said) {
    assertThatThrownBy(() -> policy.verify(checkpoint)).isInstanceOf(ProofException.class)
        .hasMessageContainingAll(said);
  }

  @Test
  void theSpecificationsExampleMeansWhatItSays() throws Exception {
    WitnessPolicy policy = WitnessPolicy.parse(POLICY);
    assertThat(policy.logs()).containsExactly(LOG.verifier());
    assertThat(policy.witnesses()).extracting(KnownWitness::name)
        .containsExactly("X1", "X2", "X3", "Y1", "Y2", "Y3");
    assertThat(policy.isNone()).isFalse();
    assertThat(policy.verify(cosigned(2, 3, 0)))
        .extracting(Cosignature::witness)
        .containsExactly(W[2].verifier(), W[3].verifier(), W[0].verifier());
    assertThat(policy.verify(cosigned(0, 1, 2, 3, 4, 5).note())).hasSize(6);
    assertRefused(policy, cosigned(), "witnesses [] have signed",
        "[X1, X2, X3, Y1, Y2, Y3] have not", "the group X-witnesses has 0 of 2");
    assertRefused(policy, cosigned(0, 3, 4, 5), "[X1, Y1, Y2, Y3] have signed", "[X2, X3] have not",
        "the group X-witnesses has 1 of 2", "the group X-and-Y has 1 of 2");
    assertRefused(policy, cosigned(0, 1, 2), "the group Y-witnesses has 0 of 1");
  }

  @Test
  void aWitnessThatSignsTwiceCountsOnce() throws Exception {
    WitnessPolicy policy = WitnessPolicy.parse(KEYS + "group g 2 X1 X2 X3\nquorum g\n");
    SignedCheckpoint twice = cosigned(0);
    SignedNote.Signature again = W[0].cosign(twice.checkpoint(), 99);
    assertRefused(policy, twice.with(List.of(again)), "the group g has 1 of 2");
    assertThat(policy.verify(cosigned(0, 2))).hasSize(2);
  }

  @Test
  void aCosignatureThatDoesNotVerifySpoilsTheCheckpoint() {
    WitnessPolicy policy = WitnessPolicy.parse(POLICY);
    SignedNote.Signature other = W[1].cosign(new Checkpoint("example.com/log", 4,
        MerkleTree.emptyRoot()), 9);
    assertRefused(policy, cosigned(0, 2, 3).with(List.of(other)),
        "the cosignature of " + W[1].verifier() + " does not verify");
  }

  @Test
  void aSingleWitnessOrNoneCanBeTheQuorum() throws Exception {
    WitnessPolicy one = WitnessPolicy.parse(KEYS + "quorum X2\n");
    assertThat(one.verify(cosigned(1))).hasSize(1);
    assertRefused(one, cosigned(0, 2), "[X1, X3] have signed, [X2] have not");
    WitnessPolicy none = WitnessPolicy.parse("quorum none\n");
    assertThat(none.isNone()).isTrue();
    assertThat(none.verify(cosigned(1))).isEmpty();
    assertThat(WitnessPolicy.parse(KEYS + "quorum none\n").verify(cosigned(1))).hasSize(1);
  }

  @Test
  void theLogsOfThePolicyAreTheOnesAccepted() {
    NoteSigner other = NoteSigner.generate("example.com/log", RANDOM);
    SignedCheckpoint checkpoint = SignedCheckpoint.sign(other, 3, MerkleTree.emptyRoot());
    WitnessPolicy policy = WitnessPolicy.parse(KEYS + "quorum none\n");
    assertRefused(policy, checkpoint, "the policy accepts only [" + LOG.verifier() + "]");
    assertThatThrownBy(() -> policy.verify(checkpoint.note())).isInstanceOf(ProofException.class)
        .hasMessageContaining("none of the trusted keys");
    assertThatThrownBy(() -> WitnessPolicy.parse("quorum none\n").verify(checkpoint.note()))
        .isInstanceOf(ProofException.class)
        .hasMessageContaining("accepted are only []");
  }

  @Test
  void blanksCommentsAndUrlsAreAsTheSpecificationHasThem() {
    WitnessPolicy policy = WitnessPolicy.parse("# a policy — of ours\n \t # another comment\n\t\n"
        + "\t log \t" + LOG.verifier() + "  https://example.com/log/ \n" + "witness\tany "
        + W[0].verifier() + "\thttps://w0.example/prefix\nwitness all " + W[1].verifier()
        + "\ngroup 7 1 any all\nquorum 7\n");
    assertThat(policy.witnesses()).containsExactly(
        new KnownWitness("any", W[0].verifier(),
            Optional.of(URI.create("https://w0.example/prefix"))),
        new KnownWitness("all", W[1].verifier(), Optional.empty()));
  }

  @Test
  void namesAreOctets() throws Exception {
    // the Latin letter, the Kelvin sign, and an octet that is no UTF-8: three names
    byte[] octet = ("witness \u00e9 " + W[2].verifier() + "\ngroup g all K \u00e9\nquorum g\n")
        .getBytes(ISO_8859_1);
    byte[] head = ("witness K " + W[0].verifier() + "\nwitness \u212a " + W[1].verifier() + "\n")
        .getBytes(UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + octet.length);
    System.arraycopy(octet, 0, all, head.length, octet.length);
    WitnessPolicy policy = WitnessPolicy.parse(all);
    assertThat(policy.witnesses()).extracting(KnownWitness::name)
        .containsExactly("K", "\u212a", "\u00e9");
    assertThat(policy.verify(cosigned(0, 2))).hasSize(2);
    assertRefused(policy, cosigned(1, 2), "[\u212a, \u00e9] have signed");
  }

  @Test
  void refusesWhatIsNoPolicy() {
    refused("", "policy has no quorum line");
    refused("quorum none", "does not end in a newline");
    refused(KEYS, "policy has no quorum line");
    refused("quorum none\nquorum none\n", "line 2 is a second quorum line");
    refused("quorum X1\n" + KEYS, "line 1 names 'X1', which no line before it defines");
    refused("quorum\n", "line 1 is not of the form 'quorum <name>'");
    refused("quorum none # really\n", "line 1 is not of the form");
    refused("Quorum none\n", "line 1 begins with 'Quorum'");
    refused("quorum none\r\n", "line 1 has a control character");
    refused("quorum none\n\u007f\n", "line 2 has a control character");
    refused("log\nquorum none\n", "not of the form 'log <vkey> [<url>]'");
    refused("log x\nquorum none\n", "policy line 1: verifier key 'x' is not of the form");
    refused("log " + W[0].verifier() + "\nquorum none\n", "0x01 (Ed25519)");
    refused("log " + LOG.verifier() + "\nlog " + LOG.verifier() + "\nquorum none\n",
        "line 2 has the public key of an earlier log");
    refused("witness X1\nquorum none\n", "not of the form 'witness <name> <vkey> [<url>]'");
    refused("witness X1 " + LOG.verifier() + "\nquorum none\n", "0x04 (Ed25519 cosignature)");
    refused("witness none " + W[0].verifier() + "\nquorum none\n", "defines 'none'");
    refused("witness X1 " + W[0].verifier() + " http://%\nquorum none\n", "which is no URL");
    refused(KEYS + "witness X1 " + W[3].verifier() + "\nquorum none\n",
        "line 6 defines 'X1' a second time");
    CosignatureVerifier renamed = new CosignatureVerifier(
        new VerifierKey(VerifierKey.COSIGNATURE, "renamed.example", W[0].verifier().publicKey()));
    refused(KEYS + "witness X4 " + renamed + "\nquorum none\n",
        "line 6 has the public key of an earlier witness");
    refused(KEYS + "group g any\nquorum g\n", "not of the form 'group <name> all|any|<k>");
    refused(KEYS + "group g 0 X1\nquorum g\n", "threshold '0', wanted all, any or a number from 1");
    refused(KEYS + "group g 2 X1\nquorum g\n", "threshold '2'");
    refused(KEYS + "group g 01 X1\nquorum g\n", "threshold '01'");
    refused(KEYS + "group g most X1\nquorum g\n", "threshold 'most'");
    refused(KEYS + "group g any X1 X1\nquorum g\n", "'X1', which is a member already");
    refused(KEYS + "group g any X1\ngroup h any X1 X2\nquorum g\n",
        "'X1', which is a member already");
    refused(KEYS + "group g any g\nquorum g\n", "'g', which no line before it defines");
    refused(KEYS + "group g any none\nquorum g\n", "'none', which no line before it defines");
    refused(KEYS + "group X1 any X2\nquorum X1\n", "defines 'X1' a second time");
    refused("#" + "x".repeat(1 << 20) + "\nquorum none\n", "wanted at most 1048576");
  }

  private static void refused(String text, String said) {
    assertThatIllegalArgumentException().isThrownBy(() -> WitnessPolicy.parse(text))
        .withMessageContaining(said)
        .withMessageStartingWith("policy");
  }

  @Test
  void thousandsOfNestedGroupsAreNoTrouble() throws Exception {
    StringBuilder text = new StringBuilder(KEYS).append("group g0 any X1\n");
    for (int i = 1; i < 10_000; i++) {
      text.append("group g" + i + " all g" + (i - 1) + "\n");
    }
    WitnessPolicy policy = WitnessPolicy.parse(text + "quorum g9999\n");
    assertThat(policy.verify(cosigned(0))).hasSize(1);
    assertRefused(policy, cosigned(1), "[X2] have signed");
  }

  @Test
  void mutatedPoliciesAreReadOrRefused() {
    RandomGenerator random = Seeds.random(Seeds.seed());
    List<Integer> outcomes = new ArrayList<>(List.of(0, 0));
    for (int i = 0; i < 5_000; i++) {
      try {
        WitnessPolicy policy = WitnessPolicy
            .parse(NotesTest.mutated(POLICY.getBytes(UTF_8), random));
        assertThat(policy.isQuorum(List.of())).isEqualTo(policy.isNone());
        outcomes.set(0, outcomes.get(0) + 1);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("policy");
        outcomes.set(1, outcomes.get(1) + 1);
      }
    }
    assertThat(outcomes).doesNotContain(0);
  }
}
