package org.modelledger.bench.suite;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes elements that are well-formed both as XML and as HTML. For one thread. */
final class Markup {
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter out;

  Markup() {
    try {
      out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("XML cannot be written", e);
    }
  }

  private interface Step {
    void run() throws XMLStreamException;
  }

  private Markup step(Step step) {
    try {
      step.run();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return this;
  }

  /** Begins an element; attributes are names and values in turns. */
  Markup open(String name, String... attributes) {
    return step(() -> {
      out.writeStartElement(name);
      attributes(attributes);
    });
  }

  /** Writes an element that has no content in HTML. */
  Markup empty(String name, String... attributes) {
    return step(() -> {
      out.writeEmptyElement(name);
      attributes(attributes);
    });
  }

  /** Writes an element with text in it. */
  Markup element(String name, String content, String... attributes) {
    return open(name, attributes).text(content).close();
  }

  Markup text(String content) {
    return step(() -> out.writeCharacters(content));
  }

  Markup close() {
    return step(out::writeEndElement);
  }

  /** Ends a line. */
  Markup line() {
    return text("\n");
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      out.writeAttribute(attributes[i], attributes[i + 1]);
    }
  }

  /** Returns what was written. */
  @Override
  public String toString() {
    step(out::flush);
    return text.toString();
  }
}
