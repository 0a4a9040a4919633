package org.modelledger.testnet.fabric;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.modelledger.testnet.TestnetException;

/**
 * What a client needs to know of a network. A network that {@code testnet up fabric} left running has it in its file
 * {@code connection.json}, in which these components are the members of objects.
 *
 * @param channel the channel's name
 * @param chaincode the name of the chaincode on it
 * @param organizations each with its peers and users
 * @param orderers the ordering service
 */
public record FabricConnection(String channel, String chaincode, List<Organization> organizations,
    List<Endpoint> orderers) {
  private static final ObjectMapper JSON = new ObjectMapper()
      .registerModule(new SimpleModule().addSerializer(Path.class, new ToStringSerializer()))
      .enable(SerializationFeature.INDENT_OUTPUT)
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Takes copies of the lists. */
  public FabricConnection {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(chaincode, "chaincode");
    organizations = List.copyOf(organizations);
    orderers = List.copyOf(orderers);
  }

  /**
   * A member of the channel.
   *
   * @param mspId such as {@code Org1MSP}
   * @param peers from one on
   * @param users at least {@code Admin} and {@code User1}
   */
  public record Organization(String mspId, List<Endpoint> peers, List<FabricUser> users) {
    /** Takes copies of the lists. */
    public Organization {
      Objects.requireNonNull(mspId, "mspId");
      peers = List.copyOf(peers);
      users = List.copyOf(users);
    }

    /**
     * Returns a user of this organisation.
     *
     * @param name such as {@code User1}
     * @return the user
     * @throws TestnetException if there is none; names those there are
     */
    public FabricUser user(String name) {
      return users.stream()
          .filter(user -> user.name().equals(name))
          .findFirst()
          .orElseThrow(() -> new TestnetException(mspId + " has no user '" + name + "'; it has "
              + users.stream().map(FabricUser::name).toList()));
    }
  }

  /**
   * A node that answers gRPC over TLS.
   *
   * @param name such as {@code peer0.org1.test}
   * @param host an address of the loopback interface, which the node's certificate names
   * @param port on it
   * @param tlsRoot the certificate that the node's own can be checked by, a file in PEM
   */
  public record Endpoint(String name, String host, int port, Path tlsRoot) {
    /** Checks that nothing is missing. */
    public Endpoint {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(host, "host");
      Objects.requireNonNull(tlsRoot, "tlsRoot");
    }

    /**
     * Returns host and port as gRPC takes them.
     *
     * @return such as {@code 127.0.0.1:20000}
     */
    public String address() {
      return host + ":" + port;
    }
  }

  /**
   * Returns an organisation.
   *
   * @param mspId such as {@code Org1MSP}
   * @return the organisation
   * @throws TestnetException if there is none; names those there are
   */
  public Organization organization(String mspId) {
    return organizations.stream()
        .filter(organization -> organization.mspId().equals(mspId))
        .findFirst()
        .orElseThrow(() -> new TestnetException("there is no organisation '" + mspId
            + "'; there are " + organizations.stream().map(Organization::mspId).toList()));
  }

  /**
   * Reads what a network wrote down.
   *
   * @param file its {@code connection.json}
   * @return the details
   * @throws TestnetException if the file is not such a one
   */
  public static FabricConnection read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), FabricConnection.class);
    } catch (JacksonException e) {
      throw new TestnetException(file + " does not describe a network of Hyperledger Fabric", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path file) {
    try {
      Files.write(file, JSON.writeValueAsBytes(this));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
