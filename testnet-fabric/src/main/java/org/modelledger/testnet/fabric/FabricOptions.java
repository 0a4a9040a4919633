package org.modelledger.testnet.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How {@link FabricNetwork} is started. Two with the same settings are equal, so that a network can be shared. Immutable. */
public final class FabricOptions {
  /** A user that is to be there from the start. */
  record NewUser(String mspId, String name, Map<String, String> attributes) {}

  private final FabricChaincode chaincode;
  private final String channel;
  private final List<String> organizations;
  private final int peersPerOrganization;
  private final int orderers;
  private final Duration batchTimeout;
  private final int maxMessageCount;
  private final Optional<String> endorsementPolicy;
  private final List<NewUser> users;
  private final boolean mutualTls;
  private final Map<String, String> peerEnvironment;
  private final Map<String, String> ordererEnvironment;
  private final Optional<Path> directory;

  private FabricOptions(Builder builder) {
    chaincode = builder.chaincode;
    channel = builder.channel;
    organizations = List.copyOf(builder.organizations);
    peersPerOrganization = builder.peersPerOrganization;
    orderers = builder.orderers;
    batchTimeout = builder.batchTimeout;
    maxMessageCount = builder.maxMessageCount;
    endorsementPolicy = Optional.ofNullable(builder.endorsementPolicy);
    users = List.copyOf(builder.users);
    mutualTls = builder.mutualTls;
    peerEnvironment = Map.copyOf(builder.peerEnvironment);
    ordererEnvironment = Map.copyOf(builder.ordererEnvironment);
    directory = Optional.ofNullable(builder.directory);
  }

  /**
   * Begins with two organisations of one peer each, {@code Org1MSP} and {@code Org2MSP}, one orderer, blocks of up to
   * 500 transactions or 200 ms, and the endorsement of a majority of the organisations.
   *
   * @param chaincode what runs on the channel
   * @return a new builder
   */
  public static Builder builder(FabricChaincode chaincode) {
    return new Builder(chaincode);
  }

  FabricChaincode chaincode() {
    return chaincode;
  }

  String channel() {
    return channel;
  }

  List<String> organizations() {
    return organizations;
  }

  int peersPerOrganization() {
    return peersPerOrganization;
  }

  int orderers() {
    return orderers;
  }

  Duration batchTimeout() {
    return batchTimeout;
  }

  int maxMessageCount() {
    return maxMessageCount;
  }

  Optional<String> endorsementPolicy() {
    return endorsementPolicy;
  }

  List<NewUser> users() {
    return users;
  }

  boolean mutualTls() {
    return mutualTls;
  }

  Map<String, String> peerEnvironment() {
    return peerEnvironment;
  }

  Map<String, String> ordererEnvironment() {
    return ordererEnvironment;
  }

  Optional<Path> directory() {
    return directory;
  }

  private List<Object> settings() {
    return List.of(chaincode, channel, organizations, peersPerOrganization, orderers, batchTimeout,
        maxMessageCount, endorsementPolicy, users, mutualTls, peerEnvironment, ordererEnvironment,
        directory);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FabricOptions that && settings().equals(that.settings());
  }

  @Override
  public int hashCode() {
    return settings().hashCode();
  }

  /** The settings in words. */
  @Override
  public String toString() {
    return chaincode.name() + " " + chaincode.version() + " on channel " + channel + ", "
        + organizations + " with " + peersPerOrganization + " peers each, " + orderers
        + " orderers, blocks of " + maxMessageCount + " or " + batchTimeout.toMillis() + " ms";
  }

  /** Collects settings. Not safe for use by several threads. */
  public static final class Builder {
    private static final int MOST_ORDERERS = 7;
    private static final int MOST_PEERS = 4;

    private final FabricChaincode chaincode;
    private String channel = "modelledger";
    private List<String> organizations = List.of("Org1MSP", "Org2MSP");
    private int peersPerOrganization = 1;
    private int orderers = 1;
    private Duration batchTimeout = Duration.ofMillis(200);
    private int maxMessageCount = 500;
    private @Nullable String endorsementPolicy;
    private final List<NewUser> users = new ArrayList<>();
    private boolean mutualTls;
    private final Map<String, String> peerEnvironment = new LinkedHashMap<>();
    private final Map<String, String> ordererEnvironment = new LinkedHashMap<>();
    private @Nullable Path directory;

    private Builder(FabricChaincode chaincode) {
      this.chaincode = Objects.requireNonNull(chaincode, "chaincode");
    }

    /**
     * Names the channel.
     *
     * @param name by Fabric's rules: lower-case letters, digits, dots and dashes, beginning with a letter
     * @return this
     */
    public Builder channel(String name) {
      if (!Objects.requireNonNull(name, "name").matches("[a-z][a-z0-9.-]{0,248}")) {
        throw new IllegalArgumentException("'" + name + "' is no name for a channel; wanted are"
            + " lower-case letters, digits, dots and dashes, beginning with a letter");
      }
      channel = name;
      return this;
    }

    /**
     * Names the organisations.
     *
     * @param mspIds letters and digits, at least one, different ones also without regard to case
     * @return this
     */
    public Builder organizations(String... mspIds) {
      List<String> wanted = List.of(mspIds);
      if (wanted.isEmpty() || wanted.stream().anyMatch(id -> !id.matches("[A-Za-z][A-Za-z0-9]*"))
          || wanted.stream().map(id -> id.toLowerCase(Locale.ROOT)).distinct().count() != wanted
              .size()
          || wanted.contains("OrdererMSP")) {
        throw new IllegalArgumentException(wanted + " are no organisations; wanted are different"
            + " MSP ids of letters and digits, and not OrdererMSP");
      }
      organizations = wanted;
      return this;
    }

    /**
     * Sets how many peers each organisation has.
     *
     * @param count from 1 to 4
     * @return this
     */
    public Builder peersPerOrganization(int count) {
      if (count < 1 || count > MOST_PEERS) {
        throw new IllegalArgumentException(
            count + " peers in an organisation; wanted are 1 to " + MOST_PEERS);
      }
      peersPerOrganization = count;
      return this;
    }

    /**
     * Sets how many orderers there are: three go on when one is lost.
     *
     * @param count odd, from 1 to 7
     * @return this
     */
    public Builder orderers(int count) {
      if (count < 1 || count > MOST_ORDERERS || count % 2 == 0) {
        throw new IllegalArgumentException(
            count + " orderers; wanted is an odd number from 1 to " + MOST_ORDERERS);
      }
      orderers = count;
      return this;
    }

    /**
     * Sets how long the first transaction of a block waits for others.
     *
     * @param time whole milliseconds, from 1
     * @return this
     */
    public Builder batchTimeout(Duration time) {
      if (time.toMillis() < 1 || !time.equals(Duration.ofMillis(time.toMillis()))) {
        throw new IllegalArgumentException(
            "the batch timeout is " + time + "; wanted are whole milliseconds from 1");
      }
      batchTimeout = time;
      return this;
    }

    /**
     * Sets how many transactions fill a block.
     *
     * @param count from 1
     * @return this
     */
    public Builder maxMessageCount(int count) {
      if (count < 1) {
        throw new IllegalArgumentException(
            count + " transactions in a block; wanted is 1 or more");
      }
      maxMessageCount = count;
      return this;
    }

    /**
     * Sets who has to endorse; without it, a majority of the organisations.
     *
     * @param policy in Fabric's words, such as {@code OR('Org1MSP.peer','Org2MSP.peer')}
     * @return this
     */
    public Builder endorsementPolicy(String policy) {
      endorsementPolicy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * Adds a user whose certificate carries attributes, besides {@code Admin} and {@code User1} of each organisation.
     *
     * @param mspId the organisation
     * @param name letters, digits, dots and dashes
     * @param attributes what the certificate is to say
     * @return this
     */
    public Builder user(String mspId, String name, Map<String, String> attributes) {
      users.add(new NewUser(Objects.requireNonNull(mspId, "mspId"), checkUser(name),
          Map.copyOf(attributes)));
      return this;
    }

    /**
     * Lets the peers speak only with those who show a certificate of an organisation's TLS authority, such as {@link
     * FabricNetwork#tlsClient}.
     *
     * @return this
     */
    public Builder mutualTls() {
      mutualTls = true;
      return this;
    }

    /**
     * Overrides a setting of core.yaml for all peers.
     *
     * @param variable such as {@code CORE_PEER_LIMITS_CONCURRENCY_GATEWAYSERVICE}
     * @param value not empty
     * @return this
     */
    public Builder peerEnvironment(String variable, String value) {
      peerEnvironment.put(Objects.requireNonNull(variable, "variable"),
          Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Overrides a setting of orderer.yaml for all orderers.
     *
     * @param variable such as {@code ORDERER_GENERAL_MAXRECVMSGSIZE}
     * @param value not empty
     * @return this
     */
    public Builder ordererEnvironment(String variable, String value) {
      ordererEnvironment.put(Objects.requireNonNull(variable, "variable"),
          Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Sets where the network keeps its files; without it, in a new temporary directory.
     *
     * @param path does not exist, or is empty
     * @return this
     */
    public Builder directory(Path path) {
      directory = path.toAbsolutePath();
      return this;
    }

    /**
     * Returns the settings.
     *
     * @return immutable
     * @throws IllegalArgumentException if a user belongs to no organisation
     */
    public FabricOptions build() {
      for (NewUser user : users) {
        if (!organizations.contains(user.mspId())) {
          throw new IllegalArgumentException("the user '" + user.name() + "' is to belong to "
              + user.mspId() + "; there are " + organizations);
        }
      }
      return new FabricOptions(this);
    }
  }

  static String checkUser(String name) {
    if (!Objects.requireNonNull(name, "name").matches("[A-Za-z0-9][A-Za-z0-9.-]{0,62}")
        || name.equals("Admin") || name.equals("User1")) {
      throw new IllegalArgumentException("'" + name + "' is no name for a new user; wanted are"
          + " letters, digits, dots and dashes, and neither Admin nor User1");
    }
    return name;
  }
}
