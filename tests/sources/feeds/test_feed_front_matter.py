"""Facts that publishers put into the text of an entry. All works are invented."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.paper import Paper
from papertui.sources.feeds.front_matter import split_front_matter
from papertui.sources.feeds.parse import parse_feed

DOI = "10.1038/s41586-026-00001-1"


def one(text: str, more: str = "", title: str = "A made-up work") -> Paper:
    body = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>J</title>'
        f"<item><title>{title}</title><description>{escape(text)}</description>{more}</item></channel></rss>"
    )
    (paper,) = parse_feed(body.encode(), "https://journal.example/feed").papers
    return paper


def day(paper: Paper) -> str:
    return str(paper.published_date or "")[:10]


@pytest.mark.parametrize(
    ("text", "authors", "published", "journal", "abstract"),
    [
        # ScienceDirect
        (
            (
                "<p>Publication date: Available online 29 April 2026</p><p><b>Source:</b> Journal of Examples</p>"
                "<p>Author(s): Ada Writer, Ben Reader</p>"
            ),
            "Ada Writer|Ben Reader",
            "2026-04-29",
            "Journal of Examples",
            "",
        ),
        (
            (
                "<p>Publication date: 1 June 2026</p><p><b>Source:</b> Journal of Examples, Volume 12, Issue 3</p>"
                "<p>Author(s): A. Writer, B. Reader</p><p>We study the thing.</p>"
            ),
            "A. Writer|B. Reader",
            "2026-06-01",
            "Journal of Examples, Volume 12, Issue 3",
            "We study the thing.",
        ),
        (
            "<p>Publication date: June 2026</p>\n<p>Source: J. Examples, Volume 12</p>\n<p>Author(s): Ada Writer</p>",
            "Ada Writer",
            "2026-06",
            "J. Examples, Volume 12",
            "",
        ),
        (
            (
                "Publication date: June 2026<br/><b>Source:</b>J. Ex.<br/>\nAuthor(s): Ada Writer, Ben Reader\n<br/>"
                "We study it."
            ),
            "Ada Writer|Ben Reader",
            "2026-06",
            "J. Ex.",
            "We study it.",
        ),
        (
            "Publication date: 1 June 2026 Source: J. Examples, Volume 12 Author(s): Ada Writer, Ben Reader",
            "Ada Writer|Ben Reader",
            "2026-06-01",
            "J. Examples, Volume 12",
            "",
        ),
        # Where a list of names ends cannot be seen.
        (
            "Publication date: 1 June 2026 Source: J. Examples Author(s): Ada Writer We study the gardens of today.",
            "",
            "2026-06-01",
            "J. Examples",
            "Author(s): Ada Writer We study the gardens of today.",
        ),
        # ACL Anthology
        (
            "\n Ada Writer, Ben Reader and Carl van der Third in Proceedings of the 64th Meeting (Volume 1: Papers)\n",
            "Ada Writer|Ben Reader|Carl van der Third",
            "",
            "Proceedings of the 64th Meeting (Volume 1: Papers)",
            "",
        ),
        (
            "Ada Writer in Findings of the Examples: ACL 2026",
            "Ada Writer",
            "",
            "Findings of the Examples: ACL 2026",
            "",
        ),
        (
            "  in Proceedings of the Second Workshop on Examples",
            "",
            "",
            "Proceedings of the Second Workshop on Examples",
            "",
        ),
        # APS
        (
            (
                "<p>Author(s): Ada Writer, Ben Reader, and Carl Third</p><p>We measure it.</p><br/>"
                "<a href='x'>[Phys. Rev. Ex. 136, 170001] Published Wed Apr 29, 2026</a>"
            ),
            "Ada Writer|Ben Reader|Carl Third",
            "2026-04-29",
            "Phys. Rev. Ex. 136, 170001",
            "We measure it.",
        ),
        (
            "<p>Author(s): Ada Writer, Ben Reader, <i>et al.</i></p><p>We measure it.</p>",
            "Ada Writer|Ben Reader",
            "",
            "",
            "We measure it.",
        ),
        # SAGE, Science, PNAS
        (
            "Examples, Volume 392, Issue 6795, Page 123-127, April 2026. <br/>",
            "",
            "2026-04",
            "Examples, Volume 392, Issue 6795, Page 123-127",
            "",
        ),
        (
            "<b>Journal of Examples</b>, Ahead of Print. <br/>We examine.",
            "",
            "",
            "Journal of Examples, Ahead of Print",
            "We examine.",
        ),
        (
            "Journal of Examples, Volume 12, Issue 3, April 2026. We examine.",
            "",
            "2026-04",
            "Journal of Examples, Volume 12, Issue 3",
            "We examine.",
        ),
        # PLOS, and blogs
        ("<p>by Ada Writer, Ben Reader</p> Ducks are many.", "Ada Writer|Ben Reader", "", "", "Ducks are many."),
        ("by Ada Writer, Ben Reader<br/>\nDucks.", "Ada Writer|Ben Reader", "", "", "Ducks."),
        ("<p>By The Example Staff</p><p>We correct.</p>", "The Example Staff", "", "", "We correct."),
        ("By Ada Writer and Ben Reader", "Ada Writer|Ben Reader", "", "", ""),
        ("<p>Posted by Ada Writer on April 29, 2026</p><p>Text.</p>", "Ada Writer", "2026-04-29", "", "Text."),
        # labels in other words and languages
        (
            "Authors: Ada Writer; Ben Reader | Journal: J. Examples | Published: 29 April 2026",
            "Ada Writer|Ben Reader",
            "2026-04-29",
            "J. Examples",
            "",
        ),
        (
            "<p>Date: 2026-04-29</p><p>Authors: Writer, A., Reader, B.</p><p>Abstract: We do.</p>",
            "A. Writer|B. Reader",
            "2026-04-29",
            "",
            "We do.",
        ),
        (
            "<p>作者：王小明，李四</p><p>来源：例学报</p><p>发布日期：2026年4月29日</p><p>摘要：我们研究铜。</p>",
            "王小明|李四",
            "2026-04-29",
            "例学报",
            "我们研究铜。",
        ),
        (
            "出版日期：2026年4月29日 作者：王小明；李四 摘要：我们研究铜。",
            "王小明|李四",
            "2026-04-29",
            "",
            "我们研究铜。",
        ),
        ("著者：山田太郎・鈴木花子<br>要旨：銅を調べた。", "山田太郎|鈴木花子", "", "", "銅を調べた。"),
        ("저자: 김철수, 이영희<br>초록: 구리.", "김철수|이영희", "", "", "구리."),
        (
            "Ada Writer | Ben Reader in Findings of the Examples: ACL 2026",
            "Ada Writer|Ben Reader",
            "",
            "Findings of the Examples: ACL 2026",
            "",
        ),
        # others
        ("<h3>Abstract</h3><p>We do.</p>", "", "", "", "We do."),
        ("Abstract: We do.", "", "", "", "We do."),
        ("<p>Published online: 29 April 2026</p><p>We do.</p>", "", "2026-04-29", "", "We do."),
    ],
)
def test_facts_in_the_text(text: str, authors: str, published: str, journal: str, abstract: str) -> None:
    paper = one(text)
    assert ("|".join(paper.authors), day(paper), paper.journal_ref or "") == (authors, published, journal)
    assert paper.abstract == abstract


@pytest.mark.parametrize(
    "text",
    [
        f'<p>Nature, Published online: 29 April 2026; <a href="https://x.example">doi:{DOI}</a></p>Small things grow.',
        f"Nature, Published online: 29 April 2026; doi:{DOI} Small things grow.",
        f"Nature, Published online: 2026-04-29; | doi:{DOI}Small things grow.",
        (
            f"<div><p>Nature. 2026 Apr 29. doi: {DOI}. Epub ahead.</p><p><b>ABSTRACT</b></p><p>Small things grow."
            f"</p><p>PMID:<a>12345</a> | DOI:<a>{DOI}</a></p></div>"
        ),
    ],
)
def test_journal_date_and_doi_before_the_text(text: str) -> None:
    paper = one(text)
    assert (paper.journal_ref, day(paper), paper.doi, paper.id) == ("Nature", "2026-04-29", DOI, f"doi:{DOI}")
    assert paper.abstract == "Small things grow."


def test_more_publishers_with_a_doi() -> None:
    rsc = one(
        "<div><i><b>Ex. Sci.</b></i>, 2026, <b>17</b>,123-130<br/><b>DOI</b>: 10.1039/D6SC00001A, Edge Article</div>"
        "<div>Ada Writer, Ben Reader<br/>A teaser.<br/>The content of this RSS Feed (c) The Society</div>"
    )
    assert (rsc.journal_ref, rsc.doi) == ("Ex. Sci., 2026, 17,123-130", "10.1039/d6sc00001a")
    assert (rsc.authors, rsc.abstract) == (("Ada Writer", "Ben Reader"), "A teaser.")
    acs = one("<div><cite>Journal of the Example Society</cite></div><div>DOI: 10.1021/jes.6b00001</div>")
    assert (acs.journal_ref, acs.doi, acs.abstract) == ("Journal of the Example Society", "10.1021/jes.6b00001", "")
    mdpi = one(
        "<b>Examples, Vol. 28, Pages 123: A title</b>\n<br/>Examples <a href='x'>doi: 10.3390/e28010123</a>\n<br/>"
        "Authors:\nAda Writer\nBen Reader\n<br/>We compute.",
        "<dc:creator>Ada Writer</dc:creator><dc:creator>Ben Reader</dc:creator>",
    )
    assert (mdpi.journal_ref, mdpi.doi) == ("Examples, Vol. 28, Pages 123", "10.3390/e28010123")
    assert (mdpi.authors, mdpi.abstract) == (("Ada Writer", "Ben Reader"), "We compute.")


def test_elements_count_more_than_the_text() -> None:
    paper = one(
        f"<p>Nature, Published online: 28 April 2026; doi:{DOI}</p>Text.",
        f"<dc:creator>Ada Writer</dc:creator><pubDate>29 Apr 2026</pubDate><dc:identifier>doi:10.1234/x</dc:identifier>"
        f"<dc:source>Nature Examples, Published online: 2026-04-29; | doi:{DOI}</dc:source>",
    )
    assert (paper.authors, day(paper), paper.doi) == (("Ada Writer",), "2026-04-29", "10.1234/x")
    assert paper.journal_ref == "Nature Examples"


def test_authors_in_the_title() -> None:
    paper = one("We do.", title="Gardens, and why they grow -- by Ada Writer, Ben Reader")
    assert (paper.title, paper.authors) == ("Gardens, and why they grow", ("Ada Writer", "Ben Reader"))
    assert one("We do.", title="Sold -- by the dozen").authors == ()


@pytest.mark.parametrize(
    "text",
    [
        "Recent Progress in Language Models",
        "By Popular Demand",
        "By now and then, gardens grow.",
        "Date: unknown",
        "Published: never, and for good reasons.",
        "Journal: an account of days",
        "Ada Writer in Wonderland",
        "We report advances in Proceedings of the Society.",
        "Source: deep thoughts. We present a thing.",
        "Source: Journal of Examples, Volume 12",
        "Publication date: soon. We hope.",
        "Author: the reader is dead, long live the reader and all that follows from it.",
        "In this issue, Volume 3 of the series is presented.",
        "We present doi:10.1234/other, which is not this work.",
        "Published work suggests that gardens grow.",
        "Summary of all gardens, 2026, and more.",
        "Nature is big. 2026 was a year. See doi: 10.1234/other for more of it and so on.",
    ],
)
def test_prose_stays_prose(text: str) -> None:
    paper = one(text)
    assert (paper.abstract, paper.authors, paper.published, paper.journal_ref, paper.doi) == (
        text,
        (),
        None,
        None,
        None,
    )


@pytest.mark.parametrize("link", ["https://doi.org/10.1234/other", "See https://doi.org/10.1234/other"])
def test_a_link_to_another_work_is_not_the_id(link: str) -> None:
    assert one(f"<p>{link}</p><p>I liked this one.</p>").doi is None
    assert one(f"<p>I liked this one.</p><p>{link}</p>").doi is None


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            [
                "Publication date:",
                "Source:",
                "Author(s):",
                "Abstract",
                "Ada Writer",
                ", ",
                " in Proceedings of ",
                "Nature",
                ", Published online: ",
                "2026-04-29",
                "; ",
                "doi:10.1234/x",
                "\n",
                ". ",
                ", Volume 1",
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_any_text_is_split_without_loss_of_prose(text: str) -> None:
    found = split_front_matter(text)
    assert found.text in "\n".join(filter(None, (" ".join(row.split()) for row in text.split("\n"))))


@pytest.mark.slow
@pytest.mark.parametrize(
    "bit",
    [
        "A",
        "A ",
        "a, ",
        "A, Volume 1, ",
        "Source: ",
        "Author(s): A, ",
        " in Proceedings",
        "Nature, Published online: ",
        "X. 2026",
        "doi: 10.1234/",
        "1, Pages ",
        "and ",
        "A; ",
        "O'",
        ".",
        "(",
        "¹, ",
    ],
)
def test_hostile_text_takes_one_pass(bit: str) -> None:
    for start in ("", "A, Volume 1, Pages ", "Publication date: 2026 Source: "):
        split_front_matter(start + bit * (200_000 // len(bit)))
