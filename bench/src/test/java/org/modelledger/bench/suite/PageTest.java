package org.modelledger.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class PageTest {
  private static final Pattern OUTSIDE = Pattern.compile("(?:src|href)=|url\\(|@import|<script");

  @SuppressWarnings("NullAway.Init")
  private static String page;

  @SuppressWarnings("NullAway.Init")
  private static Document document;

  @BeforeAll
  static void make() throws IOException, SAXException, ParserConfigurationException {
    page = Page.of(Small.report());
    document = parse(page);
  }

  static Document parse(String page)
      throws IOException, SAXException, ParserConfigurationException {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    parser.setErrorHandler(null);
    return parser.parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Element of, String name) {
    NodeList found = of.getElementsByTagName(name);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  private static List<Element> elements(String name) {
    return elements(document.getDocumentElement(), name);
  }

  private static List<Element> ofClass(Element of, String name, String css) {
    return elements(of, name).stream()
        .filter(each -> List.of(each.getAttribute("class").split(" ", -1)).contains(css))
        .toList();
  }

  private static Element chart(String title) {
    return elements("svg").stream()
        .filter(svg -> elements(svg, "title").get(0).getTextContent().startsWith(title))
        .findAny()
        .orElseThrow();
  }

  private static Element table(String caption) {
    return elements("table").stream()
        .filter(table -> elements(table, "caption").get(0).getTextContent().equals(caption))
        .findAny()
        .orElseThrow();
  }

  private static List<String> row(Element table, String head) {
    Element row = elements(table, "tr").stream()
        .filter(each -> elements(each, "th").get(0).getTextContent().equals(head))
        .findAny()
        .orElseThrow();
    return elements(row, "td").stream().map(Element::getTextContent).toList();
  }

  @Test
  void isXmlThatNeedsNothingElse() {
    assertThat(page).startsWith("<!DOCTYPE html>\n<html ");
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("html");
    assertThat(page).doesNotContainPattern(OUTSIDE);
    assertThat(elements("script")).isEmpty();
  }

  @Test
  void isTheSameForTheSameReport() throws IOException {
    assertThat(Page.of(Small.report())).isEqualTo(page);
  }

  @Test
  void emptyElementsAreThoseThatHtmlHas() {
    assertThat(page).doesNotContainPattern("<(?!meta|line|polyline)[a-z]+(?:\\s[^>]*)?/>");
  }

  @Test
  void saysWhereItRan() {
    assertThat(row(table("Where and how it ran"), "machine"))
        .containsExactly("Linux 6.18 amd64, 2 cores of Some Processor, 24,000 MiB");
    assertThat(row(table("Where and how it ran"), "commit"))
        .containsExactly("0123456789abcdef0123456789abcdef01234567");
    assertThat(row(table("Where and how it ran"), "load").get(0)).startsWith("1.25 to 1.25 ");
    assertThat(row(table("Where and how it ran"), "GPU 0"))
        .containsExactly("Some GPU, 81,559 MiB, driver 580.1");
  }

  @Test
  void theTableHasScoresErrorsAndRatios() {
    Element table = table("Inference");
    assertThat(elements(elements(table, "thead").get(0), "th")).extracting(Element::getTextContent)
        .containsExactly("benchmark", "score, µs", "± 99.9 %", "median", "best", "bytes allocated",
            "peer", "ratio", "95 %");
    assertThat(row(table, "rawRun, batch 1"))
        .containsExactly("23.3", "20.1", "20.0", "9.00", "712", "", "", "");
    assertThat(row(table, "spi, batch 1")).containsExactly("23.6", "20.3", "20.4", "9.10", "1,025",
        "rawRun", "1.01", "0.993 to 1.03");
    assertThat(row(table, "attested, batch 64")).containsExactly("1,400", "1,220", "1,200", "560",
        "7,100", "rawRun", "1.50", "1.50 to 1.50");
  }

  @Test
  void whatIsNotKnownIsADash() {
    assertThat(row(table("Registry"), "rawSync")).containsExactly("3,067", "–", "3,050", "3,300",
        "", "", "");
    assertThat(row(table("Registry"), "registerAndDeploy").get(1)).isEqualTo("–");
    assertThat(row(table("Registry"), "registerAndDeploy").get(5)).isEqualTo("0.500");
  }

  @Test
  void drawsALineForEachMethodWithAMarkAndAnIntervalForEachBatch() {
    Element chart = chart("Inference: µs per operation");
    assertThat(ofClass(chart, "polyline", "line")).hasSize(3)
        .allMatch(line -> line.getAttribute("points").split(" ", -1).length == 3);
    assertThat(ofClass(chart, "polyline", "s0")).hasSize(1);
    // three lines to an interval, three intervals to a line
    assertThat(ofClass(chart, "line", "bar")).hasSize(27);
    assertThat(elements(chart, "text")).extracting(Element::getTextContent)
        .contains("batch, logarithmic", "µs per operation, logarithmic", "rawRun", "spi",
            "attested");
  }

  @Test
  void greaterIsHigherAndEqualRatiosAreEquallyFarApart() {
    Element chart = chart("Inference: µs per operation");
    for (Element line : ofClass(chart, "polyline", "line")) {
      List<Double> heights = new ArrayList<>();
      for (String point : line.getAttribute("points").split(" ", -1)) {
        heights.add(-Double.parseDouble(point.split(",", -1)[1]));
      }
      assertThat(heights).isSorted();
    }
  }

  @Test
  void ratiosAreDotsBesideALineAtOne() {
    Element chart = chart("Inference: ratio to its raw peer");
    assertThat(ofClass(chart, "line", "one")).hasSize(1);
    double one = Double.parseDouble(ofClass(chart, "line", "one").get(0).getAttribute("x1"));
    assertThat(elements(chart, "text")).extracting(Element::getTextContent)
        .contains("ratio to its raw peer (of times: more is slower)", "spi, batch 1",
            "attested, batch 64")
        .doesNotContain("rawRun, batch 1");
    List<Element> low = ofClass(chart, "line", "bar");
    // the first interval's line from end to end: that of spi or attested with a batch of 1
    assertThat(low).isNotEmpty()
        .allSatisfy(line -> assertThat(Double.parseDouble(line.getAttribute("x1")))
            .isGreaterThan(one - 60));
    assertThat(chart("Registry: ratio to its raw peer").getTextContent())
        .contains("of rates: more is faster");
  }

  @Test
  void everyChartHasATitleATableAndItsUnit() {
    assertThat(elements("svg")).isNotEmpty().allSatisfy(svg -> {
      assertThat(svg.getAttribute("role")).isEqualTo("img");
      assertThat(elements(svg, "title").get(0).getTextContent())
          .contains("the table below has the same figures");
      assertThat(ofClass(svg, "text", "axis")).isNotEmpty();
    });
    assertThat(elements("table"))
        .allSatisfy(table -> assertThat(elements(table, "caption")).hasSize(1));
  }

  @Test
  void coloursAreOfAThemeForDayAndNight() {
    assertThat(page).contains("prefers-color-scheme: dark");
    assertThat(elements("svg")).allSatisfy(svg -> {
      for (String name : List.of("line", "text", "circle", "rect", "path", "polyline")) {
        assertThat(elements(svg, name)).allMatch(
            each -> !each.hasAttribute("fill") && !each.hasAttribute("stroke"));
      }
    });
  }

  @Test
  void latenciesHavePercentiles() {
    Element table = table("Single calls, µs: percentiles");
    assertThat(row(table, "rawRun, batch 1").get(0)).isEqualTo("100");
    assertThat(row(table, "rawRun, batch 1").get(5)).isEqualTo("90.0");
  }

  @Test
  void gpusHaveTheirUse() {
    Element table = table(
        "By nvidia-smi, five times a second, from the start of a row's JVM to its end");
    assertThat(elements(table, "tr")).hasSize(2);
    assertThat(elements(elements(table, "tr").get(1), "td")).extracting(Element::getTextContent)
        .containsExactly("1", "0", "87.5", "2,048", "310");
  }

  @Test
  void failuresAndNamesAreText() {
    assertThat(elements("li")).extracting(Element::getTextContent)
        .contains("InferenceBenchmark.spi, batch 8: java.lang.IllegalStateException: <torn>");
    assertThat(elements("p")).extracting(Element::getTextContent)
        .contains("All with callers 1, provider local <&\"'>.");
  }
}
