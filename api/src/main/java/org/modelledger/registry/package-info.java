/**
 * The registry: who may do what to a model, what happened, and what is deployed where.
 *
 * <p>Start at {@link org.modelledger.registry.ModelRegistry}, the interface of a chain. What changes
 * the ledger is a {@link org.modelledger.registry.Command}; what it leaves is a
 * {@link org.modelledger.registry.LedgerEvent}; what lies between is a
 * {@link org.modelledger.registry.Submission}.
 *
 * <h2>The rules</h2>
 *
 * State per model name. Every backend enforces this table on its own side and checks in this order:
 * the model exists, the author may, the version exists, it is not revoked, the rest.
 *
 * <table>
 * <caption>Commands</caption>
 * <tr><th>command</th><th>who</th><th>effect</th><th>event</th><th>refusals</th></tr>
 * <tr><td>CreateModel</td><td>anyone</td><td>the author becomes owner</td><td>ModelCreated</td>
 * <td>AlreadyExists</td></tr>
 * <tr><td>RegisterVersion</td><td>TRAINER, owner</td><td>version = last + 1, from 1</td>
 * <td>ModelTrained</td><td>NotFound, NotAuthorized, AlreadyExists (same two digests; names the
 * version, revoked or not)</td></tr>
 * <tr><td>DeployVersion</td><td>DEPLOYER, owner</td><td>environment → version; the same again is
 * recorded again</td><td>ModelDeployed</td><td>NotFound (model, version), NotAuthorized,
 * VersionRevoked</td></tr>
 * <tr><td>UndeployModel</td><td>DEPLOYER, owner</td><td>environment → nothing</td>
 * <td>ModelUndeployed</td><td>NotFound (model, nothing deployed there), NotAuthorized</td></tr>
 * <tr><td>RevokeVersion</td><td>owner</td><td>final; its environments are cleared</td>
 * <td>VersionRevoked</td><td>NotFound (model, version), NotAuthorized, VersionRevoked</td></tr>
 * <tr><td>GrantRole</td><td>owner</td><td>the account has the role</td><td>RoleChanged</td>
 * <td>NotFound (model), NotAuthorized, AlreadyExists (has it already)</td></tr>
 * <tr><td>RevokeRole</td><td>owner</td><td>the account has it no more</td><td>RoleChanged</td>
 * <td>NotFound (model, does not have it), NotAuthorized</td></tr>
 * <tr><td>TransferOwnership</td><td>owner</td><td>the account may accept; replaces an earlier offer;
 * offered to the owner itself it withdraws one</td><td>OwnershipTransferStarted</td>
 * <td>NotFound, NotAuthorized</td></tr>
 * <tr><td>AcceptOwnership</td><td>whom it was offered</td><td>the author becomes the one owner; the
 * former owner keeps no right but roles granted to it</td><td>OwnershipTransferred</td>
 * <td>NotFound, NotAuthorized</td></tr>
 * <tr><td>AnchorLog</td><td>anyone, for itself</td><td>kept per (origin, author)</td>
 * <td>LogAnchored</td><td>StaleAnchor unless the size grows</td></tr>
 * </table>
 */
@NullMarked
package org.modelledger.registry;

import org.jspecify.annotations.NullMarked;
