"""Mathematics between dollars, on one line of Unicode."""

import pytest

from papertui.tex import unicode_text


@pytest.mark.parametrize(
    ("formula", "made"),
    [
        (r"\lambda", "λ"),
        (r"x_i^2", "xᵢ²"),
        (r"\alpha_{ij}^{2n}", "αᵢⱼ²ⁿ"),
        (r"O(n\log n)", "O(n log n)"),
        (r"10^{-3}", "10⁻³"),
        (r"\mathbb{R}^d, \mathbb R^{n+1}", "ℝᵈ, ℝⁿ⁺¹"),
        (r"\mathcal{O}, {\cal W}, \mathfrak{g}, \mathbf{x}, \mathbf{\mu}, \mathscr D", "𝒪, 𝒲, 𝔤, 𝐱, 𝛍, 𝒟"),
        (r"\mathrm{SL}(2,\mathbb{Z}), \operatorname{SU}(3), \mathsf{QMA}", "SL(2,ℤ), SU(3), QMA"),
        # scripts: all raised, all lowered, or on the line
        (r"x_{abc}, x_{train}, x^{2\alpha}, X_{i,j}", "x_abc, x_train, x^(2α), Xᵢ,ⱼ"),
        (r"F_q^d, L^\infty f, k_F a, k_Fa", "Fᵈ_q, L^∞ f, k_F a, k_F a"),
        (r"K^*, x^\star, D^{(*)}_s, A^\top, f', f''(x), y^\prime", "K*, x⋆, D⁽*⁾ₛ, Aᵀ, f′, f″(x), y′"),
        (r"360^\circ, 60^{\circ}, \pi^\pm, T^\dagger", "360°, 60°, π±, T†"),
        (r"^{26}Al, {}^{12}C, B\to ^{12}C", "²⁶Al, ¹²C, B → ¹²C"),
        (r"H^{\mathbf{3}}, s_{_{NN}}, \Lambda_{\bar{MS}}", "H³, s_NN, Λ_(M̄S̄)"),
        # fractions and roots
        (r"\frac{1}{2}, \frac12, \tfrac{3}{4}, 2\frac{1}{2}, 2\frac{3}{7}", "½, ½, ¾, 2½, 2(3/7)"),
        (
            r"\frac{a+b}{c}, \frac{a}{b}c, \frac{1}{2\pi}, \frac{\partial f}{\partial x}",
            "(a+b)/c, (a/b)c, 1/(2π), ∂f/∂x",
        ),
        (r"{a \over b}, {n \choose k}, \binom{n}{k}", "a/b, (n choose k), (n choose k)"),
        (r"\sqrt{n}, \sqrt{n+1}, \sqrt 2, \sqrt[3]{x}, \sqrt{s} = 13", "√n, √(n+1), √2, ∛x, √s = 13"),
        # accents
        (r"\hat{x}, \bar\nu_e, \vec p, \tilde{\alpha}, \dot{x}, \overline{AB}, \hat\imath", "x̂, ν̄ₑ, p⃗, α̃, ẋ, A̅B̅, ı̂"),
        # spaces
        (r"B\to\pi\pi, p\geq5, p \leq 5, z\sim 2, \sim10, N=4, N = 4", "B → ππ, p ≥ 5, p ≤ 5, z ∼ 2, ∼10, N=4, N = 4"),
        (r"4\times4, 4 \times 4, 1\pm 0.5, -1, a-b, a - b, \Delta I", "4×4, 4 × 4, 1±0.5, -1, a-b, a - b, ΔI"),
        (r"a\,b\;c\quad d\!e, 2 \pi, x ( y ), \{0 , 1\}", "a b c de, 2π, x(y), {0, 1}"),
        (
            r"\sin x, \sin^2\theta, \max_{x} f, 2\log(n), \lim_{n\to\infty} a",
            "sin x, sin² θ, maxₓ f, 2 log(n), lim_(n→∞) a",
        ),
        (r"\sum_{i=1}^n x_i, \int_0^1 f, \prod_i p", "∑ᵢ₌₁ⁿ xᵢ, ∫₀¹ f, ∏ᵢ p"),
        # brackets, words, negations
        (r"\left(\frac{a}{b}\right), \left. x \right|_0, \langle x, y\rangle, \|x\|", "(a/b), x|₀, ⟨x, y⟩, ‖x‖"),
        (r"x \text{ if } y, \mbox{for all }n, \mathrm{d}x", "x if y, for all n, dx"),
        (r"a\not=b, x\notin S, \not\subset", "a ≠ b, x ∉ S, ⊄"),
        (r"\forall x \in A \cup B, \emptyset, \infty, \ll, a\cdot b", "∀x ∈ A ∪ B, ∅, ∞, ≪, a·b"),
        (r"a \equiv b \pmod{p}, a \bmod b", "a ≡ b (mod p), a mod b"),
        (r"A \xrightarrow{f} B, \overset{d}{=}, |\psi\rangle, \braket{a}{b}", "A →ᶠ B, =ᵈ, |ψ⟩, ⟨a|b⟩"),
        (r"\unicode{x2013}, \R^n, \ZZ, \%", "–, ℝⁿ, ℤ, %"),
        # unknown commands stay
        (r"\XQM, \si_1\si_2, \jpsix K, \foo{bar}", r"\XQM, \si₁\si₂, \jpsix K, \foo{bar}"),
        (r"a \frac{1}", r"a \frac{1}"),
        (r"\hat", r"\hat"),
        (r"g_{\rho\eta}, H_{c2}, V_{0.5}", "g_(ρη), H_c2, V_0.5"),
    ],
)
def test_formula(formula: str, made: str) -> None:
    assert " ".join(unicode_text(f"${formula}$").split()) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("the $p$-adic $n$th $K$SD 4$f$ state", "the p-adic nth KSD 4f state"),
        ("Bi$_2$Se$_3$, H$^{\\rm FM}$, MoS${_2}$, C$\\,$III", "Bi₂Se₃, H^FM, MoS₂, C III"),
        ("Pb$-$Pb, $v-$adic, $R=$Na, $ 5d $, $\\alpha $-rays", "Pb-Pb, v-adic, R=Na, 5d, α-rays"),
        ("$$E = mc^2$$ and $100\\,\\mu$m", "E = mc² and 100 μm"),
        ("$\\alpha$ $5 and $x$", "α $5 and x"),
    ],
)
def test_dollars_in_text(text: str, made: str) -> None:
    assert " ".join(unicode_text(text).split()) == made
