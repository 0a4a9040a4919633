package org.modelledger.fabric.devpeer;

import java.util.Comparator;

/** The order of keys in the state: that of their UTF-8 bytes, as Fabric has it. */
final class Keys {
  static final Comparator<String> ORDER = Keys::compare;

  private Keys() {}

  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // characters beyond U+FFFF are pairs from D800..DFFF here, and come after U+FFFF in UTF-8
        if (Character.isSurrogate(x) != Character.isSurrogate(y)) {
          return Character.isSurrogate(x) ? 1 : -1;
        }
        return Character.compare(x, y);
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
