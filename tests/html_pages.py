"""The HTML that a saved text page may have been: its words in the markup that such sites use, among their furniture."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_ITEM = re.compile(r"(?P<indent> +)(?P<mark>•|\d+\.) (?P<text>.*)")
_FURNITURE_BEFORE = """<!DOCTYPE html>
<!-- saved from url=(0044)https://example.org/trial -->
<html lang="en"><head><meta charset="utf-8"><title>A title | a site</title>
<style>p { content: "Brief Summary:" }</style>
<script>var page = "</p><h2>Exclusion Criteria</h2><p>" + '<div>NCT00000000</div>';</script></head>
<body class="page">
<nav><ul><li>Home<li>Find a trial</ul></nav><noscript>Switch scripts on</noscript>
<div role="dialog" style="display: none"><p>We use cookies</p></div>
<svg><title>Logo of nobody</title></svg>
"""
_FURNITURE_AFTER = (
    "\n<script>track('RECRUITING');</script><template><p>Exclusion Criteria</p></template></body></html>\n"
)

# Lines whose cells ran together when the page was saved as text, and the cells that they were.
_ROWS = {
    "Condition or disease Intervention/treatment Phase": ["Condition or disease", "Intervention/treatment", "Phase"],
    "Lymphoma Drug: lenalidomide Phase 2": ["Lymphoma", "Drug: lenalidomide", "Phase 2"],
    "Arm Intervention/treatment": ["Arm", "Intervention/treatment"],
    "Experimental: Lenalidomide Drug: lenalidomide": ["Experimental: Lenalidomide", "Drug: lenalidomide"],
    "Study Chair: Timothy M. Kuzel, MD Robert H. Lurie Cancer Center": [
        *("Study Chair:", "Timothy M. Kuzel, MD", "Robert H. Lurie Cancer Center")
    ],
    "Phase Phase 2": ["Phase", "Phase 2"],
    "GroupInterventionDescription": ["Group", "Intervention", "Description"],
    "NameTimeMethod": ["Name", "Time", "Method"],
}
_LABELLED = re.compile(
    r"(?P<label>(?:Recruitment Status|First Posted|Last Update Posted|Study Type|(?:Estimated )?Enrollment|Allocation"
    r"|Intervention Model|Masking|Primary Purpose|Official Title|Study Start Date"
    r"|Estimated (?:Primary|Study) Completion Date|Ages Eligible for Study|Sexes Eligible for Study"
    r"|Accepts Healthy Volunteers|Responsible Party|Last Verified) ?:) ?(?P<value>.*)"
    r"|(?P<name>NCT number|Study type|Source|Contact|Phone|Email|Status|Start date|Completion date) (?P<it>.*)"
)
_OUTCOME = re.compile(r"(?P<measure>.*[a-z)])(?P<time>2 years|6 months|Day \+100)")
_HEADINGS = re.compile(
    r"About This Trial|What Stage of Research Is This\?|Who May Be Eligible \(Plain English\)|Locations \(1\)"
    r"|Original Eligibility Criteria|Treatments Being Tested|How to Talk to Your Doctor About This Trial"
    r"|Authoritative Sources|Frequently Asked Questions|How This Page Is Built|Clinical Trial (?:Summary|Description)"
    r"|Who can enter|Trial design|Hospital visits|Side effects|Brief Summary:?|Detailed Description:?|Study Design"
    r"|Recruitment & Eligibility|Study & Design|Trial Locations"
)
_ARM = "blinatumomabblinatumomab"


def page_as_html(text: str) -> str:
    """The page of one of the five systems, marked up; every word of `text` is in it once."""
    blocks = "\n".join(_blocks(text.split("\n")))
    return _FURNITURE_BEFORE + blocks + _FURNITURE_AFTER


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif _ITEM.fullmatch(line):
            end = _end_of_list(lines, at)
            yield _list(lines[at:end])
            at = end
        elif line.startswith("Layout table") or _cells(line):
            end = at + 1
            while end < len(lines) and (_cells(lines[end]) or _under_a_row(lines, end)):
                end += 1
            yield _table(lines[at:end])
            at = end
        elif _HEADINGS.fullmatch(line.strip()):
            yield f'<h2 class="head"><a name="s{at}"></a>{_escaped(line)}</h2>'
            at += 1
        else:
            end = at + 1
            while end < len(lines) and lines[end].strip() and not _special(lines[end]):
                end += 1
            yield _paragraph(lines[at:end])
            at = end


def _special(line: str) -> bool:
    return bool(_ITEM.fullmatch(line) or _cells(line) or _HEADINGS.fullmatch(line.strip())) or "Layout" in line


def _under_a_row(lines: list[str], at: int) -> bool:
    """A text that stands in the last cell of the row above it."""
    if lines[at].strip():
        before = next((line for line in reversed(lines[:at]) if line.strip()), "")
        return before.startswith("Experimental:") or (_OUTCOME.fullmatch(before) is not None)
    after = next((line for line in lines[at:] if line.strip()), "")
    above = next((line for line in reversed(lines[:at]) if line.strip()), "")
    return _OUTCOME.fullmatch(above) is not None or (_OUTCOME.fullmatch(after) is not None)


def _cells(line: str) -> list[str] | None:
    if known := _ROWS.get(line.strip()):
        return known
    if line.startswith(_ARM):
        return ["blinatumomab", "blinatumomab", line.removeprefix(_ARM)]
    if match := _LABELLED.fullmatch(line):
        return [match["label"] or match["name"], match["value"] or match["it"] or ""]
    match = _OUTCOME.fullmatch(line)
    return [match["measure"], match["time"]] if match else None


def _table(lines: list[str]) -> str:
    rows: list[list[str]] = []
    caption = f"<caption>{lines.pop(0)}</caption>" if lines[0].startswith("Layout table") else ""
    for line in filter(str.strip, lines):
        cells = _cells(line)
        if cells:
            rows.append([_escaped(cell) for cell in cells])
        elif _OUTCOME.fullmatch("".join(html.unescape(cell) for cell in rows[-1][:2])):
            rows[-1].append(f"<p>{_escaped(line)}</p>")
        else:
            rows[-1][-1] += f'<div class="tr-indent2">{_escaped(line)}</div>'
    inside = "\n".join("<tr>" + "".join(f"\n  <td>{cell}</td>" for cell in row) + "\n</tr>" for row in rows)
    head = '<thead><tr><th id="a"></th><th id="b"></th></tr></thead>'
    return f'<table class="t">{caption}{head}<tbody>{inside}</tbody></table>'


def _end_of_list(lines: list[str], at: int) -> int:
    """A list goes on over one blank line, not over two."""
    end = at
    for number in range(at, len(lines)):
        if lines[number].strip():
            if not lines[number].startswith("  "):
                break
            end = number + 1
        elif not lines[number - 1].strip():
            break
    return end


def _list(lines: list[str]) -> str:
    out: list[str] = []
    depths: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        match = _ITEM.fullmatch(line)
        if not line.strip():
            continue
        if not match:
            out.append(f"<blockquote>{_escaped(line.strip())}</blockquote>")
            continue
        depth, tag = len(match["indent"]), "ul" if match["mark"] == "•" else "ol"
        while depths and depths[-1][0] > depth:
            out.append(f"</{depths.pop()[1]}>")
        if not depths or depths[-1][0] < depth:
            depths.append((depth, tag))
            out.append(f"<{tag}>")
        loose = tag == "ol" and any(not one.strip() for one in lines[number : number + 2])
        text = _escaped(match["text"])
        out.append(f"<li><p>{text}</p>" if loose else f"<LI>{text}")
    out += [f"</{tag}>" for _, tag in reversed(depths)]
    return "\n".join(out)


def _paragraph(lines: list[str]) -> str:
    if len(lines) == 1:
        return f"<p>{_escaped(lines[0])}</p>"
    return "<section>" + "\n".join(f"<div>{_escaped(line)}</div>" for line in lines) + "</section>"


def _escaped(line: str) -> str:
    """Words in the spelling of HTML, some of them in an element of their own, as sites mark a term."""
    spelt = html.escape(line, quote=False).replace("\N{NO-BREAK SPACE}", "&nbsp;").replace("’", "&rsquo;")
    spelt = spelt.replace(" Open a glossary item", ' <span class="visually-hidden">Open a glossary item</span>')
    return re.sub(r"\b(lenalidomide|thalidomide|years)\b", r'<span class="term" title="a > b">\1</span>', spelt)
