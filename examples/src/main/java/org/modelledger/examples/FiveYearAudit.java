package org.modelledger.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.VerificationException;
import org.modelledger.pack.PackReport;
import org.modelledger.pack.PackVerifier;

/**
 * Three banks use one model for five years, and make a million decisions with it; then somebody attacks what
 * they left behind, in six ways. Each is found by one command and named in one line, four of them by programs
 * that others have published. Every command is first run on what is genuine, which it has to accept.
 */
public final class FiveYearAudit {
  /**
   * What came of a command.
   *
   * @param attack that it was to find
   * @param check that was made
   * @param line that named the attack; empty if the program is not installed
   */
  record Finding(Attack attack, Check check, Optional<String> line) {}

  private final Console console;
  private final AuditArguments arguments;
  private final AuditPlace place;
  private final AuditTools tools;
  private final List<Finding> findings = new ArrayList<>();

  FiveYearAudit(Console console, AuditArguments arguments, AuditTools tools) {
    this.console = console;
    this.arguments = arguments;
    this.place = new AuditPlace(arguments.directory());
    this.tools = tools;
  }

  public static void main(String[] args) throws InterruptedException {
    Optional<AuditArguments> arguments = AuditArguments.parse(List.of(args));
    if (arguments.isEmpty()) {
      System.err.println(AuditArguments.USAGE);
      System.exit(2);
    }
    try {
      var unused = new FiveYearAudit(Console.standard(), arguments.orElseThrow(),
          AuditTools.ofCheckout()).run();
    } catch (ModelLedgerException | VerificationException e) {
      System.err.println("audit: " + e.getMessage());
      System.exit(1);
    }
  }

  /**
   * Tells the story.
   *
   * @return what found each attack; what could not be run here is among them, without a line
   * @throws VerificationException if something genuine was refused, or something forged was not
   */
  List<Finding> run() throws InterruptedException, VerificationException {
    var unused = Workplace.prepare(place.out());
    BankingYears years = new BankingYears(console, place);
    console.heading("Three banks, one registry, one model, five years");
    List<Bank> banks = years.found();
    long begun = System.nanoTime();
    years.pass(banks, arguments.decisions());
    console.line(String.format(Locale.ROOT, "  %,d decisions in %.1f s; years and dates are told,"
        + " not lived", arguments.decisions(), seconds(begun)));
    handOver(banks);
    AuditAttacks attacks = new AuditAttacks(place, banks);
    int number = 0;
    for (Attack.Kind kind : Attack.Kind.values()) {
      number++;
      console.heading(number + ". " + kind.words());
      Attack attack = attacks.carryOut(kind);
      console.line("  " + attack.how() + ".");
      for (Check check : tools.of(kind, place, banks.getFirst(), banks.getLast())) {
        findings.add(find(attack, check));
      }
    }
    table();
    return List.copyOf(findings);
  }

  private void handOver(List<Bank> banks) throws InterruptedException, VerificationException {
    console.heading("What the auditor gets");
    for (Bank bank : banks) {
      long begun = System.nanoTime();
      new AuditPacks(banks).handOver(place, bank);
      PackReport report = PackVerifier.builder()
          .modelKey(bank.key())
          .build()
          .verify(place.pack(bank));
      report.requireSound();
      console.ok(String.format(Locale.ROOT, "%s, %s: report.html is for people (%.1f s)",
          place.pack(bank), report.verdict(), seconds(begun)));
    }
  }

  /** Runs a command on what is genuine and then on what is forged. */
  Finding find(Attack attack, Check check)
      throws InterruptedException, VerificationException {
    List<String> command = check.command().apply(attack.forged());
    if (!tools.has(check)) {
      String missing = check.by() + " is not installed here: " + command.getFirst();
      if (arguments.allTools()) {
        throw new VerificationException(missing);
      }
      console.line("  – not shown, " + missing);
      return new Finding(attack, check, Optional.empty());
    }
    CommandRun genuine = CommandRun.of(check.command().apply(attack.genuine()));
    if (!check.accepts(genuine)) {
      throw new VerificationException(check.by() + " refuses what is genuine, "
          + attack.genuine() + ":\n" + genuine.output());
    }
    console.line("  $ " + String.join(" ", command));
    CommandRun forged = CommandRun.of(command);
    String line = check.named(forged)
        .map(String::strip)
        .orElseThrow(() -> new VerificationException(check.by() + " does not find "
            + attack.kind().words() + " in " + attack.forged() + ":\n" + forged.output()));
    console.caught(line);
    console.line(String.format(Locale.ROOT, "    %s, %s (%.1f s); what is genuine it accepts"
        + " (%.1f s)", check.by(), check.foreign() ? "which others wrote" : "which is ours",
        seconds(forged.time()), seconds(genuine.time())));
    return new Finding(attack, check, Optional.of(line));
  }

  private void table() {
    console.heading("The findings");
    String row = "  %-23s %-24s %s";
    console.line(String.format(Locale.ROOT, row, "attack", "found by", "the line"));
    for (Finding finding : findings) {
      console.line(String.format(Locale.ROOT, row, finding.attack().kind().words(),
          finding.check().by() + (finding.check().foreign() ? " *" : ""),
          finding.line().map(finding.check()::brief).orElse("(not installed here)")));
    }
    console.line("  * programs that others have published");
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }
}
