package org.modelledger.testnet;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives a node to the tests of a class.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final NodeExtension<AnvilNode> ANVIL = NodeExtension.anvil(AnvilOptions.DEFAULT);
 *
 * @Test
 * void readsTheChain() {
 *   … ANVIL.node().http() …
 * }
 * }</pre>
 *
 * <p>A node belongs to its class, and ends with it; or, by {@link #shared}, to the whole JVM: all classes with the
 * same options then have the same node, so that it must not be stopped or reorganised, and a test makes no assumption
 * about what is on it. Where a test fails, the failure carries the end of the node's log, and the log is kept. A test
 * may also take the node as a parameter.
 *
 * @param <N> {@link AnvilNode}, {@link GethNode} or what a room of its own starts
 */
public class NodeExtension<N extends TestNode>
    implements
      BeforeAllCallback,
      AfterAllCallback,
      ParameterResolver,
      TestExecutionExceptionHandler,
      LifecycleMethodExecutionExceptionHandler {
  private static final Namespace NAMESPACE = Namespace.create(NodeExtension.class);

  private final Class<N> type;
  private final Object options;
  private final Start<N> start;
  private final boolean shared;
  private volatile @Nullable N node;

  /**
   * Makes an extension for another kind of node.
   *
   * @param type of the node
   * @param options what identifies it where it is shared
   * @param start starts it
   * @param shared whether classes with equal options have one and the same node
   */
  protected NodeExtension(Class<N> type, Object options, Start<N> start, boolean shared) {
    this.type = type;
    this.options = options;
    this.start = start;
    this.shared = shared;
  }

  /**
   * Starts a node.
   *
   * @param <N> the kind of node
   */
  @FunctionalInterface
  protected interface Start<N> {
    /**
     * Returns a node that runs.
     *
     * @return the extension closes it
     * @throws InterruptedException if interrupted; nothing is left running
     */
    N now() throws InterruptedException;
  }

  /** What identifies a node that is shared. */
  private record Key(Class<?> type, Object options) {}

  /** Ends a node that is shared when JUnit ends. */
  private record Shared(TestNode node) implements AutoCloseable {
    @Override
    public void close() {
      node.close();
    }
  }

  /**
   * Gives an anvil to a class.
   *
   * @param options how it is started
   * @return for a static field with {@code @RegisterExtension}
   */
  public static NodeExtension<AnvilNode> anvil(AnvilOptions options) {
    Objects.requireNonNull(options, "options");
    return new NodeExtension<>(AnvilNode.class, options, () -> AnvilNode.start(options), false);
  }

  /**
   * Gives a geth to a class.
   *
   * @param options how it is started
   * @return for a static field with {@code @RegisterExtension}
   */
  public static NodeExtension<GethNode> geth(GethOptions options) {
    Objects.requireNonNull(options, "options");
    return new NodeExtension<>(GethNode.class, options, () -> GethNode.start(options), false);
  }

  /**
   * Shares the node with all other classes that ask for the same options in this way.
   *
   * @return another extension
   */
  public NodeExtension<N> shared() {
    return new NodeExtension<>(type, options, start, true);
  }

  /**
   * Returns the node.
   *
   * @return it runs, unless a test stopped it
   * @throws IllegalStateException outside the class's tests
   */
  public final N node() {
    N current = node;
    if (current == null) {
      throw new IllegalStateException(
          "there is no node before and after the tests of the class; is the extension in a"
              + " static field with @RegisterExtension?");
    }
    return current;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (node != null) {
      return; // a nested class
    }
    if (!shared) {
      node = start.now();
      context.getStore(NAMESPACE).put(this, true);
      return;
    }
    Shared common = context.getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(new Key(type, options), key -> new Shared(startOrThrow()), Shared.class);
    node = type.cast(common.node());
    context.getStore(NAMESPACE).put(this, true);
  }

  private N startOrThrow() {
    try {
      return start.now();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestnetException("interrupted while a node was started", e);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    N current = node;
    if (context.getStore(NAMESPACE).remove(this) == null || current == null) {
      return; // a nested class
    }
    node = null;
    if (!shared) {
      current.close();
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explain(failure);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explain(failure);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explain(failure);
  }

  @Override
  public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw explain(failure);
  }

  private Throwable explain(Throwable failure) {
    N current = node;
    if (current != null && List.of(failure.getSuppressed())
        .stream()
        .noneMatch(TestnetException.class::isInstance)) {
      current.keep();
      failure.addSuppressed(
          new TestnetException(current + (current.isRunning() ? " runs" : " does not run")
              + "; the end of its log:\n" + current.logTail()));
    }
    return failure;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == type;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return node();
  }
}
