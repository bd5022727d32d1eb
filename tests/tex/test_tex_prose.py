"""TeX in running text, and text that only looks like TeX."""

import pytest

from papertui.tex import unicode_text


def _set(text: str) -> str:
    return " ".join(unicode_text(text).split())


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (r"G\"odel, G\"{o}del, G{\"o}del, G\" odel", "Gödel, Gödel, Gödel, Gödel"),
        (r"C. Bal\'azs, R. Tom\`as, P\'{e}ter, \'Etale", "C. Balázs, R. Tomàs, Péter, Étale"),
        (r"Erd\H{o}s, \v{C}ech, Ho\v r\'ak, fran\c{c}ais, fran\c cais", "Erdős, Čech, Hořák, français, français"),
        (r"Garc\'{\i}a, Garc\'\i a, na\"{\i}ve, Mart{\'\i}nez", "García, García, naïve, Martínez"),
        (
            r"{\L}ukasz, \L ojasiewicz, Pawe\l{} K, {\O}bro, \O stergaard",
            "Łukasz, Łojasiewicz, Paweł K, Øbro, Østergaard",
        ),
        (
            r"Stra\ss e, {\AA}ngstr\"om, 5 \AA resolution, \ae on, \oe uvre",
            "Straße, Ångström, 5 Å resolution, æon, œuvre",
        ),
        (r"Turan\~{n}, \r{A}, \k{a}, \d{s}, \u{g}, \.{I}, \=a", "Turanñ, Å, ą, ṣ, ğ, İ, ā"),
        (r"\b{eta}-(AlGa) and \c{hi}", "β-(AlGa) and χ"),
    ],
)
def test_accents(text: str, made: str) -> None:
    assert _set(text) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (r"50\% \& \$5 \# a\_b \{x\}", "50% & $5 # a_b {x}"),
        (r"\textit{RL}-based \emph{very} \textbf{bold \textit{and}} \texttt{x}", "RL-based very bold and x"),
        (r"global {\sl vs} local, {\em{weakly stable}}, {\it so} \bf on", "global vs local, weakly stable, so on"),
        (
            r"{BERT}, {S}ignal {P}reservation, symmet{R}y, {Gr\"uneisen}",
            "BERT, Signal Preservation, symmetRy, Grüneisen",
        ),
        (r"a \eg b, \ie, c \etal. and \etal", "a e.g. b, i.e., c et al. and et al."),
        ("``mis-evolution'' of `real linear' things", "“mis-evolution” of ‘real linear’ things"),
        ("8--12, a -- b, so---well", "8–12, a – b, so—well"),
        (r"Network\\ for, 1.5\,TB, a\ b, non\-sense, a\quad b", "Network for, 1.5 TB, a b, nonsense, a b"),
        ("RTX~3090, Sec.~2, (1)~QA, scaling~(TTS), 0.8~ms", "RTX 3090, Sec. 2, (1) QA, scaling (TTS), 0.8 ms"),
        (r"\href{http://a.b}{x}, \href{http://a.b/c\_d}{http://a.b/c_d}", "x (http://a.b), http://a.b/c_d"),
        (r"\url{https://a.b/c\_d\%20}", "https://a.b/c_d%20"),
        (r"\cite[see][p. 3]{a}", "[a, see, p. 3]"),
        (r"see \cite{a, b} and \ref{fig:1}\footnote{Or not.}", "see [a, b] and [fig:1] (Or not.)"),
        (r"H\textsubscript{2}O, 4\textsuperscript{th}", "H₂O, 4ᵗʰ"),
        (r"\texorpdfstring{$\delta$}{delta} and \textcolor{red}{x}", "δ and x"),
        # TeX as one well-known source mangles it
        ("at https://a.b/c{this link}, https://a.b/{https://a.b/}.", "at this link (https://a.b/c), https://a.b/."),
        ("256{times}256, {sim}1K, 360^{circ}, 1{,}879", "256×256, ∼1K, 360°, 1,879"),
        (r"Fixing \textbf{What never ends", "Fixing What never ends"),
    ],
)
def test_commands_of_running_text(text: str, made: str) -> None:
    assert _set(text) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (r"\frac{1}{2} and \mathcal{O}(n^2)", "½ and 𝒪(n²)"),
        ("x_i^2, n^2, R^d, 10^6, 10^-4, 10^(-10), O(n^2)", "xᵢ², n², Rᵈ, 10⁶, 10⁻⁴, 10⁻¹⁰, O(n²)"),
        ("π_{0.5}, TRC^{2}, 2^{128}, r^{update}, Z_{T+1}", "π_0.5, TRC², 2¹²⁸, r^update, Z_(T+1)"),
        ("M^* and C^*-algebra, A^2D, e^+e^-, l^+l^-", "M* and C*-algebra, A²D, e⁺e⁻, l⁺l⁻"),
        (r"\pi N and \alpha particles, \Lambda CDM, 3 \mu m", "π N and α particles, ΛCDM, 3 μm"),
        (r"L^{m}\times \mathbb{R}, p_x \pm i p_y, N \times M", "Lᵐ×ℝ, pₓ ± i p_y, N × M"),
        (r"B^0-\bar B^0, x^\mu (with)", "B⁰-B̄⁰, x^μ (with)"),
        (r"form \[ a_i = \sum_k b_k \] and \(x\)", "form aᵢ = ∑ₖ bₖ and x"),
    ],
)
def test_mathematics_without_dollars(text: str, made: str) -> None:
    assert _set(text) == made


@pytest.mark.parametrize(
    "text",
    [
        "cost $5 and $10, US$3 billion and US$5 billion, $10-$20, $1.47 million, <$10",
        "$HOME and $PATH, $HOME/$PATH, A$ 5k or A$ 7k",
        r"\method is good, \OneMillion-Bench, \minerupro, \foo{a b",
        r"cost of \81 on, \8 x",
        "~5 things (~50%), 5~66%, z~2.56, x~N(0,1), near ~500",
        "batch_size, a_b, file_names, tool_call_1, __init__, fix_1@1, C#, i_th, 1_000",
        "s^1/2=20, ^_^, 0^#, x^TAx",
        "A & B, 100% of #1, f'' and tex''",
        'Z_T = {-1,0,1}, {3,5,3}, {a, b}, {"key": 1}, f(x) = {x | x > 0}',
        "--flag, --> <-- <!-- x -->, ------",
        "https://a.b/~user/c_d_e^2?x=1&y=z",
        "Vision-G}nerative, A_{x, {open, $x^{",
        "`f`, ``x``, it's, 'quoted'",
        "[@click=app.quit] [/] [bold]x[/bold]",
        "𝒪(n²), xᵢ, ½ — “quoted”, 10⁻³, Gödel",
    ],
)
def test_prose_is_unchanged(text: str) -> None:
    assert unicode_text(text) == text


def test_escaped_quotes_are_not_accents() -> None:
    assert _set(r"He said \"hello\", didn\'t he? The model\'s") == "He said \"hello\", didn't he? The model's"


def test_money_beside_mathematics() -> None:
    assert _set(r"for $5 we train $n$ models of $10^9$ for $7") == "for $5 we train n models of 10⁹ for $7"
    assert _set(r"\$OneMillion-Bench costs \$200") == "$OneMillion-Bench costs $200"


def test_a_command_between_two_prices_is_not_mathematics() -> None:
    made = "A costs $5 while the X costs as much as $6"
    assert _set(r"A costs $5 while \textbf{the X} costs as much as $6") == made


def test_names_keep_their_underscores() -> None:
    assert unicode_text(r"x_1 Jos\'e^2", scripts=False) == "x_1 José^2"
