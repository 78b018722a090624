// The style of the fairness page: its paper, its tables and its pictures.
#ifndef AYNI_SERVICES_PAGE_FAIRNESS_STYLE_H_
#define AYNI_SERVICES_PAGE_FAIRNESS_STYLE_H_

namespace ayni::page {

inline constexpr char kFairnessStyle[] = R"(
:root { --paper: #ffffff; --ink: #14181c; --text: #333a40; --quiet: #5b656e; --rule: #dfe4e8; --soft: #f4f6f8;
  --blue: #0b6e99; --orange: #b4530a; --red: #b3261e; --green: #2f7d32; color-scheme: light dark }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #f2f5f7; --text: #c9d0d6; --quiet: #97a2ab;
  --rule: #2d343b; --soft: #1b2127; --blue: #5cb8e0; --orange: #f0a35e; --red: #ff8a80; --green: #84c987 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1040px; padding: 32px 24px 64px; background: var(--paper); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; color: var(--ink) }
h2 { font-size: 20px; margin: 44px 0 6px; padding-top: 14px; border-top: 2px solid var(--rule); color: var(--ink) }
h3 { font-size: 16px; margin: 26px 0 4px; color: var(--ink) }
p { margin: 6px 0 } a { color: var(--blue); text-decoration: none } a:hover { text-decoration: underline }
.quiet, figcaption { color: var(--quiet) } small { color: var(--quiet) }
nav { margin: 14px 0; display: flex; flex-wrap: wrap; gap: 4px 16px }
.banner { margin: 14px 0; padding: 8px 14px; border-left: 4px solid var(--orange); background: var(--soft) }
.banner.open { border-left-color: var(--green) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 12px; margin: 18px 0 }
.tile { background: var(--soft); border-radius: 8px; padding: 12px 14px }
.tile b { display: block; font-size: 25px; line-height: 1.25; color: var(--ink); font-variant-numeric: tabular-nums }
.tile a { color: inherit } .tile span { color: var(--quiet); font-size: 13px; display: block }
ul.look { padding-left: 20px; margin: 8px 0 } ul.look li { margin: 3px 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; margin: 8px 0 4px; font-variant-numeric: tabular-nums }
th { text-align: right; font-weight: 600; color: var(--quiet); border-bottom: 1px solid var(--rule); padding: 4px 5px;
  vertical-align: bottom } th a { color: inherit; text-decoration: underline dotted }
td { text-align: right; padding: 4px 5px; border-bottom: 1px solid var(--rule); white-space: nowrap }
th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal; min-width: 130px;
  color: var(--ink) }
th.words, td.words { text-align: left; white-space: normal }
.bad { color: var(--red); font-weight: 600 } .unsure { color: var(--orange) } .good { color: var(--green) }
.kept { color: var(--quiet); font-style: italic; text-align: left }
figure { margin: 10px 0; max-width: 880px } figure svg { width: 100%; height: auto; display: block }
svg text { font: 12.5px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--text) }
svg text.quiet { fill: var(--quiet); font-size: 11.5px } svg .grid { stroke: var(--rule) }
svg .whisker { stroke: var(--blue); stroke-width: 7; stroke-linecap: round; opacity: .28 }
svg .mark { fill: var(--blue) } svg .below { fill: var(--red) }
svg .unsure { fill: var(--paper); stroke: var(--orange); stroke-width: 2 }
svg .best { stroke: var(--green); stroke-width: 1.5 }
svg .fifths { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 5 4 }
svg .curve { fill: none; stroke-width: 2.5; stroke-linejoin: round } svg .a { stroke: var(--blue) }
svg .b { stroke: var(--orange); stroke-dasharray: 9 3 }
details { margin: 10px 0 } summary { cursor: pointer; color: var(--blue) }
dl dt { font-weight: 600; color: var(--ink); margin-top: 14px } dl dd { margin: 2px 0 0 }
code { font: 12.5px ui-monospace, "DejaVu Sans Mono", monospace; background: var(--soft); padding: 1px 5px;
  border-radius: 4px; overflow-wrap: anywhere }
.commands { padding-left: 20px; font-size: 13px } :target { outline: 2px solid var(--blue); outline-offset: 2px }
@media print { :root { --paper: #ffffff; --ink: #000000; --text: #222222; --quiet: #555555; --rule: #cccccc; --soft: #f4f4f4;
  --blue: #0b6e99; --orange: #b4530a; --red: #b3261e; --green: #2f7d32 } body { max-width: none; padding: 0 }
  section, figure, tr, .tile { break-inside: avoid } nav { display: none } table { font-size: 10.5px }
  td, th { padding: 3px 4px } }
@page { size: A4; margin: 14mm 12mm }
)";

}  // namespace ayni::page

#endif  // AYNI_SERVICES_PAGE_FAIRNESS_STYLE_H_
