package org.modelledger.testnet.fabric;

import io.grpc.ManagedChannel;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;

/** A network to speak with, whatever it is made of: {@code Org1MSP} and {@code Org2MSP}, both of which must endorse. */
interface Ground {
  /** Somebody with a certificate and its key. */
  record Person(String mspId, X509Certificate certificate, PrivateKey privateKey) {}

  /** Whether it is of Fabric 2.5, whose gateways look at less before they pass something on. */
  boolean isOlder();

  /** The channel. */
  String channel();

  /** The name by which {@link SampleChaincode} runs on it. */
  String chaincode();

  /** Where the gateway of an organisation listens. */
  String address(String mspId);

  /** A new connection to it. */
  ManagedChannel connect(String mspId);

  /** Certifies a client of an organisation. */
  Person person(String mspId, String name, Map<String, String> attributes);

  /** Certifies one for a time of its own. */
  Person person(String mspId, String name, Instant notBefore, Instant notAfter);
}
