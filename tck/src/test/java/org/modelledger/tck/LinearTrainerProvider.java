package org.modelledger.tck;

import java.util.Set;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.TrainerProvider;
import org.modelledger.training.Trainer;

/** Opens {@link LinearTrainer}; the nested classes break one promise each. */
public class LinearTrainerProvider implements TrainerProvider {
  public LinearTrainerProvider() {}

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public Trainer open(ProviderOptions options) {
    options.requireKnown("threads");
    return new LinearTrainer(LinearFault.NONE);
  }

  /** Has a name that no URI can carry. */
  public static final class BadName extends LinearTrainerProvider {
    public BadName() {}

    @Override
    public String name() {
      return "Linear_Trainer";
    }
  }

  /** Stands in no META-INF/services. */
  public static final class Unlisted extends LinearTrainerProvider {
    public Unlisted() {}

    @Override
    public String name() {
      return "unlisted";
    }
  }

  /** Has no public constructor. */
  public static final class Hidden extends LinearTrainerProvider {
    Hidden() {}
  }

  /** Takes what it does not know. */
  public static final class TakesAnyOption extends LinearTrainerProvider {
    public TakesAnyOption() {}

    @Override
    public Trainer open(ProviderOptions options) {
      return new LinearTrainer(LinearFault.NONE);
    }
  }

  /** Does not say what it knows. */
  public static final class ListsNothing extends LinearTrainerProvider {
    public ListsNothing() {}

    @Override
    public Trainer open(ProviderOptions options) {
      for (String name : options.names()) {
        if (!Set.of("threads").contains(name)) {
          throw new ConfigurationException("unknown option '" + name + "'");
        }
      }
      return super.open(options);
    }
  }

  /** Writes values into its messages. */
  public static final class ShowsValues extends LinearTrainerProvider {
    public ShowsValues() {}

    @Override
    public Trainer open(ProviderOptions options) {
      for (String name : options.names()) {
        if (!name.equals("threads")) {
          throw new ConfigurationException(
              "unknown option " + name + "=" + options.get(name) + "; known options: [threads]");
        }
      }
      return super.open(options);
    }
  }

  /** Opens one service for all. */
  public static final class OpensOne extends LinearTrainerProvider {
    private static final LinearTrainer ONE = new LinearTrainer(LinearFault.NONE);

    public OpensOne() {}

    @Override
    public Trainer open(ProviderOptions options) {
      options.requireKnown("threads");
      return ONE;
    }
  }
}
