"""Parse BibTeX and BibLaTeX into entries, and find the ids of papers in bibliographies.

bibtexparser splits the file, resolves strings and reports what it cannot parse.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry, ParsingFailedBlock

from papertui.errors import UsageError
from papertui.model.identity import arxiv_id_of_doi, doi_of
from papertui.model.paper import ARXIV_ID, paper_id

#: An arXiv id as written in any field: an address, “arXiv:2604.26951”, CoRR's “abs/2604.26951”.
_NAMED = re.compile(
    rf"(?:arxiv(?:\.org)?[:/\s]\s*(?:(?:abs|pdf|html)/)?|huggingface\.co/papers/|\babs/)\s*{ARXIV_ID.pattern}(?![\d/])",
    re.IGNORECASE | re.ASCII,
)
#: What may stand around the id in a field that is the id of the work; other words mean that another work is mentioned.
_AROUND = re.compile(
    r"https?:/*|\\(?:url|href|emph|textit|texttt)\b|\b(?:arxiv|corr|pre-?prints?|e-?prints?|abs|art(?:icle)?|id|identifier|"
    r"available|at|from|online|version|v\d+|www|export|browse|org|pdf|in|(?:19|20)\d\d)\b|\[[a-z.-]+\]",
    re.IGNORECASE,
)
_PAGE = re.compile(
    rf"<?(?:https?:/+)?[\w.-]*\b(?:arxiv|alphaxiv|ar5iv|huggingface|hf)\b[\w.-]*/[\w/]*?{ARXIV_ID.pattern}"
    r"(?:\.pdf|\.md)?/?(?:[?#]\S*)?[>.,;]?",
    re.IGNORECASE | re.ASCII,
)
#: Characters searched in a field that may contain an id.
_LONGEST_ID_FIELD = 10_000
#: Three thousand authors need less.
_LONGEST_FIELD = 1 << 18
#: An operand of ``#``: a group (not deep), a quoted text, or the name of a string.
_OPERAND = re.compile(r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|\"[^\"]*\"|[^\s#{}\"]+")


class BibtexFile(NamedTuple):
    """What a bibliography contains already, for appending to it."""

    #: The keys of its entries, as written.
    keys: frozenset[str]
    ids: frozenset[str]
    #: In lower case.
    dois: frozenset[str]
    #: Whether the last entry is closed; if not, appended text would become part of it.
    closed: bool


def existing_entries(written: str) -> BibtexFile:
    """Return the keys, arXiv ids and DOIs of a file, including those of damaged entries."""
    keys: set[str] = set()
    ids: set[str] = set()
    found_dois: set[str] = set()
    closed = True
    for fields, _ in parse_entries(written):
        closed = fields is not None
        if fields is None:
            continue
        keys.add(fields["entrykey"])
        id_, doi = ids_of(fields)
        ids |= {id_} if id_ else set()
        found_dois |= {doi} if doi else set()
    return BibtexFile(frozenset(keys), frozenset(ids), frozenset(found_dois), closed)


def parse_entries(written: str) -> Iterator[tuple[dict[str, str] | None, str]]:
    """Yield the fields of each entry by lower-case names, its key as ``entrykey``; or why it cannot be read."""
    logger = logging.getLogger("bibtexparser")
    if not logger.handlers:  # the same errors are returned here
        logger.addHandler(logging.NullHandler())
    library = parse_string(written.replace("\r\n", "\n").replace("\r", "\n"))
    strings = {name.lower(): str(string.value) for name, string in library.strings_dict.items()}
    for block in library.blocks:
        found = block
        if isinstance(block, ParsingFailedBlock):
            # Keep an entry with a duplicate key or field.
            if not isinstance(block.ignore_error_block, Entry):
                yield None, f"the entry in line {(block.start_line or 0) + 1} is not closed, or not written as BibTeX"
                continue
            found = block.ignore_error_block
        if isinstance(found, Entry):
            fields: dict[str, str] = {}
            for field in found.fields:
                value = str(field.value)[:_LONGEST_FIELD]
                bare = field.enclosing not in {"{", '"'} and "#" in value
                fields.setdefault(field.key.lower(), _joined(value, strings) if bare else value)
            yield {**fields, "entrykey": found.key}, ""


def _joined(value: str, strings: Mapping[str, str]) -> str:
    """Resolve ``me # " and " # {them}``, which the parser leaves to its caller."""
    pieces: list[str] = []
    for found in _OPERAND.finditer(value):
        piece = found[0]
        pieces.append(strings.get(piece.lower(), piece) if piece[0] not in '{"' else piece[1:-1])
    return "".join(pieces)


def ids_of(fields: Mapping[str, str]) -> tuple[str, str | None]:
    """Return the arXiv id and the DOI of an entry."""
    eprint = fields.get("eprint", "").strip()
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").strip().strip("{}").lower()
    id_ = bare_arxiv_id(eprint) if archive == "arxiv" else ""
    from_doi, doi = dois(fields.get("doi", "").strip().strip("{}"))
    id_ = id_ or from_doi or bare_arxiv_id(fields.get("arxivid", ""))
    if not id_:
        # Google Scholar writes “arXiv preprint arXiv:…”, DBLP a volume “abs/…”, Zotero an address.
        # A note is not asked: it may be about another work.
        names = ("url", "journal", "journaltitle", "volume", "number", "howpublished", "ee")
        id_ = arxiv_id(*(fields.get(name, "") for name in names))
    return id_, doi


def arxiv_id(*values: str) -> str:
    """Return the arXiv id that one of `values` is, without its version; empty if there is none.

    A value that says more, such as “Comment on arXiv:1706.03762”, mentions another work.
    """
    for value in values:
        text = value[:_LONGEST_ID_FIELD].strip()
        if page := _PAGE.fullmatch(text):
            return page[1]
        found = _NAMED.search(text)
        if found and not any(map(str.isalpha, _AROUND.sub(" ", f"{text[: found.start()]} {text[found.end() :]}"))):
            return found[1]
    return ""


def bare_arxiv_id(value: str) -> str:
    """Return `value` as an arXiv id, whatever its form; empty if it is not one."""
    try:
        id_ = paper_id(value)
    except UsageError:
        return ""
    return id_ if ARXIV_ID.fullmatch(id_) else ""


def dois(value: str) -> tuple[str, str | None]:
    """Return the arXiv id that a DOI stands for, or the DOI itself."""
    doi = doi_of(value)
    if doi is None:
        return "", None
    id_ = arxiv_id_of_doi(doi)
    return (id_, None) if id_ else ("", doi)
