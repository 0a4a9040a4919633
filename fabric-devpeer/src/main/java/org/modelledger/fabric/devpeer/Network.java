package org.modelledger.fabric.devpeer;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import org.hyperledger.fabric.protos.common.Block;

/** Everything behind the services: one channel of several organisations, in one process. */
final class Network {
  private final String channel;
  private final Map<String, Organization> organizations = new LinkedHashMap<>();
  private final Members members;
  private final Ledger ledger;
  private final Orderer orderer;
  private final Endorser endorser;
  private final Faults faults = new Faults();
  private final Map<String, ChaincodeRuntime> chaincodes = new ConcurrentHashMap<>();

  Network(DevPeer.Builder options, ExecutorService executor) {
    channel = options.channel;
    List<String> names = List.copyOf(options.organizations.keySet());
    Map<String, Policy> policies = new HashMap<>();
    options.chaincodes.forEach((name, chaincode) -> policies.put(name,
        Policy.parse(chaincode.policy(), names)));
    Organization ordering = new Organization("OrdererMSP", "orderer");
    names.forEach(name -> organizations.put(name, new Organization(name, "peer")));
    Map<String, X509Certificate> authorities = new HashMap<>();
    organizations.forEach((name, organization) -> authorities.put(name,
        organization.authority().certificate()));
    members = new Members(authorities);
    WorldState state = new WorldState();
    EndorsementRules rules = new EndorsementRules(state, policies);
    Blocks blocks = new Blocks(ordering);
    Block genesis = blocks.genesis(channel, List.copyOf(organizations.values()));
    ledger = new Ledger(blocks, state, new Validator(channel, members, state, rules, faults),
        genesis);
    orderer = new Orderer("devpeer-orderer-" + channel, ledger, options.blockCutting, faults);
    endorser = new Endorser(channel, members, ledger, chaincodes, rules, options.executeTimeout);
    options.chaincodes.forEach((name, chaincode) -> chaincodes.put(name,
        new ChaincodeRuntime(name, chaincode, names, options.connectTimeout,
            endorser::nested, executor)));
    orderer.start();
  }

  String channel() {
    return channel;
  }

  Optional<Organization> organization(String mspId) {
    return Optional.ofNullable(organizations.get(mspId));
  }

  List<Organization> organizations() {
    return List.copyOf(organizations.values());
  }

  Members members() {
    return members;
  }

  Ledger ledger() {
    return ledger;
  }

  Orderer orderer() {
    return orderer;
  }

  Endorser endorser() {
    return endorser;
  }

  Faults faults() {
    return faults;
  }

  boolean knows(String chaincode) {
    return chaincode.equals(LedgerQueries.NAME) || chaincodes.containsKey(chaincode);
  }

  void dropChaincodeStreams() {
    chaincodes.values().forEach(ChaincodeRuntime::drop);
  }

  /**
   * The organisations whose endorsements satisfy all policies: as few as possible, and with the one that was asked first
   * if that is no more.
   *
   * @return none if even all are not enough
   */
  List<Organization> plan(Organization first, List<Policy> required) {
    List<Organization> all = new ArrayList<>(organizations.values());
    all.remove(first);
    all.addFirst(first);
    for (int size = 1; size <= all.size(); size++) {
      // the first organisation is the lowest bit, so that among equals the sets that have it come up as odd numbers
      for (int odd = 1; odd >= 0; odd--) {
        for (int set = odd; set < 1 << all.size(); set += 2) {
          if (Integer.bitCount(set) == size) {
            List<Organization> chosen = chosen(all, set);
            List<Member> endorsers = chosen.stream().map(Organization::node).toList();
            if (required.stream().allMatch(policy -> policy.satisfiedBy(endorsers))) {
              return chosen;
            }
          }
        }
      }
    }
    return List.of();
  }

  private static List<Organization> chosen(List<Organization> all, int set) {
    List<Organization> chosen = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if ((set >> i & 1) == 1) {
        chosen.add(all.get(i));
      }
    }
    return List.copyOf(chosen);
  }

  void close() throws InterruptedException {
    orderer.close();
    chaincodes.values().forEach(ChaincodeRuntime::close);
  }
}
