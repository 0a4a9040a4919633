package org.modelledger.tlog;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;

/**
 * A witness that a {@link WitnessPolicy} knows.
 *
 * @param name within the policy
 * @param key checks its cosignatures
 * @param url its submission prefix (c2sp.org/tlog-witness), if the policy has it; only who asks for
 *     cosignatures needs it
 */
public record KnownWitness(String name, CosignatureVerifier key, Optional<URI> url) {

  public KnownWitness {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(url, "url");
  }
}
