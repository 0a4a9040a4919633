package org.modelledger.testnet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Finds ports to listen on. They lie below those that systems give to outgoing connections, so that a node that is
 * stopped finds its port free when it comes back.
 */
public final class Ports {
  private static final int LOWEST = 20_000;
  private static final int BEYOND = 32_000;
  private static final int ATTEMPTS = 1_000;

  private Ports() {}

  /**
   * Finds different ports on which nobody listens now. Another process may take one before the caller does.
   *
   * @param count how many
   * @return the ports, on the loopback interface
   * @throws TestnetException if there are not so many
   */
  public static List<Integer> free(int count) {
    SplittableRandom random = new SplittableRandom();
    List<Integer> ports = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS && ports.size() < count; attempt++) {
      int port = random.nextInt(LOWEST, BEYOND);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new TestnetException(
          "found no " + count + " free ports from " + LOWEST + " to " + (BEYOND - 1)
              + " on the loopback interface in " + ATTEMPTS + " attempts");
    }
    return List.copyOf(ports);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false; // somebody listens there; another one will do
    }
  }
}
