package org.modelledger.tlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * Our side of a conversation with witnesses and logs that others wrote; interop/go starts it. Talks over
 * standard input and output, and ends with its input.
 *
 * <p>{@code witness DIRECTORY VKEY}: a witness of the log with that key. Prints its own key, then its
 * URL.
 *
 * <p>{@code log DIRECTORY POLICY HISTORY}: a log whose entries say which history they belong to. Reads
 * its private key, then sizes, a line each. Grows to each size, asks the witnesses of the policy file,
 * and prints {@code failure KIND REASON} for each that did not cosign, or else the checkpoint with its
 * cosignatures; then {@code end}.
 */
final class WitnessPeer {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private WitnessPeer() {}

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Path directory = Path.of(args[1]);
    if (args[0].equals("witness")) {
      witness(directory, NoteVerifier.parse(args[2]), in, out);
    } else {
      log(directory, WitnessPolicy.parse(Files.readAllBytes(Path.of(args[2]))), args[3], in, out);
    }
  }

  private static void witness(Path directory, NoteVerifier log, BufferedReader in, PrintStream out)
      throws IOException {
    CosignatureSigner key = CosignatureSigner.generate("modelledger.example/witness",
        new SecureRandom());
    try (Witness witness = Witness.create(directory, key, List.of(log));
        WitnessServer server = WitnessServer.start(witness, 0)) {
      out.println(witness.verifier());
      out.println(server.uri());
      var unused = in.readLine();
    }
  }

  private static void log(Path directory, WitnessPolicy policy, String history, BufferedReader in,
      PrintStream out) throws IOException, InterruptedException, ProofException {
    NoteSigner key = NoteSigner.parse(in.readLine());
    try (LogWriter writer = LogWriter.open(directory, LogOptions.of(key));
        WitnessClient client = WitnessClient.of(policy, LIMIT)) {
      for (String size = in.readLine(); size != null; size = in.readLine()) {
        while (writer.size() < Long.parseLong(size)) {
          var unused = writer.append((history + writer.size()).getBytes(UTF_8));
        }
        Cosigned cosigned = client.cosign(writer.publish(), writer.reader());
        if (cosigned.failures().isEmpty()) {
          var unused = policy.verify(cosigned.checkpoint());
          out.print(cosigned.checkpoint().text());
        }
        cosigned.failures()
            .forEach(failure -> out.println("failure " + failure.kind() + " " + failure.reason()));
        out.println("end");
      }
    }
  }
}
