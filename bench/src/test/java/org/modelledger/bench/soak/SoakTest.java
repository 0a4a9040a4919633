package org.modelledger.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tlog.Appended;

class SoakTest {
  @TempDir
  Path dir;

  private SoakOptions options(String... more) {
    List<String> arguments = new ArrayList<>(
        List.of("0.05", "--work", dir.resolve("work").toString(), "--out",
            dir.resolve("out").toString()));
    arguments.addAll(List.of(more));
    return SoakOptions.parse(arguments);
  }

  private String summary() throws IOException {
    return Files.readString(dir.resolve("out/soak.txt"));
  }

  @Test
  void soaksReplacesFullLogsAndChecksWhatIsLeft() throws Exception {
    assertThat(Soak.run(options("--max-bytes", "1M"))).isTrue();
    assertThat(summary()).contains("nothing failed")
        .contains("log 1 was full, checked and deleted: ")
        .containsPattern("fsck: [0-9,]+ entries, [0-9,]+ bundles, [0-9,]+ tiles intact")
        .contains("the newest");
    assertThat(Files.readAllLines(dir.resolve("out/soak.csv"))).hasSize(4)
        .allMatch(line -> line.split(",", -1).length == 22)
        .first()
        .asString()
        .startsWith("seconds,entries_per_s,p50_ms,");
    try (Stream<Path> left = Files.list(dir.resolve("work"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void pacedItAppendsNoMoreThanItShould() throws Exception {
    assertThat(Soak.run(options("--paced", "1k", "--keep", "--producers", "1"))).isTrue();
    assertThat(summary()).contains("paced at 1,000/s", "1 producers", "the log is left in");
    try (Stream<Path> left = Files.list(dir.resolve("work"))) {
      assertThat(left).hasSize(1);
    }
    long entries = Files.readAllLines(dir.resolve("out/soak.txt"))
        .stream()
        .filter(line -> line.startsWith("acknowledged: "))
        .mapToLong(line -> Long.parseLong(line.replaceAll("acknowledged: ([0-9,]+) .*", "$1")
            .replace(",", "")))
        .sum();
    assertThat(entries).isPositive();
  }

  @Test
  void refusesADiskThatIsTooSmall() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Soak.run(options("--max-bytes", "1e15")))
        .withMessageContaining("lower --max-bytes");
  }

  @Test
  void refusesWhatIsNoOption() {
    assertThatIllegalArgumentException().isThrownBy(() -> options("--keeep"))
        .withMessage("'--keeep' is no option and no number of minutes");
    assertThatIllegalArgumentException().isThrownBy(() -> options("--producers", "0"))
        .withMessage("--producers is 0, wanted 1 to 255");
    assertThatIllegalArgumentException().isThrownBy(() -> options("--out"))
        .withMessage("--out needs a value");
    assertThat(options("--max-bytes", "2G", "--paced", "5k").maxBytes()).isEqualTo(2_000_000_000L);
    assertThat(options().time()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void anEntryThatIsNotWhatItsProducerAppendedIsSeen() {
    byte[] entry = new SoakEntry(3, 256).number(7).clone();
    assertThat(SoakEntry.producer(entry)).isEqualTo(3);
    assertThat(SoakEntry.number(entry)).isEqualTo(7);
    assertThat(SoakEntry.isWhole(entry, 256)).isTrue();
    assertThat(SoakEntry.isWhole(entry, 255)).isFalse();
    entry[255]++;
    assertThat(SoakEntry.isWhole(entry, 256)).isFalse();
  }

  @Test
  void aRingKeepsTheOrderAndItsBound() throws InterruptedException {
    int entries = 100_000;
    InFlight ring = new InFlight(7);
    Thread producer = Thread.ofPlatform().start(() -> {
      for (int i = 0; i < entries; i++) {
        ring.awaitRoom();
        ring.add(new Numbered(i), i);
      }
      ring.close();
    });
    long expected = 0;
    for (Appended oldest = ring.oldest(); oldest != null; oldest = ring.oldest()) {
      assertThat(oldest.index()).isEqualTo(expected);
      assertThat(ring.oldestBegan()).isEqualTo(expected++);
      ring.removeOldest();
    }
    producer.join();
    assertThat(expected).isEqualTo(entries);
  }

  private record Numbered(long index) implements Appended {
    @Override
    public boolean isDurable() {
      return true;
    }

    @Override
    public void await(Duration limit) {}
  }

  @Test
  void aTrendIsTheLineThroughAllButTheFirstQuarter() {
    Trend rising = Trend.of(samples(DoubleStream.of(900, 0, 20, 30, 40, 50, 60, 70)),
        SoakSample::rssMb);
    assertThat(rising.perMinute()).isCloseTo(600, within(1e-6));
    assertThat(rising.change()).isCloseTo(50, within(1e-6));
    assertThat(rising.isFlat()).isFalse();
    assertThat(rising.describe("MB")).startsWith("RISES: 45.0 MB on average, +600.00 MB");
    Trend flat = Trend.of(samples(DoubleStream.of(0, 0, 100, 101, 100, 99, 100, 101)),
        SoakSample::rssMb);
    assertThat(flat.isFlat()).isTrue();
    assertThat(flat.describe("MB")).startsWith("flat");
    assertThat(Trend.of(samples(DoubleStream.of(1)), SoakSample::rssMb).describe("MB"))
        .contains("too few");
    assertThat(Trend.of(List.of(), SoakSample::rssMb).describe("MB")).isEqualTo("not measured");
  }

  private static List<SoakSample> samples(DoubleStream rss) {
    List<SoakSample> samples = new ArrayList<>();
    rss.forEach(value -> samples.add(new SoakSample(samples.size(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, value, 0, 0, 0, 0, 1)));
    return samples;
  }
}
