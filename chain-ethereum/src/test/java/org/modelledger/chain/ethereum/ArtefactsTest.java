package org.modelledger.chain.ethereum;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.Command;
import org.modelledger.registry.CommandRefusedException;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.registry.StaleAnchorException;
import org.modelledger.registry.VersionRevokedException;

/** Holds the committed artefacts of the contract against the types of the registry. */
class ArtefactsTest {
  private static final int GREATEST_CODE = 24576; // EIP-170

  @Test
  void theBindingsCarryTheCommittedCode() throws IOException {
    assertThat(ModelRegistry.BINARY.equals(resource("ModelRegistry.bin"))).isTrue();
  }

  @Test
  void deployingLeavesTheCommittedRuntimeCode() throws IOException {
    String runtime = resource("ModelRegistry.bin-runtime");
    assertThat(runtime.length() / 2).isBetween(1, GREATEST_CODE);
    assertThat(ModelRegistry.BINARY.endsWith(runtime)).isTrue();
  }

  @Test
  void everyCommandIsAVerbOfTheContract() throws IOException {
    Map<String, String> named = Map.of("registerVersion", "trainModel", "deployVersion",
        "deployModel");
    Set<String> verbs = Arrays.stream(Command.class.getPermittedSubclasses())
        .map(type -> type.getSimpleName().substring(0, 1).toLowerCase(Locale.ROOT)
            + type.getSimpleName().substring(1))
        .map(name -> named.getOrDefault(name, name))
        .collect(Collectors.toCollection(TreeSet::new));
    verbs.add("execute");
    verbs.addAll(Set.of("storeFile", "storeNetwork")); // ModelNetworks: not commands of a registry
    Set<String> changing = new TreeSet<>();
    for (JsonNode entry : abi()) {
      if (entry.path("stateMutability").asText().equals("nonpayable") && entry.has("name")) {
        changing.add(entry.path("name").asText());
      }
    }
    assertThat(changing).isEqualTo(verbs);
  }

  @Test
  void everyEventOfTheRegistryIsAnEventOfTheContract() throws IOException {
    Set<String> events = Arrays.stream(LedgerEvent.class.getPermittedSubclasses())
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
    events.add("CommandRefused");
    assertThat(names("event")).isEqualTo(events);
  }

  @Test
  void everyRefusalIsAnErrorOfTheContract() throws IOException {
    Map<Class<?>, String> errors = Map.of(NotFoundException.class, "NotFound",
        AlreadyExistsException.class, "AlreadyExists", NotAuthorizedException.class,
        "NotAuthorized", VersionRevokedException.class, "VersionIsRevoked",
        StaleAnchorException.class, "StaleAnchor");
    assertThat(errors.keySet())
        .containsExactlyInAnyOrder(CommandRefusedException.class.getPermittedSubclasses());
    Set<String> others = Set.of("InvalidName", "MalformedCommand", "OutOfOrder", "NotARegistry",
        // of ModelNetworks and IntegerNetwork
        "FileNotStored", "NetworkIsStored", "NoNetwork", "NotANetwork", "NotStored",
        "NotTheArtifact",
        "WrongFileLength", "WrongInputLength");
    assertThat(names("error")).containsAll(errors.values())
        .containsAll(others)
        .hasSize(errors.size() + others.size());
  }

  private static Set<String> names(String type) throws IOException {
    Set<String> names = new TreeSet<>();
    for (JsonNode entry : abi()) {
      if (entry.path("type").asText().equals(type)) {
        names.add(entry.path("name").asText());
      }
    }
    return names;
  }

  private static JsonNode abi() throws IOException {
    return new ObjectMapper().readTree(resource("ModelRegistry.abi"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = ArtefactsTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      return new String(in.readAllBytes(), US_ASCII);
    }
  }
}
