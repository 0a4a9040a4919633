package org.modelledger.chain.fabric.chaincode;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.modelledger.chain.fabric.protocol.ChaincodeFunction;
import org.modelledger.chain.fabric.protocol.MalformedInputException;

/**
 * What a certificate may be used for at most. The attribute {@value #ATTRIBUTE} names it in words with
 * commas or spaces between them; a certificate without the attribute may be used for everything. It
 * gives no right: what the owner of a model has not granted, it does not grant.
 */
final class Permissions {
  /** The attribute of a certificate of Fabric's that restricts it. */
  static final String ATTRIBUTE = "modelledger.roles";

  static final Permissions ALL = new Permissions(EnumSet.allOf(Word.class));

  /** The words of the attribute. */
  private enum Word {
    OWNER(ChaincodeFunction.CREATE_MODEL, ChaincodeFunction.REVOKE_VERSION,
        ChaincodeFunction.GRANT_ROLE, ChaincodeFunction.REVOKE_ROLE,
        ChaincodeFunction.TRANSFER_OWNERSHIP,
        ChaincodeFunction.ACCEPT_OWNERSHIP), TRAINER(ChaincodeFunction.TRAIN_MODEL), DEPLOYER(
            ChaincodeFunction.DEPLOY_MODEL, ChaincodeFunction.UNDEPLOY_MODEL), WORKER(), ANCHORER(
                ChaincodeFunction.ANCHOR_LOG), AUDITOR();

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    final Set<ChaincodeFunction> verbs;

    Word(ChaincodeFunction... verbs) {
      this.verbs = Set.of(verbs);
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Map<String, Word> WORDS = Stream.of(Word.values())
      .collect(Collectors.toUnmodifiableMap(Word::text, word -> word));

  private final Set<Word> words;

  private Permissions(Set<Word> words) {
    this.words = words;
  }

  /**
   * Reads the attribute.
   *
   * @throws MalformedInputException if it has no word, or one that is none: a restriction that is not
   *     understood is not taken for none
   */
  static Permissions parse(String attribute) {
    Set<Word> words = EnumSet.noneOf(Word.class);
    for (String text : attribute.trim().split("[, ]+", -1)) {
      Word word = WORDS.get(text);
      if (word == null) {
        throw new MalformedInputException("the certificate's attribute " + ATTRIBUTE + " is '"
            + attribute + "'; expected one or more of "
            + WORDS.keySet().stream().sorted().toList());
      }
      words.add(word);
    }
    return new Permissions(words);
  }

  boolean allow(ChaincodeFunction verb) {
    return words.stream().anyMatch(word -> word.verbs.contains(verb));
  }

  List<String> words() {
    return words.stream().map(Word::text).toList();
  }
}
