package org.modelledger.chain.fabric.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The functions of the chaincode, by the name that is their transaction's first argument. */
public enum ChaincodeFunction {
  /** Creates a model. */
  CREATE_MODEL("createModel", Kind.VERB, "model"),
  /** Registers the next version. */
  TRAIN_MODEL("trainModel", Kind.VERB, "model", "artifact", "statement"),
  /** Puts a version into an environment. */
  DEPLOY_MODEL("deployModel", Kind.VERB, "model", "version", "environment"),
  /** Leaves an environment without a version. */
  UNDEPLOY_MODEL("undeployModel", Kind.VERB, "model", "environment"),
  /** Withdraws a version for good. */
  REVOKE_VERSION("revokeVersion", Kind.VERB, "model", "version", "reason"),
  /** Gives an account a role. */
  GRANT_ROLE("grantRole", Kind.VERB, "model", "account", "role"),
  /** Takes a role from an account. */
  REVOKE_ROLE("revokeRole", Kind.VERB, "model", "account", "role"),
  /** Offers a model to another account. */
  TRANSFER_OWNERSHIP("transferOwnership", Kind.VERB, "model", "newOwner"),
  /** Takes a model that was offered. */
  ACCEPT_OWNERSHIP("acceptOwnership", Kind.VERB, "model"),
  /** Records the state of a transparency log. */
  ANCHOR_LOG("anchorLog", Kind.VERB, "origin", "treeSize", "rootHash"),

  /** Carries out many commands of one lane, see {@link Batch}. */
  EXECUTE("execute", Kind.BATCH, "lane", "first", "submissions"),

  /** Answers with the {@link Description} of the chaincode. */
  DESCRIBE("describe", Kind.READ),
  /** Answers with the account of whoever asks. */
  ACCOUNT("account", Kind.READ),
  /** Answers with the owner of a model as bare text, empty if there is no such model. */
  OWNER("owner", Kind.READ, "model"),
  /** Answers with the number of the newest version, 0 if there is none. */
  MODEL_VERSION("modelVersion", Kind.READ, "model"),
  /** Answers with the state of a model. */
  MODEL("model", Kind.READ, "model"),
  /** Answers with a {@link VersionState}. */
  VERSION("version", Kind.READ, "model", "version"),
  /** Answers with the {@link VersionState} of what is deployed in an environment. */
  DEPLOYED("deployed", Kind.READ, "model", "environment"),
  /** Answers with an {@link AnchorState}. */
  ANCHOR("anchor", Kind.READ, "origin", "account"),
  /** Answers with a {@link SubmissionState}. */
  SUBMISSION("submission", Kind.READ, "account", "id"),
  /** Answers with the number of the next submission of a lane. */
  NEXT_IN_LANE("nextInLane", Kind.READ, "account", "lane"),
  /** Answers with a page of the models, in the order of their names. */
  MODELS("models", Kind.READ, "pageSize", "bookmark"),
  /** Answers with a page of a model's versions, from the first. */
  VERSIONS("versions", Kind.READ, "model", "pageSize", "bookmark"),
  /** Answers with a page of the anchors of a log, in the order of their authors. */
  ANCHORS("anchors", Kind.READ, "origin", "pageSize", "bookmark");

  private enum Kind {
    VERB, BATCH, READ
  }

  private static final Map<String, ChaincodeFunction> BY_NAME = Stream.of(values())
      .collect(Collectors.toUnmodifiableMap(ChaincodeFunction::functionName, f -> f));

  private final String functionName;
  private final Kind kind;
  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> parameters;

  ChaincodeFunction(String functionName, Kind kind, String... parameters) {
    this.functionName = functionName;
    this.kind = kind;
    this.parameters = List.of(parameters);
  }

  /** Returns the name by which it is called, such as {@code trainModel}. */
  public String functionName() {
    return functionName;
  }

  /** Returns the names of its arguments, in order. */
  public List<String> parameters() {
    return parameters;
  }

  /** Says whether it is the verb of one command. */
  public boolean isVerb() {
    return kind == Kind.VERB;
  }

  /** Says whether a transaction that calls it may change something. */
  public boolean changesState() {
    return kind != Kind.READ;
  }

  /**
   * Returns the function of this name.
   *
   * @throws MalformedInputException if there is none; names those that there are
   */
  public static ChaincodeFunction named(String name) {
    return Optional.ofNullable(BY_NAME.get(name))
        .orElseThrow(() -> new MalformedInputException("there is no function '"
            + Texts.shortened(name) + "'; expected one of " + Stream.of(values())
                .map(ChaincodeFunction::functionName)
                .toList()));
  }

  /**
   * Checks a call and returns its arguments.
   *
   * @param call the name and the arguments
   * @throws MalformedInputException if there are more or fewer of them than this function takes
   */
  public List<String> arguments(List<String> call) {
    List<String> arguments = call.subList(1, call.size());
    if (arguments.size() != parameters.size()) {
      throw new MalformedInputException(functionName + " takes " + parameters.size()
          + (parameters.size() == 1 ? " argument " : " arguments ") + parameters + ", not "
          + arguments.size());
    }
    return arguments;
  }

  /** Returns the call of this function with these arguments. */
  public List<String> call(String... arguments) {
    return Stream.concat(Stream.of(functionName), Stream.of(arguments)).toList();
  }
}
