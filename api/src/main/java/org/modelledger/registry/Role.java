package org.modelledger.registry;

/**
 * What an owner can let other accounts do with a model. The owner itself needs no role, and
 * ownership is not one: it moves by {@link Command.TransferOwnership}.
 */
public enum Role {
  /** May register versions. */
  TRAINER,
  /** May deploy and undeploy. */
  DEPLOYER,
  /** May take jobs. */
  WORKER
}
