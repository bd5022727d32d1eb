"""How much of a paper `papertui read` shows: words, formulas, tables, listings and links, per document.

Usage: ``python benchmarks/reading.py PAGE.html TEXT.md ...``, pages as LaTeXML and arXiv write them, and Markdown that
was converted from them. Without one, those of tests/sources/fulltext/pages are read; `benchmarks/papers` has the
sources of some, for ``latexmlc --format=html5``. In a page, ``<!-- source -->`` and ``<!-- words -->`` say what is no
text of the paper: the source of a drawing, a record of a citation.
"""

from __future__ import annotations

import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple

from papertui.cli.paper_text import TextStyle, document_lines
from papertui.model.document import Document
from papertui.sources.fulltext.latexml import read_html
from papertui.sources.fulltext.markdown import read_markdown

_PAGES: Final = Path(__file__).parents[1] / "tests" / "sources" / "fulltext" / "pages"
_VOID: Final = frozenset(("br", "img", "hr", "input", "link", "meta", "col", "area", "base", "wbr", "source", "embed"))
#: Not words of the paper: what a formula says is counted apart, the rest is the frame of the page.
_OUTSIDE: Final = frozenset(("math", "svg", "script", "style", "nav", "button", "footer", "header", "dialog"))
_NOT_WORDS: Final = frozenset(
    (
        "ltx_ERROR", "ltx_TOC", "ltx_page_footer", "ltx_page_logo", "package-alerts", "ltx_note_type", "ltx_tag_note",
        "ltx_listing_data", "ltx_note_mark", "ltx_rdf", "sr-only", "ltx_contact_name", "infobox", "ltx_picture",
        "ltx_phantom",
    )
)  # fmt: skip
_INLINE: Final = frozenset(("span", "a", "em", "i", "b", "strong", "sub", "sup", "cite", "code"))
_WORD: Final = re.compile(r"\w+", re.UNICODE)
_ROWS: Final = re.compile(
    r"\\begin\{(?:[pbvBV]?matrix|smallmatrix|cases|array|aligned|split)\*?\}|\\substack\b|\\(?:under|over)brace\b"
)
#: TeX that a reader should not see. Author macros that no table knows are counted, too.
_RAW: Final = re.compile(r"\\[A-Za-z]+|%\s|[{}]{2}|\[[rgbcmykHTML]+\]")


class _Facts(NamedTuple):
    words: Counter[tuple[str, str]]  # (element, word)
    formulas: list[str]  # the TeX of displays and of formulas in rows
    cells: list[str]
    lines: int  # of listings
    bibliography: list[str]  # targets of the links in it
    links: list[str]  # targets of all other links
    pictures: int


class _Page(HTMLParser):
    """Collects what a page of a paper shows."""

    def __init__(self) -> None:
        super().__init__()
        self.facts = _Facts(Counter(), [], [], 0, [], [], 0)
        self._open: list[tuple[str, str]] = []
        self._outside = 0
        self._inside = 0
        self._cell: list[str] | None = None
        self.lines = self.pictures = 0
        self._run: list[tuple[str, str]] = []
        self._is_source = False

    def handle_comment(self, data: str) -> None:
        if data.strip() in ("source", "words"):
            self._is_source = data.strip() == "source"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag not in _INLINE or _NOT_WORDS.intersection(known.get("class", "").split()):
            self.end_run()
        classes = known.get("class", "").split()
        kept = not self._outside and self._inside
        if tag == "math" and kept and known.get("alttext"):
            self.facts.formulas.append(known["alttext"])
        if tag == "img" and kept and "ltx_graphics" in classes:
            self.pictures += 1
        if tag == "a" and kept and known.get("href", "").strip("#"):
            here = any("ltx_bibliography" in one or "ltx_bibitem" in one for _, one in self._open)
            (self.facts.bibliography if here else self.facts.links).append(known["href"])
        if tag in _VOID:
            return
        self._open.append((tag, known.get("class", "")))
        self._inside += "ltx_document" in classes
        self._outside += tag in _OUTSIDE or not _NOT_WORDS.isdisjoint(classes)
        self.lines += kept and "ltx_listingline" in classes

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.end_run()
        if not any(name == tag for name, _ in self._open):
            return
        while self._open:
            name, classes = self._open.pop()
            split = classes.split()
            self._inside -= "ltx_document" in split
            self._outside -= name in _OUTSIDE or not _NOT_WORDS.isdisjoint(split)
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._outside or not self._inside or self._is_source:
            return
        where = next(
            (
                one
                for _, classes in reversed(self._open)
                for one in classes.split()
                if one.startswith("ltx_") and not one.startswith(("ltx_text", "ltx_font", "ltx_align", "ltx_lst_"))
            ),
            "?",
        )
        self._run.append((where, data))

    def end_run(self) -> None:
        """Count the words of a run of text; H<sub>2</sub>O is one."""
        text = "".join(data for _, data in self._run)
        owners = [where for where, data in self._run for _ in data]
        self.facts.words.update((owners[word.start()], _same(word[0])) for word in _WORD.finditer(text))
        self._run.clear()


class Grade(NamedTuple):
    """What is lost of one document."""

    words: int
    lost: Counter[str]  # by element
    formulas: int
    raw: list[str]
    tables: int
    cut: int
    bibliography: tuple[int, int]  # links in the page, kept
    links: tuple[int, int]
    pictures: tuple[int, int]
    samples: list[str]


def grade(page: str, document: Document) -> Grade:
    """Compare a page with what is shown of it."""
    reader = _Page()
    reader.feed(page)
    reader.end_run()
    facts = reader.facts
    shown = "".join(document_lines(document, TextStyle(date(2026, 1, 1), 100)))
    piped = "".join(document_lines(document, TextStyle(date(2026, 1, 1))))
    there = Counter(map(_same, _WORD.findall(piped)))
    everything = _same(piped)
    lost: Counter[str] = Counter()
    samples = []
    for (where, word), number in facts.words.items():
        missing = max(0, number - there[word])
        there[word] = max(0, there[word] - number)
        if missing and not _parts_shown(word, everything):
            lost[where] += missing
            samples.append(f"{where}: {word}")
    targets = Counter(span.target for part in document.parts for span in getattr(part, "spans", ()) if span.target)
    return Grade(
        sum(facts.words.values()),
        lost,
        len(facts.formulas),
        list(_wrong(facts.formulas, document)),
        sum(part.kind in ("table", "code") for part in document.parts),
        sum(_is_cut(part.text, shown) for part in document.parts if part.kind in ("table", "code")),
        _kept(facts.bibliography, targets),
        _kept(facts.links, targets),
        (reader.pictures, sum(part.kind == "figure" and bool(getattr(part, "src", "")) for part in document.parts)),
        samples,
    )


def _same(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _parts_shown(word: str, text: str) -> bool:
    """Whether a word is shown in other letters: as a superscript, or joined to its neighbour."""
    return len(word) > 2 and word in text


def _kept(links: list[str], targets: Counter[str]) -> tuple[int, int]:
    wanted = Counter(_bare(link) for link in links)
    have = Counter({_bare(target): 0 for target in targets})
    for target, number in targets.items():
        have[_bare(target)] += number
    return sum(wanted.values()), sum(min(number, have[link]) for link, number in wanted.items())


def _bare(link: str) -> str:
    return link[link.index("#") :] if "#" in link and "arxiv.org/html" in link else link


def _is_cut(text: str, shown: str) -> bool:
    return any(line.strip() and line.strip() not in shown for line in text.split("\n"))


def _wrong(formulas: list[str], document: Document) -> Iterator[str]:
    """Yield formulas in the output that are raw, and the environments whose rows or brackets are missing."""
    for part in document.parts:
        if part.kind == "formula" and _RAW.search(part.text):
            yield f"raw: {part.text}"
    from papertui.model.text import formula  # noqa: PLC0415 - only here

    for tex in formulas:
        made = formula(tex)
        if _ROWS.search(tex) and (problem := _rows_problem(tex, made)):
            yield f"{problem}: {tex[:80]!r} -> {made[:80]!r}"
        elif _RAW.search(made):
            yield f"raw: {tex[:80]!r} -> {made[:80]!r}"


def _rows_problem(tex: str, made: str) -> str:
    rows = tex.count("\\\\")
    if rows and not any(sign in made for sign in (";", " / ", "\n")):
        return "rows"
    if re.search(r"\\begin\{[pbvBV]matrix|\\left[(\[|]", tex) and not re.search(r"[(\[|‖]", made):
        return "brackets"
    if "brace" in tex and not any(sign in made for sign in "⏟⏞{"):
        return "brace"
    return ""


#: What a converter writes between the copies of a formula.
_COPIES: Final = re.compile(r"(?:start|end)_[A-Z]{3,}|\b(?:italic|roman|bold|caligraphic)_\S|subscript [^a-z\s]")
_MARKUP: Final = re.compile(
    r"footnotetext|footnotemark|\\(?:fnm|sur|equalcont|useunder)\b|Refer to caption"
    r"|Report issue for preceding element|Back to arXiv"
)
_MARKDOWN_LINK: Final = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)")
_RULED: Final = re.compile(r"^(\S[^\n]*)\n-{3,}$", re.MULTILINE)


def markdown_line(path: Path) -> str:
    """Return the grades of a converted text: what it repeats or shows of its source, and what it loses."""
    text = path.read_text(encoding="utf-8")
    begun = time.perf_counter()
    document = read_markdown(text.encode())
    spent = time.perf_counter() - begun
    lines = [part.text for part in document.parts]
    shown = "\n".join(lines)
    twice = sum(len(re.findall(r"(?<!\S)([^\W\d_]|[^\s]*[=<>+^_][^\s]*) \1(?!\S)", line)) for line in lines)
    headings = {part.text for part in document.parts if part.kind == "heading"}
    targets = Counter(span.target for part in document.parts for span in part.spans if span.target)
    prose = " ".join(
        line
        for line in text.partition("Markdown Content:")[2].split("\n")
        if "\\" not in line and "_" not in line and "](" not in line
    )
    words = Counter(map(_same, re.findall(r"[^\W\d_]{3,}", _MARKUP.sub("", prose))))
    there = Counter(
        map(_same, re.findall(r"[^\W\d_]{3,}", "\n".join([document.title, *(p.mark for p in document.parts), shown])))
    )
    lost = words - there
    wanted = _RULED.findall(text)
    links = _kept(_MARKDOWN_LINK.findall(text), targets)
    return (
        f"{path.name:<28} words {sum(words.values()):>6} lost {sum(lost.values()):>4}  "
        f"copies of formulas {len(_COPIES.findall(shown)) + twice:>4}  raw {len(_RAW.findall(shown)):>3}  "
        f"markup {len(_MARKUP.findall(shown)):>3}  headings {sum(one in headings for one in wanted)}/{len(wanted)}  "
        f"links {links[1]}/{links[0]}  {spent * 1000:.0f} ms"
    )


def main() -> int:
    paths = [Path(name) for name in sys.argv[1:]] or sorted((*_PAGES.glob("*.html"), *_PAGES.glob("*.md")))
    for path in paths:
        if path.suffix == ".md":
            print(markdown_line(path))
            continue
        page = path.read_text(encoding="utf-8", errors="replace")
        begun = time.perf_counter()
        document = read_html(page.encode())
        spent = time.perf_counter() - begun
        made = grade(page, document)
        lost = sum(made.lost.values())
        print(
            f"{path.stem:<28} words {made.words:>6} lost {lost:>4} ({100 * lost / max(made.words, 1):.1f} %)  "
            f"formulas {made.formulas:>4} wrong {len(made.raw):>3}  tables+listings {made.tables:>3} cut {made.cut}  "
            f"bibliography links {made.bibliography[1]}/{made.bibliography[0]}  links {made.links[1]}/{made.links[0]}  "
            f"pictures {made.pictures[1]}/{made.pictures[0]}  {spent * 1000:.0f} ms"
        )
        for element, number in made.lost.most_common(8):
            print(f"    lost in {element}: {number}  {[s for s in made.samples if s.startswith(element + ':')][:6]}")
        for line in made.raw[:8]:
            print(f"    {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
