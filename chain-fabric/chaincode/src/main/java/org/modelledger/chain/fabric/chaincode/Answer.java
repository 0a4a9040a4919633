package org.modelledger.chain.fabric.chaincode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * What the chaincode answers with. Fabric's peers endorse what has a status below 400.
 *
 * @param status 200, or 400 for what was refused as a whole; then nothing happens
 * @param message why it was refused
 * @param payload what a read is about, or what a command led to
 * @param event the payload of the chaincode event, if something was carried out
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared or kept
record Answer(int status, String message, byte[] payload, Optional<byte[]> event) {
  static final int OK = 200;
  static final int REFUSED = 400;

  static Answer of(byte[] payload) {
    return new Answer(OK, "", payload, Optional.empty());
  }

  static Answer of(String payload) {
    return of(payload.getBytes(UTF_8));
  }

  static Answer refused(String message) {
    return new Answer(REFUSED, message, new byte[0], Optional.empty());
  }

  Answer withEvent(byte[] payloadOfEvent) {
    return new Answer(status, message, payload, Optional.of(payloadOfEvent));
  }

  boolean isOk() {
    return status == OK;
  }
}
