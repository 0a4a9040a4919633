package org.modelledger.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** Reads what the poms declare, so that a forbidden dependency is found even before a class uses it. */
final class Poms {
  /** A dependency on one of our own rooms, as a pom declares it. */
  record Declared(String room, String scope) {}

  private static final String PREFIX = "modelledger-";

  private Poms() {}

  /** The directories that the parent pom names as modules. */
  static List<String> modules(Path root) throws IOException {
    List<String> modules = new ArrayList<>();
    for (Element list : children(parse(root.resolve("pom.xml")).getDocumentElement(), "modules")) {
      for (Element module : children(list, "module")) {
        modules.add(module.getTextContent().strip());
      }
    }
    return List.copyOf(modules);
  }

  /** The dependencies on our own rooms that the pom of a room declares. */
  static List<Declared> declared(Path pom) throws IOException {
    return declaredIn(parse(pom).getDocumentElement());
  }

  /** The rooms that the BOM offers to users. */
  static List<String> managed(Path bom) throws IOException {
    List<String> rooms = new ArrayList<>();
    for (Element management : children(parse(bom).getDocumentElement(), "dependencyManagement")) {
      declaredIn(management).forEach(declared -> rooms.add(declared.room()));
    }
    return List.copyOf(rooms);
  }

  /** A property of the pom; empty where it has none of that name. */
  static String property(Path pom, String name) throws IOException {
    for (Element properties : children(parse(pom).getDocumentElement(), "properties")) {
      for (Element property : children(properties, name)) {
        return property.getTextContent().strip();
      }
    }
    return "";
  }

  /** One sentence for each declared dependency that no arrow allows. */
  static List<String> violations(String room, List<Declared> dependencies) {
    Set<String> main = Rooms.reachable(Rooms.ARROWS).getOrDefault(room, Set.of());
    Set<String> test = Rooms.TEST_ARROWS.getOrDefault(room, Set.of());
    List<String> violations = new ArrayList<>();
    for (Declared dependency : dependencies) {
      boolean allowed = switch (dependency.scope()) {
        case "test" -> main.contains(dependency.room()) || test.contains(dependency.room());
        case "runtime" -> main.contains(dependency.room())
            || (Rooms.APPLICATIONS.contains(room) && Rooms.BACKENDS.contains(dependency.room()));
        default -> main.contains(dependency.room());
      };
      if (!allowed) {
        violations.add(room + " declares " + dependency.room() + " with scope " + dependency.scope()
            + "; its main code may know " + main + ", its tests also " + test);
      }
    }
    return List.copyOf(violations);
  }

  private static List<Declared> declaredIn(Element parent) {
    List<Declared> declared = new ArrayList<>();
    for (Element list : children(parent, "dependencies")) {
      for (Element dependency : children(list, "dependency")) {
        String artifact = text(dependency, "artifactId");
        if (text(dependency, "groupId").equals("org.modelledger") && artifact.startsWith(PREFIX)) {
          String scope = text(dependency, "scope");
          declared.add(new Declared(Rooms.ofArtifact(artifact.substring(PREFIX.length())),
              scope.isEmpty() ? "compile" : scope));
        }
      }
    }
    return List.copyOf(declared);
  }

  private static String text(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? "" : found.get(0).getTextContent().strip();
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        children.add(element);
      }
    }
    return children;
  }

  private static Document parse(Path pom) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return factory.newDocumentBuilder().parse(pom.toFile());
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(pom + " is not a pom that can be read", e);
    }
  }
}
