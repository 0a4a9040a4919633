package org.modelledger.tlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which witnesses must have cosigned a checkpoint before it is believed (c2sp.org/tlog-policy). A log
 * can show different histories to different people as long as it is the only one to sign; it can not
 * once the checkpoints that people accept went past the same witnesses. Immutable.
 *
 * <pre>
 * log example.com/log+… https://example.com/log/
 * witness X1 x1.example/w+… https://x1.example/
 * witness X2 x2.example/w+… https://x2.example/
 * witness Y y.example/w+… https://y.example/
 * group X any X1 X2
 * group X-and-Y all X Y
 * quorum X-and-Y
 * </pre>
 */
public final class WitnessPolicy {

  static final String NONE = "none";

  /** Holds if that many of its members do; a member is a witness's or an earlier group's id. */
  record Group(String id, String name, int threshold, List<String> members) {}

  private final List<NoteVerifier> logs;
  private final Map<String, KnownWitness> witnesses;
  private final List<Group> groups;
  private final String quorum;

  WitnessPolicy(List<NoteVerifier> logs, Map<String, KnownWitness> witnesses, List<Group> groups,
      String quorum) {
    this.logs = List.copyOf(logs);
    this.witnesses = Collections.unmodifiableMap(new LinkedHashMap<>(witnesses));
    this.groups = List.copyOf(groups);
    this.quorum = quorum;
  }

  /**
   * Reads a policy file, strictly.
   *
   * @param text at most 1 MiB
   * @throws IllegalArgumentException if it is not a policy; says which line and what was wanted
   */
  public static WitnessPolicy parse(byte[] text) {
    return PolicyParser.parse(text);
  }

  /** Reads a policy in its text form; see {@link #parse(byte[])}. */
  public static WitnessPolicy parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the keys of the logs that it accepts; empty if that is for others to know. */
  public List<NoteVerifier> logs() {
    return logs;
  }

  /** Returns the witnesses in the order of the file, those that no quorum depends on included. */
  public List<KnownWitness> witnesses() {
    return List.copyOf(witnesses.values());
  }

  /** Says whether a checkpoint without any cosignature will do. */
  public boolean isNone() {
    return quorum.equals(NONE);
  }

  /**
   * Checks that a checkpoint of an accepted log is cosigned by a quorum.
   *
   * @return the cosignatures of all witnesses that this policy knows; empty only if none is needed
   * @throws ProofException if the policy names logs and this is not one of them, a cosignature does not
   *     verify, or there is no quorum; says who has cosigned and who is missing
   */
  public List<Cosignature> verify(SignedCheckpoint checkpoint) throws ProofException {
    if (!logs.isEmpty() && !logs.contains(checkpoint.log())) {
      throw new ProofException("the checkpoint is signed by the log " + checkpoint.log()
          + ", the policy accepts only " + logs);
    }
    List<Cosignature> found = checkpoint
        .cosignatures(witnesses.values().stream().map(KnownWitness::key).toList());
    if (!isQuorum(found)) {
      throw new ProofException("the checkpoint of size " + checkpoint.size() + " of the log "
          + Text.quote(checkpoint.checkpoint().origin()) + " is not cosigned by a quorum: "
          + explain(found));
    }
    return found;
  }

  /**
   * Checks a note that should be a checkpoint of one of {@link #logs()}, cosigned by a quorum.
   *
   * @return the cosignatures of all witnesses that this policy knows; empty only if none is needed
   * @throws ProofException if it is no checkpoint, of no log that the policy names, or as for {@link
   *     #verify(SignedCheckpoint)}
   */
  public List<Cosignature> verify(SignedNote note) throws ProofException {
    return verify(SignedCheckpoint.of(note, logs));
  }

  boolean isQuorum(Collection<Cosignature> cosignatures) {
    return isNone() || satisfied(cosignatures).contains(quorum);
  }

  /** Returns the ids of the witnesses that signed and of the groups that hold. */
  private Set<String> satisfied(Collection<Cosignature> cosignatures) {
    Set<CosignatureVerifier> signers = cosignatures.stream()
        .map(Cosignature::witness)
        .collect(Collectors.toSet());
    Set<String> satisfied = new HashSet<>();
    witnesses.forEach((id, witness) -> {
      if (signers.contains(witness.key())) {
        satisfied.add(id);
      }
    });
    // a group has only members that stand before it, so one pass will do
    for (Group group : groups) {
      if (group.members().stream().filter(satisfied::contains).count() >= group.threshold()) {
        satisfied.add(group.id());
      }
    }
    return satisfied;
  }

  private String explain(Collection<Cosignature> cosignatures) {
    Set<String> satisfied = satisfied(cosignatures);
    List<String> signed = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    witnesses.forEach((id, witness) -> (satisfied.contains(id) ? signed : missing)
        .add(witness.name()));
    List<String> failing = groups.stream()
        .filter(group -> !satisfied.contains(group.id()))
        .map(group -> "the group " + group.name() + " has "
            + group.members().stream().filter(satisfied::contains).count() + " of "
            + group.threshold() + " members that it needs")
        .toList();
    return "witnesses " + signed + " have signed, " + missing + " have not"
        + (failing.isEmpty() ? "" : "; " + String.join(", ", failing));
  }
}
