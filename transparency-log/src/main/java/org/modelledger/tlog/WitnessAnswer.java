package org.modelledger.tlog;

import java.util.Objects;

/** What a {@link Witness} answers to add-checkpoint, with its status in HTTP. */
public sealed interface WitnessAnswer {

  /** The type of the body of a {@link Conflict} (c2sp.org/tlog-witness). */
  String SIZE_TYPE = "text/x.tlog.size";

  /** Returns the status of the answer in HTTP (c2sp.org/tlog-witness). */
  int status();

  /** Returns the body of the answer. */
  String body();

  /**
   * The checkpoint continues what the witness has seen. From now on it cosigns nothing else.
   *
   * @param cosignature to put under the checkpoint
   */
  record Cosigned(SignedNote.Signature cosignature) implements WitnessAnswer {

    public Cosigned {
      Objects.requireNonNull(cosignature, "cosignature");
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public String body() {
      return cosignature.line();
    }
  }

  /**
   * The witness has last cosigned another size than the client thinks.
   *
   * @param size the one that it has, 0 if none
   */
  record Conflict(long size) implements WitnessAnswer {

    @Override
    public int status() {
      return 409;
    }

    @Override
    public String body() {
      return size + "\n";
    }
  }

  /**
   * The witness does not cosign this.
   *
   * @param status 400: no such request; 403: not signed by a key that is known for the log; 404: the
   *     log is not known; 422: it does not continue what the witness has cosigned
   * @param reason for a person
   */
  record Refused(int status, String reason) implements WitnessAnswer {

    public Refused {
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String body() {
      return reason + "\n";
    }
  }
}
