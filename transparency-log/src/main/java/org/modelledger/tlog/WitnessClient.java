package org.modelledger.tlog;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.modelledger.tlog.WitnessFailure.Kind;

/**
 * Asks the witnesses of a policy to cosign a log's checkpoints (c2sp.org/tlog-witness), all of them at
 * the same time. Remembers how far each has come, so that the next question is one request.
 *
 * <p>Thread-safe; one checkpoint is cosigned at a time, others wait.
 */
public final class WitnessClient implements AutoCloseable {

  private static final int MAX_ATTEMPTS = 3;
  private static final int MAX_ANSWER_BYTES = 1 << 17;
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** A witness and what is known of it; the one thread that asks it has it to itself. */
  private static final class Asked {
    final KnownWitness witness;
    final URI url;
    /** What it has cosigned last, as far as we know; a wrong size costs one request more. */
    long size;
    /** Did not answer the last time, so nobody waits for it when there is a quorum without it. */
    boolean silent;

    Asked(KnownWitness witness, URI prefix) {
      this.witness = witness;
      String text = prefix.toString();
      this.url = URI.create(text + (text.endsWith("/") ? "" : "/") + AddCheckpoint.PATH);
    }

    WitnessFailure failure(Kind kind, String reason) {
      return new WitnessFailure(witness, kind, reason);
    }
  }

  /** What one of the threads brings back. */
  private sealed interface Result {
    record Signed(Asked asked, SignedNote.Signature signature, Cosignature cosignature)
        implements
          Result {}

    record Failed(Asked asked, WitnessFailure failure) implements Result {}

    record Broken(Throwable cause) implements Result {}
  }

  private final WitnessPolicy policy;
  private final List<Asked> witnesses;
  private final Duration limit;
  private final HttpClient http;
  private final ReentrantLock lock = new ReentrantLock();

  private WitnessClient(WitnessPolicy policy, List<Asked> witnesses, Duration limit) {
    this.policy = policy;
    this.witnesses = witnesses;
    this.limit = limit;
    this.http = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1) // no attempt to upgrade, which some refuse for a POST
        .connectTimeout(limit)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  /**
   * Makes a client; asks nobody yet.
   *
   * @param policy its witnesses that have a URL are asked
   * @param limit how long to wait for all of them together
   * @throws IllegalArgumentException if the limit is not positive, a URL is no http or https URL with a
   *     host and a path alone, or those witnesses that have one are no quorum together
   */
  public static WitnessClient of(WitnessPolicy policy, Duration limit) {
    return new WitnessClient(policy, askable(policy, limit), limit);
  }

  private static List<Asked> askable(WitnessPolicy policy, Duration limit) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("limit is " + limit + ", wanted more than 0");
    }
    List<Asked> asked = new ArrayList<>();
    for (KnownWitness witness : policy.witnesses()) {
      witness.url().ifPresent(url -> asked.add(new Asked(witness, requirePrefix(witness, url))));
    }
    if (!policy.isQuorum(asked.stream().map(a -> new Cosignature(a.witness.key(), 1)).toList())) {
      throw new IllegalArgumentException(
          "the policy's witnesses that have a URL are no quorum: " + asked.stream()
              .map(a -> a.witness.name())
              .toList());
    }
    return List.copyOf(asked);
  }

  /**
   * @throws IllegalArgumentException as for {@link #of}
   */
  static void requireAskable(WitnessPolicy policy, Duration limit) {
    var unused = askable(policy, limit);
  }

  private static URI requirePrefix(KnownWitness witness, URI url) {
    if (!("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()))
        || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null
        || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException("the URL of the witness " + Text.quote(witness.name())
          + " is not http or https with a host and a path, and nothing more");
    }
    return url;
  }

  /** Returns the policy whose witnesses are asked. */
  public WitnessPolicy policy() {
    return policy;
  }

  /**
   * Asks all witnesses to cosign a checkpoint. Returns once all have answered or the time is over; and
   * as soon as there is a quorum, if those that are missing did not answer the last time either.
   *
   * @param checkpoint of the reader's log
   * @param log has the tiles of that checkpoint, for the proofs
   * @return what came in, a quorum or not
   * @throws IllegalArgumentException if the checkpoint is of another log than the reader
   * @throws ProofException if the log's own tiles do not lead to the checkpoint
   * @throws LogStorageException if the log cannot be read
   * @throws InterruptedException if interrupted; witnesses may have cosigned all the same
   */
  public Cosigned cosign(SignedCheckpoint checkpoint, LogReader log)
      throws ProofException, InterruptedException {
    Objects.requireNonNull(checkpoint, "checkpoint");
    Objects.requireNonNull(log, "log");
    lock.lockInterruptibly();
    try {
      return askAll(checkpoint, log);
    } finally {
      lock.unlock();
    }
  }

  private Cosigned askAll(SignedCheckpoint checkpoint, LogReader log)
      throws ProofException, InterruptedException {
    BlockingQueue<Result> results = new LinkedBlockingQueue<>();
    List<Thread> threads = new ArrayList<>();
    for (Asked asked : witnesses) {
      threads.add(Thread.ofVirtual()
          .name("tlog-cosign " + asked.witness.name())
          .start(() -> results.add(ask(asked, checkpoint, log))));
    }
    Round round = new Round(checkpoint);
    try {
      while (!round.open.isEmpty()) {
        Result result = results.poll(round.nanosToWait(), TimeUnit.NANOSECONDS);
        if (result == null) {
          break;
        }
        round.take(result);
      }
    } finally {
      stop(threads);
    }
    round.takeLate(results);
    return round.end();
  }

  private static void stop(List<Thread> threads) {
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What has come in of one round, and how long to wait for the rest. */
  private final class Round {
    final SignedCheckpoint checkpoint;
    final Set<Asked> open = new LinkedHashSet<>(witnesses);
    final List<SignedNote.Signature> signatures = new ArrayList<>();
    final List<Cosignature> cosignatures = new ArrayList<>();
    final List<WitnessFailure> failures = new ArrayList<>();
    final long end = System.nanoTime() + limit.toNanos();
    long quorumSince;

    Round(SignedCheckpoint checkpoint) {
      this.checkpoint = checkpoint;
    }

    long nanosToWait() {
      long now = System.nanoTime();
      boolean enough = policy.isQuorum(cosignatures) && open.stream().allMatch(a -> a.silent);
      return Math.max(0, enough
          ? Math.min(end - now, quorumSince + GRACE_NANOS - now)
          : end - now);
    }

    void take(Result result) throws ProofException {
      switch (result) {
        case Result.Signed signed -> signed(signed);
        case Result.Failed(Asked asked, WitnessFailure failure) -> failed(asked, failure);
        case Result.Broken(ProofException e) -> throw e;
        case Result.Broken(RuntimeException e) -> throw e;
        case Result.Broken(Throwable e) -> throw new IllegalStateException(e);
      }
    }

    /** Takes what the others had when they were stopped; what went wrong then is no news. */
    void takeLate(BlockingQueue<Result> results) {
      for (Result result = results.poll(); result != null; result = results.poll()) {
        if (result instanceof Result.Signed signed) {
          signed(signed);
        }
      }
      for (Asked asked : List.copyOf(open)) {
        failed(asked, asked.failure(Kind.UNREACHABLE, "no answer within " + limit));
      }
    }

    private void signed(Result.Signed signed) {
      open.remove(signed.asked());
      signed.asked().silent = false;
      signatures.add(signed.signature());
      cosignatures.add(signed.cosignature());
      if (quorumSince == 0 && policy.isQuorum(cosignatures)) {
        quorumSince = System.nanoTime();
      }
    }

    private void failed(Asked asked, WitnessFailure failure) {
      open.remove(asked);
      asked.silent = failure.kind() == Kind.UNREACHABLE;
      failures.add(failure);
    }

    Cosigned end() {
      return new Cosigned(checkpoint.with(signatures), cosignatures,
          policy.isQuorum(cosignatures), failures);
    }
  }

  private Result ask(Asked asked, SignedCheckpoint checkpoint, LogReader log) {
    try {
      return attempt(asked, checkpoint, log);
    } catch (IOException e) {
      return new Result.Failed(asked, asked.failure(Kind.UNREACHABLE, Text.describe(e)));
    } catch (InterruptedException e) {
      return new Result.Failed(asked,
          asked.failure(Kind.UNREACHABLE, "no answer within " + limit));
    } catch (ProofException | RuntimeException e) {
      return new Result.Broken(e);
    }
  }

  private Result attempt(Asked asked, SignedCheckpoint checkpoint, LogReader log)
      throws IOException, InterruptedException, ProofException {
    for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      if (asked.size > checkpoint.size()) {
        asked.size = 0; // it will say what it has
      }
      ConsistencyProof proof = log.consistencyProof(asked.size, checkpoint);
      AddCheckpoint request = new AddCheckpoint(asked.size, proof.path(), checkpoint.note());
      HttpResponse<InputStream> response = http.send(HttpRequest.newBuilder(asked.url)
          .timeout(limit)
          .POST(BodyPublishers.ofByteArray(request.encoded()))
          .build(), BodyHandlers.ofInputStream());
      String body = read(response);
      switch (response.statusCode()) {
        case 200 -> {
          return signed(asked, checkpoint, body);
        }
        case 409 -> {
          Optional<Long> size = size(response, body);
          if (size.isEmpty()) {
            return new Result.Failed(asked, asked.failure(Kind.INVALID_ANSWER,
                "its status is 409, but it does not say which size it has"));
          }
          asked.size = size.get();
          if (asked.size > checkpoint.size()) {
            return new Result.Failed(asked, asked.failure(Kind.AHEAD, "it has cosigned a tree of "
                + asked.size + " entries, this checkpoint has " + checkpoint.size()));
          }
        }
        case 422 -> {
          return new Result.Failed(asked, asked.failure(Kind.INCONSISTENT,
              "to it the checkpoint of size " + checkpoint.size()
                  + " does not continue what it has cosigned, size " + asked.size + ": "
                  + Text.quote(body.strip())));
        }
        default -> {
          return new Result.Failed(asked, asked.failure(Kind.REFUSED,
              "its status is " + response.statusCode() + ": " + Text.quote(body.strip())));
        }
      }
    }
    return new Result.Failed(asked, asked.failure(Kind.INVALID_ANSWER,
        "it has named another size " + MAX_ATTEMPTS + " times"));
  }

  private static String read(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(MAX_ANSWER_BYTES + 1);
      if (bytes.length > MAX_ANSWER_BYTES) {
        throw new IOException("the answer has more than " + MAX_ANSWER_BYTES + " bytes");
      }
      return Text.utf8(bytes).orElseThrow(() -> new IOException("the answer is not UTF-8"));
    }
  }

  private static Optional<Long> size(HttpResponse<InputStream> response, String body) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return type.equals(WitnessAnswer.SIZE_TYPE) && body.endsWith("\n")
        ? Text.number(body.substring(0, body.length() - 1))
        : Optional.empty();
  }

  /** Takes the one signature that counts; nobody knows what the others are. */
  private static Result signed(Asked asked, SignedCheckpoint checkpoint, String body) {
    CosignatureVerifier key = asked.witness.key();
    List<SignedNote.Signature> own;
    try {
      own = SignedNote.parseSignatures(body).stream().filter(key.key()::made).toList();
    } catch (ProofException e) {
      return new Result.Failed(asked,
          asked.failure(Kind.INVALID_ANSWER, String.valueOf(e.getMessage())));
    }
    for (SignedNote.Signature signature : own) {
      Optional<Cosignature> cosignature = key.verified(checkpoint.note().text(), signature);
      if (cosignature.isPresent()) {
        asked.size = checkpoint.size();
        return new Result.Signed(asked, signature, cosignature.get());
      }
    }
    return new Result.Failed(asked, asked.failure(Kind.INVALID_ANSWER, own.isEmpty()
        ? "there is no signature of " + key + " in its answer"
        : "the cosignature of " + key + " does not verify"));
  }

  /** Lets go of the connections. Idempotent; a question that is under way fails. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
