"""How the class report looks: light and dark, and on paper."""

# Contrast is at least 7:1 for text and 3:1 for bars on their background, in both schemes; there
# is one colour for bars, so that none has to be told from another.
CLASS_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #ffffff; --rule: #75757c;
  --soft: #f2f2f4; --bar: #1f6fb2; --bad: #8f1212; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --paper: #17171b;
  --rule: #8b8b95; --soft: #24242a; --bar: #6fb3ec; --bad: #ffb3ad; } }
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
a { color: inherit; }
p, li, dd { overflow-wrap: anywhere; }
nav ul { padding-left: 1.25rem; columns: 2; }
.figures { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 1rem 0; }
.figures div { min-width: 5rem; }
.figures dt { font-size: 0.9rem; }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
figure { margin: 1rem 0; }
figure svg { display: block; width: 100%; max-width: 44rem; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; }
svg .count { font-weight: 600; }
svg .bar { fill: var(--bar); }
svg .axis { stroke: var(--rule); }
svg .track { fill: var(--soft); stroke: var(--rule); }
td svg { vertical-align: middle; margin-right: 0.5rem; }
.wide { overflow-x: auto; }
.wide:focus-visible, summary:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.9rem 0.25rem 0;
  border-bottom: 1px solid var(--rule); }
thead th { white-space: nowrap; }
th[scope=row] { font-weight: 400; }
.group th { padding-top: 0.9rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
article { margin: 1.5rem 0; padding-left: 1rem; border-left: 4px solid var(--bar); }
article p { margin: 0.25rem 0; }
.share { font-weight: 600; }
.lecture { margin: 0.5rem 0; padding: 0.5rem 0.75rem; background: var(--soft); }
.low { font-weight: 600; color: var(--bad); }
details { margin: 0.5rem 0; }
summary { cursor: pointer; width: fit-content; }
pre { margin: 0.5rem 0; padding: 0.75rem; background: var(--soft); white-space: pre-wrap;
  overflow-wrap: anywhere; font: 0.85rem/1.45 ui-monospace, monospace; }
@media (max-width: 40rem) { nav ul { columns: 1; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; }
  h2 { break-after: avoid; } article, svg, tr { break-inside: avoid; }
  .wide { overflow: visible; } a { text-decoration: none; } }
"""
