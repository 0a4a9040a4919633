package org.modelledger.testnet.fabric;

import java.util.Objects;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.modelledger.testnet.NodeExtension;

/**
 * Gives a network to the tests of a class.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final FabricExtension FABRIC = FabricExtension.of(FabricOptions.builder(chaincode).build());
 * }</pre>
 *
 * <p>Where {@value FabricBinaries#VARIABLE} is not set, the class is skipped with a reason that begins with
 * {@value #ABSENT}, and a warning is logged: these are the only tests that wait for something which cannot be
 * installed. Where the variable is set and the programs do not work, the tests fail.
 */
public final class FabricExtension extends NodeExtension<FabricNetwork>
    implements
      ExecutionCondition {
  /** How the reason begins for which tests are skipped; whoever counts tests can tell it from other reasons. */
  public static final String ABSENT = "FABRIC_BIN is not set: not run on a real Fabric network";

  private static final System.Logger LOG = System.getLogger(FabricExtension.class.getName());

  private final FabricOptions options;

  private FabricExtension(FabricOptions options, boolean shared) {
    super(FabricNetwork.class, options, () -> FabricNetwork.start(options), shared);
    this.options = options;
  }

  /**
   * Gives a network of its own to a class.
   *
   * @param options how it is started
   * @return for a static field with {@code @RegisterExtension}
   */
  public static FabricExtension of(FabricOptions options) {
    return new FabricExtension(Objects.requireNonNull(options, "options"), false);
  }

  @Override
  public FabricExtension shared() {
    return new FabricExtension(options, true);
  }

  /** Skips a class where there are no programs to start. */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    ConditionEvaluationResult result = condition(FabricBinaries.ofEnvironment().isPresent(),
        context.getDisplayName());
    if (result.isDisabled()) {
      LOG.log(System.Logger.Level.WARNING, result.getReason().orElse(ABSENT));
    }
    return result;
  }

  static ConditionEvaluationResult condition(boolean present, String name) {
    return present
        ? ConditionEvaluationResult.enabled(FabricBinaries.VARIABLE + " is set")
        : ConditionEvaluationResult.disabled(ABSENT + " (" + name
            + "); wanted is the directory of Hyperledger Fabric's programs");
  }
}
