"""Digests to render, and hostile texts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from papertui.digest.model import Digest, DigestEntry, DigestSection, MailedPaper
from papertui.model.bookmark import Bookmark
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.model.period import day_of
from papertui.model.trend import Growth

#: A Thursday evening.
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
#: Each text is special somewhere: in HTML, in an attribute, in Markdown, in a header or in a terminal.
HOSTILE = (
    '<script>alert(1)</script><img src="https://evil.example/pixel.png" onerror="x()">',
    '"><a href="https://evil.example">free</a><!-- --><![CDATA[ ]]>',
    "' onmouseover='x()' style='background:url(https://evil.example/p.png)",
    "Title\r\nBcc: everybody@evil.example\r\n\r\nbody",
    "=?utf-8?q?Title=0D=0ABcc:_everybody=40evil.example?=",
    "[click](https://evil.example) ![pixel](https://evil.example/p.png) <https://evil.example>",
    "](https://evil.example)[",
    "`code` **bold** __bold__ ~~gone~~ # heading\n# heading\n- list\n1. list\n> quote\n---\n    code",
    "{{ digest.sections }} {% include 'digest.txt' %} {# gone #}",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe \u2066isolated \u200b\ufeff zero",
    "W" * 3000,
    "模型" * 400,
    "א" * 100 + " right to left " + "ب" * 100,
    "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" * 40,
    "👩‍👩‍👧‍👦 " * 60,
    "https://evil.example/" + "a" * 300,
    "javascript:alert(1)",
    "| a | b |\n|---|---|\n| c | d |",
    "$x^2$ @everyone #1 \\ \\\\ \\[",
)


def hostile(number: int, text: str) -> Paper:
    """Return a paper whose texts all are `text` and whose addresses are hostile."""
    return Paper(
        id=f"2604.{number:05}",
        title=text,
        abstract=f"{text}. {text}",
        authors=(text, text[:30], "Ada Lovelace", text, text),
        upvotes=number,
        comments=number,
        github=f"javascript:alert('{number}')",
        stars=number,
        project="https://ok.example/<script>" if number % 2 else 'https://ok.example/"onclick="x()',
        organization=text,
        keywords=(text,),
        tldr=text if number % 3 else None,
        categories=(text, "cs.CL"),
        sources=("huggingface",),
        url="data:text/html,hello" if number % 2 else f"https://arxiv.org/abs/2604.{number:05}",
        pdf="file:///etc/passwd",
        thumbnail="https://evil.example/p.png",
    )


def digest_of(papers: Sequence[Paper], size: int = 10, reasons: Sequence[str] = ("HF trending",)) -> Digest:
    """Return a digest with sections of `size` papers, some with growth, reasons and bookmarks."""
    entries = [
        DigestEntry(
            paper,
            Growth(paper.upvotes or 0, 3, number % 5, NOW - timedelta(days=1), NOW) if number % 2 else None,
            tuple(reasons[number % 3 :]),
            MailedPaper(1, NOW - timedelta(days=3)) if number % 7 == 0 else None,
            Bookmark(paper, NOW, (reasons[0],), reasons[-1]) if number % 5 == 0 else None,
        )
        for number, paper in enumerate(papers)
    ]
    sections = [
        DigestSection(
            "trending" if not start else f"keyword:{start}",
            f"Part {start}",
            tuple(entries[start : start + size]),
            more=start,
            feed=FeedName("keyword", str(start)) if start else FeedName("trending"),
        )
        for start in range(0, len(entries), size)
    ]
    return Digest(day_of(NOW.date()), NOW, tuple(sections))


def hostile_digest() -> Digest:
    """Return a digest in which every text is hostile."""
    digest = digest_of([hostile(number, text) for number, text in enumerate(HOSTILE)], 4, HOSTILE)
    sections = tuple(
        section._replace(
            title=text,
            notice=text,
            name=text if number else "trending",
            feed=FeedName("keyword", text) if number else FeedName("trending"),
        )
        for number, (section, text) in enumerate(zip(digest.sections, HOSTILE, strict=False))
    )
    return digest._replace(sections=sections, notices=HOSTILE[:6])
