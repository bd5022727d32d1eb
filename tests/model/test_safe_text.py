"""Sanitising text."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import split_graphemes

from papertui.model.safe_text import REPLACEMENT, excerpt, one_line, paragraphs, safe

ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
#: Parts that break naive filters.
NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x1b\x07\x08\x7f\x90\x9b\x9c\x9d\r\n\t[]0;mP\\\u200b\u200c\u200d\u200e\u202e\u2066\ufe0f\ufe0e\u0301\u0e47"
            "\u064b\u094d\u115f\u1160ᄀ가\u180b\u034f\u2028\ufeff\ud83d\ude00\ue000\ufffe🏴\U000e0067\U000e007f👩❤ا#\u20e3क"
        ),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;5;196mred", "red"),
        ("\x9b31mred", "red"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b[?1049hscreen", "screen"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d52;c;aGk=\x9ctext", "text"),
        ("\x1b]0;never ends", "0;never ends"),
        ("\x1bP1$r0m\x1b\\text", "text"),
        ("\x1bPnever ends", "never ends"),
        ("\x1b_Gf=100\x1b\\text", "text"),
        ("\x1bcreset", "reset"),
        ("\x1b(Bcharset", "charset"),
        ("cut \x1b[31", "cut "),
        ("cut \x1b", "cut "),
        ("\x1b\x1b[31m[31mtwice", "[31mtwice"),
        ("a\x00b\x08c\x7fd\x85e", "abcd e"),
        ("over\rwritten", "over\nwritten"),
        ("dos\r\nline", "dos\nline"),
        ("tab\tand\x0bfeed\x0c", "tab and feed "),
        ("line\u2028and\u2029paragraph", "line and paragraph"),
        ("\u202egpj.exe\u202c", "gpj.exe"),
        ("a\u2066b\u2069\u200ec\u200fd\u061ce", "abcde"),
        ("zero\u200bwidth\u2060and\ufeffmark", "zerowidthandmark"),
        ("soft\u00adhyphen", "softhyphen"),
        ("anno\ufff9ta\ufffation\ufffb", "annotation"),
        ("A\u200dB\u200cC", "ABC"),
        ("tag\U000e0074\U000e0061\U000e0067", "tag"),
        ("a\ufe0f\U000e0100b", "ab"),
        ("hang\u3164ul", "hang ul"),
        ("\ud83d\ude00", "😀"),
        ("half \ud83d", f"half {REPLACEMENT}"),
        ("\ue0b0 \U000f0001 \ufdd0 \U0001fffe", " ".join(REPLACEMENT * 4)),
        ("x" + "\u0300" * 60, "x" + "\u0300" * 4),
        ("ก" + "\u0e49" * 60, "ก" + "\u0e49" * 8),
    ],
)
def test_control_and_hidden_characters_are_removed(text: str, made: str) -> None:
    assert safe(text) == made


@pytest.mark.parametrize(
    "text",
    [
        "Plain ASCII, with [brackets], [/], [@click=app.quit] & <b>",
        "Gödel, Erdős, Łukasiewicz; Go\u0308del in two parts",
        "∀ε>0 ∃δ: |x−a|<δ ⇒ ‖f(x)−f(a)‖≤ε, x̂ᵢ² ∈ ℝᵈ, 𝒪(n²), x⃗, 𝔤, ≨\ufe00",
        "大规模语言模型 日本語の論文 한국어 논문 각 葛\U000e0100城",
        "عربی: می‌خواهم نامه‌ای, محمَّدٌ",
        "שָׁלוֹם עֲלֵיכֶ֔ם",
        "हिन्दी क्‍ष, বাংলা র‍্য, മലയാളം ന്‍, தமிழ் க்ஷ, ไทยน้ำ, བསྒྲུབས",
        "Tiếng Việt: Nguyê\u0303n, Nguyễn",
        "👨‍👩‍👧‍👦 👍🏽 ❤️ ☎︎ 🏳️‍🌈 👩🏽‍🔬 1️⃣ #️⃣ 🇫🇷 🙂‍↔️ " + ENGLAND,
        "[ˈɪŋ.ɡlɪʃ] t͡ʃ ɔ̃̀",
        "line\nfeed",
    ],
)
def test_text_of_all_scripts_is_unchanged(text: str) -> None:
    assert safe(text) == text


@pytest.mark.slow
def test_only_known_letters_numbers_and_symbols_change() -> None:
    changed = {
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code))[0] in "LNPS" and safe(f"a{chr(code)}b") != f"a{chr(code)}b"
    }
    assert changed == {0x115F, 0x1160, 0x3164, 0xFFA0}  # invisible letters


@pytest.mark.slow
def test_no_control_or_invisible_character_stays() -> None:
    visible = {0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    kept = {
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        and chr(code) in safe(f"a{chr(code)}b")
    }
    assert kept == visible | {0x0A}


def test_runs_of_flags_marks_or_joiners_are_cut() -> None:
    assert safe(ENGLAND + "\U000e0067" * 50) == ENGLAND
    assert safe("👩" + "\u200d" * 50 + "👩") == "👩👩"
    assert safe("❤" + "\ufe0f" * 50) == "❤\ufe0f"
    assert len(safe("ا" + "\u200d\u064b" * 50)) <= 10


#: Graphemes that Unicode (UAX 29), fonts or terminals draw as one sign however long they are.
HEAPS = {
    "joined emoji": "👩" + "\u200d👩" * 800,
    "joined emoji with variation selectors": "❤\ufe0f" + "\u200d❤\ufe0f" * 800,
    "joined emoji with skin tones": "👩🏽" + "\u200d👩🏽" * 800,
    "joined emoji with marks": "👩\u0301" + "\u200d👩\u0301" * 800,
    "skin tones": "👍" + "🏽" * 800,
    "keycaps": "1\ufe0f" + "\u20e3" * 800,
    "tags": "🏴" + "\U000e0067" * 800,
    "accents": "Z" + "\u0334\u0301\u0489\u0336" * 200,
    "Thai marks": "ก" + "\u0e49" * 800,
    "vowel signs": "क" + "\u093e" * 800,
    "half forms": "क\u094d\u200d" * 800 + "क",
    "conjuncts": "क\u094d" * 800 + "क",
    "joined letters": "ا" + "\u200dا" * 800,
    "leading jamo": "\u1100" * 800,
    "following jamo": "\u1100" + "\u1161" * 800,
    "final jamo": "\u1100\u1161" + "\u11a8" * 800,
    "half-width sound marks": "ｶ" + "\uff9e" * 800,
    "number signs": "\u0600" * 800 + "1",
    "variation selectors": "葛" + "\U000e0100" * 800,
}


@pytest.mark.parametrize("kind", HEAPS)
def test_a_grapheme_of_hundreds_of_characters_is_cut(kind: str) -> None:
    heap = HEAPS[kind]
    made = safe(f"before {heap} after {heap}")
    assert made.startswith("before ")
    assert " after " in made
    assert max(end - start for start, end, _ in split_graphemes(made)[0]) <= 48
    # Letters stay, only the joiners go; an emoji with an accent is joined to nothing.
    if kind not in {"joined letters", "joined emoji with marks"}:
        assert len(made) <= 120
    assert safe(made) == made
    # As a name, a tag and a note.
    assert len(one_line(heap)) == len(safe(heap))
    assert len(paragraphs(heap)) == len(safe(heap))


@pytest.mark.parametrize(
    "text",
    [
        "👨🏻‍👩🏼‍👧🏽‍👦🏾 👩🏽‍❤️‍💋‍👩🏿 👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦 🧑🏿‍🤝‍🧑🏻 🏳️‍⚧️ 👁️‍🗨️ 🐻‍❄️ ⛓️‍💥 🇺🇳🇪🇺🇫🇷",
        "".join("👨\u200d👩\u200d👧\u200d👦" for _ in range(50)),
        "🏻🏼🏽🏾🏿",
        "कार्त्स्न्य, र्त्स्न्य, স্ত্র্য, ශ්‍රී ලංකා, မြန်မာဘာသာ, ភាសាខ្មែរ, བསྒྲུབས་ཧཱུྃ",
        "می‌روم " * 20,
        "ශ්\u200dරී " * 20,
        unicodedata.normalize("NFD", "한국어 논문을 읽는다"),
        "ㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋㅋ ｶﾞｷﾞｸﾞ ﾊﾟﾋﾟ \u0600١٢٣",
        "Nguyễn Vǎn; t͡ʃ ɔ̃̀; a̐é; x̂̇",
    ],
)
def test_real_emoji_and_scripts_survive_letter_for_letter(text: str) -> None:
    assert safe(text) == text


@given(NASTY)
@example("\x1b\x1b[0m[0m")
@example("👩\u200d" * 12 + "\u0301👩")
@example("\uff9e" * 6 + "\u0301\uff9e")
@example("ا\u200c\u200d\u064b")
def test_safe_is_idempotent(text: str) -> None:
    made = safe(text)
    assert safe(made) == made
    assert all(unicodedata.category(sign) not in ("Cc", "Cs", "Co") or sign == "\n" for sign in made)
    made.encode()


SCRIPTS = st.text(
    st.one_of(
        st.characters(categories=["L"], max_codepoint=0x24F),
        st.characters(categories=["L"], min_codepoint=0x370, max_codepoint=0x5F2),  # Greek, Cyrillic, Hebrew
        st.characters(categories=["L"], min_codepoint=0x620, max_codepoint=0x6FF),
        st.characters(categories=["L"], min_codepoint=0x905, max_codepoint=0xE30),
        st.characters(categories=["L"], min_codepoint=0x3041, max_codepoint=0x30FF),
        st.characters(categories=["L"], min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(categories=["L"], min_codepoint=0xAC00, max_codepoint=0xD7A3),
        st.characters(categories=["L"], min_codepoint=0x1D400, max_codepoint=0x1D7CB),
        st.characters(categories=["Sm"]),
        st.characters(categories=["So"], min_codepoint=0x1F300, max_codepoint=0x1FAFF),
    )
)


@given(SCRIPTS)
def test_letters_of_all_scripts_are_unchanged(text: str) -> None:
    assert safe(text) == text


@given(NASTY)
def test_one_line_is_one_line(text: str) -> None:
    made = one_line(text)
    assert made == " ".join(made.split()) == one_line(made)


@given(NASTY)
def test_paragraphs_have_one_empty_line_between_them(text: str) -> None:
    made = paragraphs(text)
    assert paragraphs(made) == made
    assert all(part == one_line(part) != "" for part in made.split("\n\n")) or made == ""


def test_white_space_is_folded() -> None:
    assert one_line("  a\u00a0b\n  c\u3000d\u2009e\r\nf ") == "a b c d e f"
    assert paragraphs("\n\none\ntwo\n \t\n\nthree\r\n\r\nfour\n") == "one two\n\nthree\n\nfour"


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    ["\x1b", "\x1b[", "\x1b]", "\x9da", "\x1bP", "\u200d", "👨\u200d", "a\u0301", "\n \n", "🏽", "\u1100", "क\u094d",
     "क\u094d\u200d", "\uff9e", "👩🏽\u200d", "\u0600"],
)  # fmt: skip
def test_hostile_texts_take_linear_time(seed: str) -> None:
    """A quadratic pattern takes minutes for these."""
    assert len(safe(seed * 200_000)) <= 200_000 * len(seed)


def test_the_module_does_not_import_pylatexenc() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, papertui.model.safe_text; print(*(m for m in sys.modules if 'latex' in m))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""


def test_an_excerpt_is_short_and_printable() -> None:
    assert excerpt("cs.CL") == "cs.CL"
    assert excerpt("a\x1b[31m\u202eb\n\ud800é 文") == "a?[31m?b??é 文"
    assert excerpt("x" * 100) == "x" * 60
    assert excerpt("x" * 100, 5) == "xxxxx"
