package org.modelledger.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.ModelRegistry;

/**
 * The final events of a registry, oldest first, read page by page while one goes through them.
 *
 * {@snippet :
 * for (LedgerEvent event : RegistryHistory.of(registry)) {
 *   System.out.println(event.header().position() + " " + event);
 * }
 * }
 *
 * <p>Stateless but for the registry, which it does not close. Each iteration begins anew, and ends where there are no more
 * events for now; it is for one thread, and throws {@link org.modelledger.registry.LedgerUnavailableException} where a page
 * cannot be read.
 */
public final class RegistryHistory implements Iterable<LedgerEvent> {
  private static final int PAGE = 1000;

  private final ModelRegistry registry;
  private final LedgerPosition after;
  private final int pageLength;

  RegistryHistory(ModelRegistry registry, LedgerPosition after, int pageLength) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.after = Objects.requireNonNull(after, "after");
    this.pageLength = pageLength;
  }

  /** Returns the whole history. */
  public static RegistryHistory of(ModelRegistry registry) {
    return new RegistryHistory(registry, LedgerPosition.START, PAGE);
  }

  /** Returns what came after a position. */
  public RegistryHistory after(LedgerPosition position) {
    return new RegistryHistory(registry, position, pageLength);
  }

  @Override
  public Iterator<LedgerEvent> iterator() {
    return new Pages();
  }

  /** Returns all events. */
  public List<LedgerEvent> toList() {
    List<LedgerEvent> all = new ArrayList<>();
    forEach(all::add);
    return all;
  }

  private final class Pages implements Iterator<LedgerEvent> {
    private final Deque<LedgerEvent> page = new ArrayDeque<>();
    private LedgerPosition position = after;
    private boolean isLast;

    @Override
    public boolean hasNext() {
      if (page.isEmpty() && !isLast) {
        page.addAll(registry.history(position, pageLength));
        isLast = page.size() < pageLength;
      }
      return !page.isEmpty();
    }

    @Override
    public LedgerEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("there is no event after " + position + " for now");
      }
      LedgerEvent event = page.removeFirst();
      position = event.header().position();
      return event;
    }
  }
}
