package org.modelledger.registry;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;

/**
 * The state of one model at one moment.
 *
 * @param name the model
 * @param owner its one owner
 * @param pendingOwner whom it is offered to, if it is
 * @param roles the accounts that hold each role; a role that nobody holds is absent
 * @param deployments the version in each environment that has one
 * @param latestVersion the number of the newest version, 0 if there is none
 */
public record ModelRecord(ModelName name, AccountId owner, Optional<AccountId> pendingOwner,
    Map<Role, Set<AccountId>> roles, Map<EnvironmentName, ModelVersionId> deployments,
    long latestVersion) {
  public ModelRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(pendingOwner, "pendingOwner");
    TreeMap<Role, Set<AccountId>> copy = new TreeMap<>();
    roles.forEach((role, accounts) -> {
      if (!accounts.isEmpty()) {
        copy.put(role, Set.copyOf(accounts));
      }
    });
    roles = Map.copyOf(copy);
    deployments = Map.copyOf(deployments);
  }

  /** Says whether an account may do what this role is for: it holds it, or owns the model. */
  public boolean permits(AccountId account, Role role) {
    return owner.equals(account) || roles.getOrDefault(role, Set.of()).contains(account);
  }
}
