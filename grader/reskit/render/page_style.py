"""The styles of what is shown: of a whole page, and of a fragment in a notebook's cell."""

from __future__ import annotations

# Contrast is at least 7:1 for text on its background, in both schemes; the outcome of a case is
# always a word, never a colour alone.
STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #ffffff; --rule: #75757c;
  --soft: #f4f4f6; --good: #0b5a2a; --bad: #8f1212; --tint: #fdeceb; --remark: #4a4f58;
  --text: #0a5132; --word: #6a1b8a; --name: #0b3d91; --number: #7a3300; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf1; --paper: #17171b; --rule: #8b8b95;
  --soft: #202026; --good: #8fe0ab; --bad: #ffb3ad; --tint: #3d1f20; --remark: #b9bec9;
  --text: #9fe3b6; --word: #e3bcff; --name: #b3ceff; --number: #ffcb99; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 56rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; }
h1 { margin: 0.2rem 0; font-size: 1.7rem; }
h2 { margin: 0 0 0.75rem; font-size: 1.35rem; }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1.05rem; }
p { margin: 0.5rem 0; }
.course { margin: 0; color: var(--remark); }
.score { font-size: 1.15rem; }
.score strong { font-size: 1.9rem; }
section { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
section.overview { margin-top: 1rem; padding-top: 0; border: 0; }
.points { font-weight: 400; font-size: 1rem; margin-inline-start: 0.5rem; white-space: nowrap; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
article { margin: 1rem 0; padding: 0.1rem 0 0.1rem 1rem; border-left: 4px solid var(--bad); }
article > h3 { margin: 0.25rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0.5rem 0; }
dt { font-weight: 600; }
dd { margin: 0; min-width: 0; }
code, pre { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 0.875rem; }
pre { white-space: pre-wrap; max-height: 30rem; overflow: auto; padding: 0.75rem;
  background: var(--soft); }
.says { white-space: pre-wrap; unicode-bidi: isolate; }
.remark { color: var(--remark); }
figure { margin: 1rem 0; overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--remark); font-size: 0.9rem; }
details { margin: 0.25rem 0; }
details details { margin-left: 1rem; }
summary { cursor: pointer; width: fit-content; }
a { color: inherit; }
summary:focus-visible, a:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--name); outline-offset: 2px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.925rem; }
table.checks { width: 100%; }
caption { text-align: left; font-weight: 600; padding: 0.5rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0;
  border-bottom: 1px solid var(--rule); }
tbody th { font-weight: 400; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.mark, .reskit-table th { white-space: nowrap; }
tr.differs { background: var(--tint); }
.bar { display: block; }
pre.code { white-space: pre; max-height: none; padding: 0.75rem 0; line-height: 1.5;
  contain: paint; }
pre.code code { font-size: 0.8rem; }
.line, .note { display: block; padding: 0 0.75rem; max-height: 1.5em; direction: ltr;
  unicode-bidi: isolate; }
.line bdi { unicode-bidi: isolate; }
.line.marked { background: var(--tint); font-weight: 600; }
.at { color: var(--remark); font-weight: 400; user-select: none; }
.note { max-height: none; padding: 0.1rem 0.75rem 0.4rem 4.5rem; background: var(--tint);
  color: var(--bad); font-family: system-ui, sans-serif; font-weight: 600; white-space: pre-wrap; }
.code .remark { color: var(--remark); }
.code .text { color: var(--text); }
.code .word { color: var(--word); }
.code .name { color: var(--name); }
.code .number { color: var(--number); }
@media (max-width: 40rem) { body { padding: 1rem; }
  table.overview td:last-child { display: none; } th, td { padding-right: 0.5rem; } }
footer { margin-top: 3rem; padding-top: 0.5rem; border-top: 1px solid var(--rule);
  color: var(--remark); font-size: 0.85rem; }
@media print { :root { --ink: #000; --paper: #fff; --rule: #75757c; --soft: #f4f4f6;
    --good: #0b5a2a; --bad: #8f1212; --tint: #fdeceb; --remark: #4a4f58; --text: #0a5132;
    --word: #6a1b8a; --name: #0b3d91; --number: #7a3300; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  section { break-before: auto; } article, figure, tr, .line { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  pre, .wide, figure { overflow: visible; max-height: none; }
  pre.code { white-space: pre-wrap; } .line { max-height: none; }
  details.table::details-content { content-visibility: visible; height: auto; } }
"""

# A notebook cell stands in a page with headings and colours of its own, light or dark: only sizes
# and borders are set, in em, and for our fragment alone. Where a front end drops it, text remains.
CELL_STYLE = """
.reskit h2, .reskit h3 { font-weight: 600; line-height: 1.25; margin: 0.25em 0; }
.reskit h2 { font-size: 1.3em; }
.reskit h3 { font-size: 1em; }
.reskit p { margin: 0.25em 0; }
.reskit article { margin: 0.5em 0; padding-left: 0.75em; border-left: 4px solid #cf222e; }
.reskit .says { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.reskit figure { margin: 0.5em 0; overflow-x: auto; }
.reskit svg { max-width: 100%; height: auto; color: inherit; }
.reskit details details { margin-left: 1em; }
.reskit summary { cursor: pointer; width: fit-content; }
.reskit .wide { overflow-x: auto; }
.reskit caption { text-align: left; color: inherit; }
.reskit table th, .reskit table td { text-align: left; padding: 0.15em 0.8em 0.15em 0; }
.reskit .mark { white-space: nowrap; }
"""
