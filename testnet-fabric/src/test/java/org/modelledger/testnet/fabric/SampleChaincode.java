package org.modelledger.testnet.fabric;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.hyperledger.fabric.metrics.Metrics;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.shim.ChaincodeBase;
import org.hyperledger.fabric.shim.ChaincodeStub;
import org.hyperledger.fabric.shim.ResponseUtils;
import org.hyperledger.fabric.traces.Traces;

/**
 * A chaincode as small as one can be, in a process of its own: {@code put key value}, {@code get key},
 * {@code attribute name} of whoever asks, {@code msp} likewise, {@code pid} of the process, {@code refuse status message},
 * and what {@link SampleMisuse} adds.
 */
public final class SampleChaincode extends ChaincodeBase {
  private SampleChaincode() {}

  /**
   * Serves until it is killed.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    SampleChaincode chaincode = new SampleChaincode();
    chaincode.initializeLogging();
    chaincode.processEnvironmentOptions();
    chaincode.validateOptions();
    Metrics.initialize(chaincode.getChaincodeConfig());
    Traces.initialize(chaincode.getChaincodeConfig());
    String[] address = System.getenv("CHAINCODE_SERVER_ADDRESS").split(":", 2);
    // the shim's own server would listen on all interfaces
    Server server = NettyServerBuilder
        .forAddress(new InetSocketAddress(address[0], Integer.parseInt(address[1])))
        .addService(chaincode.service())
        .build()
        .start();
    server.awaitTermination();
  }

  private ChaincodeGrpc.ChaincodeImplBase service() {
    return new ChaincodeGrpc.ChaincodeImplBase() {
      @Override
      public StreamObserver<ChaincodeMessage> connect(StreamObserver<ChaincodeMessage> answers) {
        try {
          return connectToPeer(answers);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  @Override
  public Response init(ChaincodeStub stub) {
    return ResponseUtils.newSuccessResponse();
  }

  @Override
  public Response invoke(ChaincodeStub stub) {
    List<String> arguments = stub.getParameters();
    return switch (stub.getFunction()) {
      case "put" -> {
        stub.putStringState(arguments.get(0), arguments.get(1));
        stub.setEvent("put", bytes(arguments.get(0)));
        yield answer("");
      }
      case "get" -> answer(stub.getStringState(arguments.get(0)));
      case "attribute" -> answer(attribute(stub, arguments.get(0)));
      case "msp" -> answer(identity(stub).getMspid());
      case "pid" -> answer(Long.toString(ProcessHandle.current().pid()));
      case "refuse" -> new Response(Integer.parseInt(arguments.get(0)), arguments.get(1),
          bytes("payload"));
      default -> SampleMisuse.invoke(stub);
    };
  }

  private static SerializedIdentity identity(ChaincodeStub stub) {
    try {
      return SerializedIdentity.parseFrom(stub.getCreator());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Empty if the caller's certificate does not say. */
  private static String attribute(ChaincodeStub stub, String name) {
    try {
      X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
          .generateCertificate(identity(stub).getIdBytes().newInput());
      byte[] octets = certificate.getExtensionValue("1.2.3.4.5.6.7.8.1");
      return octets == null
          ? ""
          : new ObjectMapper().readTree(ASN1OctetString.getInstance(octets).getOctets())
              .path("attrs")
              .path(name)
              .asText();
    } catch (CertificateException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Response answer(String text) {
    return ResponseUtils.newSuccessResponse(bytes(text));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** How a network starts it: with the classes of these tests. */
  static FabricChaincode description() {
    return FabricChaincode.java("sample",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        SampleChaincode.class.getName());
  }
}
