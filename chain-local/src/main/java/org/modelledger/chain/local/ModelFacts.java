package org.modelledger.chain.local;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What can change about a model, in numbers of the state it belongs to. Immutable: a reader keeps
 * what it has while the next command makes new ones. The arrays are shared and not to be changed.
 */
final class ModelFacts {
  static final int NOBODY = -1;

  private static final long[] NO_LONGS = {};
  private static final int[] NO_INTS = {};
  private static final int ROLE_BITS = 2;

  final int owner;
  final int pendingOwner;
  final long[] roles; // account << 2 | role number, ascending
  final int[] environments; // ascending
  final long[] deployed; // the version in each of the environments
  final long latestVersion;

  ModelFacts(int owner, int pendingOwner, long[] roles, int[] environments, long[] deployed,
      long latestVersion) {
    this.owner = owner;
    this.pendingOwner = pendingOwner;
    this.roles = roles;
    this.environments = environments;
    this.deployed = deployed;
    this.latestVersion = latestVersion;
  }

  static ModelFacts ownedBy(int owner) {
    return new ModelFacts(owner, NOBODY, NO_LONGS, NO_INTS, NO_LONGS, 0);
  }

  /** Returns an array for roles or versions; a million models share the one without any. */
  static long[] longs(int length) {
    return length == 0 ? NO_LONGS : new long[length];
  }

  /** Returns an array for environments; a million models share the one without any. */
  static int[] ints(int length) {
    return length == 0 ? NO_INTS : new int[length];
  }

  static long role(int account, int roleNumber) {
    return (long) account << ROLE_BITS | roleNumber;
  }

  static int account(long role) {
    return (int) (role >>> ROLE_BITS);
  }

  static int roleNumber(long role) {
    return (int) (role & ((1 << ROLE_BITS) - 1));
  }

  boolean holds(int account, int roleNumber) {
    return account >= 0 && Arrays.binarySearch(roles, role(account, roleNumber)) >= 0;
  }

  /** Returns the version in an environment, or 0. */
  long deployedIn(int environment) {
    int at = Arrays.binarySearch(environments, environment);
    return at < 0 ? 0 : deployed[at];
  }

  ModelFacts withLatestVersion(long version) {
    return new ModelFacts(owner, pendingOwner, roles, environments, deployed, version);
  }

  ModelFacts withPendingOwner(int account) {
    return new ModelFacts(owner, account, roles, environments, deployed, latestVersion);
  }

  ModelFacts withOwner(int account) {
    return new ModelFacts(account, NOBODY, roles, environments, deployed, latestVersion);
  }

  ModelFacts withRole(int account, int roleNumber) {
    long role = role(account, roleNumber);
    int at = -Arrays.binarySearch(roles, role) - 1;
    long[] more = Arrays.copyOf(roles, roles.length + 1);
    System.arraycopy(roles, at, more, at + 1, roles.length - at);
    more[at] = role;
    return new ModelFacts(owner, pendingOwner, more, environments, deployed, latestVersion);
  }

  ModelFacts withoutRole(int account, int roleNumber) {
    long role = role(account, roleNumber);
    long[] fewer = Arrays.stream(roles).filter(other -> other != role).toArray();
    return new ModelFacts(owner, pendingOwner, fewer, environments, deployed, latestVersion);
  }

  ModelFacts withDeployment(int environment, long version) {
    int at = Arrays.binarySearch(environments, environment);
    if (at >= 0) {
      long[] changed = deployed.clone();
      changed[at] = version;
      return new ModelFacts(owner, pendingOwner, roles, environments, changed, latestVersion);
    }
    int gap = -at - 1;
    int[] names = Arrays.copyOf(environments, environments.length + 1);
    long[] versions = Arrays.copyOf(deployed, deployed.length + 1);
    System.arraycopy(environments, gap, names, gap + 1, environments.length - gap);
    System.arraycopy(deployed, gap, versions, gap + 1, deployed.length - gap);
    names[gap] = environment;
    versions[gap] = version;
    return new ModelFacts(owner, pendingOwner, roles, names, versions, latestVersion);
  }

  ModelFacts withoutDeployment(int environment) {
    return keepDeployments(IntStream.range(0, environments.length)
        .filter(i -> environments[i] != environment)
        .toArray());
  }

  /** Returns these facts with every environment cleared that the version is in. */
  ModelFacts withoutVersion(long version) {
    return keepDeployments(
        IntStream.range(0, deployed.length).filter(i -> deployed[i] != version).toArray());
  }

  private ModelFacts keepDeployments(int[] kept) {
    return new ModelFacts(owner, pendingOwner, roles,
        Arrays.stream(kept).map(i -> environments[i]).toArray(),
        Arrays.stream(kept).mapToLong(i -> deployed[i]).toArray(), latestVersion);
  }
}
