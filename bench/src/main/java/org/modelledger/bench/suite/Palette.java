package org.modelledger.bench.suite;

/** How a page looks, by day and by night. */
final class Palette {
  /** How many colours there are; the first is that of raw rows. */
  static final int COLOURS = 7;

  /** Colours after Okabe and Ito, which people who see fewer colours can tell apart. */
  static final String CSS = """
      :root { --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --rule: #d0d7de; --row: #f6f8fa;
        --s0: #6e7781; --s1: #0072b2; --s2: #b85c00; --s3: #007a5a; --s4: #a8457f; --s5: #7a6a00; --s6: #3f6fb5; }
      @media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9aa4af;
        --rule: #30363d; --row: #161b22; --s0: #8b949e; --s1: #56b4e9; --s2: #f0a04b; --s3: #2fc99b;
        --s4: #e08fc0; --s5: #e5d44c; --s6: #9ab8f0; } }
      :root { color-scheme: light dark; }
      body { background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
        max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h1, h2, h3 { line-height: 1.25; }
      h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--rule); }
      p.note, caption, figcaption { color: var(--soft); font-size: 0.9rem; text-align: left; }
      figure { margin: 1rem 0; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; font-size: 0.85rem; margin: 0.5rem 0; }
      th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
      th:first-child { text-align: left; font-weight: normal; }
      thead th { font-weight: 600; }
      tr.raw { color: var(--soft); }
      svg { width: 100%; height: auto; display: block; }
      svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
      svg text.tick, svg text.axis { fill: var(--soft); text-anchor: middle; }
      svg text.up { text-anchor: end; }
      svg text.label { text-anchor: end; font-size: 11px; }
      svg line.grid { stroke: var(--rule); stroke-width: 1; }
      svg line.one { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 4 3; }
      svg .bar { stroke-width: 1.5; }
      svg polyline.line { fill: none; stroke-width: 1.5; }
      svg polyline.s0 { stroke-dasharray: 5 3; }
      svg .mark { stroke: var(--paper); stroke-width: 1; }
      .s0 { fill: var(--s0); stroke: var(--s0); } .s1 { fill: var(--s1); stroke: var(--s1); }
      .s2 { fill: var(--s2); stroke: var(--s2); } .s3 { fill: var(--s3); stroke: var(--s3); }
      .s4 { fill: var(--s4); stroke: var(--s4); } .s5 { fill: var(--s5); stroke: var(--s5); }
      .s6 { fill: var(--s6); stroke: var(--s6); }
      """;

  private Palette() {}
}
