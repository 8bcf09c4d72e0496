"""Lubchenko & Wolynes 2004, eqs 58–82: quantum mixing and thermal expansion.

Energies are in units with k_B = ħ = 1 unless a function says otherwise.
"""

import numpy as np
import pytest
import sympy as sp
from scipy import constants, integrate, special

SILICA = {"rho": 2200.0, "c": 4100.0, "T_D": 342.0, "T_g": 1500.0, "xi": 20e-10}  # SI, K


def ripplons(size=5.8, highest=9):
    """Orders l, degeneracies 2l + 1 and frequencies of eq. 33 in units of ω_D; size = ξ/a."""
    order = np.arange(2, highest + 1)
    omega = 1.342857 * size**-1.25 * np.sqrt((order - 1) * (order + 2) / 4)
    return order, 2 * order + 1, omega


def test_repulsion_by_the_ripplons():
    """Eqs 59–61: for Δ → 0 eq. 59 holds exactly in the matrix (58); ε̃ = 0 gives Σ; and the overlap
    of the dressed state, 1/√(1 + ΣΔ_i²/ω_i²), is eq. 60 to leading order."""
    bias, omega, mixing = 0.31, np.array([1.0, 1.4]), np.array([0.11, 0.17])
    H = np.diag(np.r_[0, bias, omega])
    H[1, 2:] = H[2:, 1] = mixing
    dressed = np.linalg.eigvalsh(H[1:, 1:])[0]
    assert dressed == pytest.approx(bias - np.sum(mixing**2 / (omega - dressed)), rel=1e-12)
    H[1, 1] = np.sum(mixing**2 / omega)  # bias = Σ
    assert np.linalg.eigvalsh(H[1:, 1:])[0] == pytest.approx(0, abs=1e-14)
    H[1, 1] = 1e-9
    small = np.array([0.011, 0.017])
    H[1, 2:] = H[2:, 1] = small
    overlap = abs(np.linalg.eigh(H[1:, 1:])[1][0, 0])
    assert 1 - overlap == pytest.approx(0.5 * np.sum(small**2 / omega**2), rel=1e-3)


def test_renormalised_amplitude():
    """Eqs 63 and 64: the logarithm of (62) to leading order is (63); integrated from zero it gives
    ln(Δ̃/Δ) = −(B/2)(Δ̃/ω_D)², solved by Lambert's W, and it agrees with (62) while Δ is small."""
    B, x, bare = sp.symbols("B x Delta", positive=True)  # amplitudes in units of ω_D
    leading = sp.series(sp.log(1 - B / 2 * x**2), x, 0, 4).removeO()
    assert sp.simplify(leading + B / 2 * x**2) == 0
    closed = sp.sqrt(sp.LambertW(B * bare**2) / B)
    for value in (0.01, 0.3, 4.0):
        left = closed.subs({B: 230, bare: value})
        right = bare * sp.exp(-B / 2 * closed**2)
        assert float(left - right.subs({B: 230, bare: value})) == pytest.approx(0, abs=1e-12)
    small = float(closed.subs({B: 230, bare: 0.005}))
    assert small == pytest.approx(0.005 * (1 - 115 * small**2), rel=1e-5)


def test_pile_up_of_fast_systems():
    """Eqs 66 and 67: |∂ε/∂ε̃| is one up to ΣΔ_i²/ω_i² (7 percent for Δ_i = 0.01 ω_D), and the weight
    Σ/T_g of the delta function replaces 1 − exp(−Σ/T_g), 0.3 percent."""
    _, degeneracy, omega = ripplons()
    amplitude, T_g = 0.01, 4.4
    shift = amplitude**2 * np.sum(degeneracy / omega)

    def bare(dressed):
        return dressed + amplitude**2 * np.sum(degeneracy / (omega - dressed))

    assert bare(0.0) == pytest.approx(shift, rel=1e-12)
    slope = (bare(1e-6) - bare(0.0)) / 1e-6
    assert slope - 1 == pytest.approx(amplitude**2 * np.sum(degeneracy / omega**2), rel=1e-4)
    assert slope - 1 == pytest.approx(0.070, abs=0.001)
    assert shift / T_g / -np.expm1(-shift / T_g) - 1 == pytest.approx(0.0026, abs=0.0002)
    assert np.sum(degeneracy / omega) == pytest.approx(229, abs=1)
    assert np.sum(degeneracy / omega**2) == pytest.approx(702, abs=1)


def test_normalisation_with_fast_systems():
    """The A_1 of Section V normalises (22) times (67) to 1/ξ³; the printed form lacks Δ_max^c and
    the 1/(2 − c)."""
    B, T_g, c, low, high = 230.0, 4.4, 0.1, 1e-7, 0.1  # ω_D = 1

    def both(D):
        return (high / D) ** c / D * (B * D**2 / T_g + 1)

    whole = integrate.quad(lambda y: both(np.exp(y)) * np.exp(y), np.log(low), np.log(high))[0]
    bracket = B * high ** (2 - c) / ((2 - c) * T_g) + (low**-c - high**-c) / c
    printed = B * high ** (2 - c) / T_g + (low**-c - high**-c) / c
    assert high**c * bracket == pytest.approx(whole, rel=1e-4)
    assert printed != pytest.approx(whole, rel=0.2)


def test_lifetime_and_heat_capacity_with_fast_systems():
    """Eqs 68 and 69: the golden rule averaged with (67); the delta function gives BE/ω_D. The bare
    part runs from 1 to π/2 for 0 < c < 1, and 10^(1.5(c + 0.1)) = 2, not 10^(1.5(c + 1)) = 45."""
    B, c, high, low, E = 230.0, 0.1, 0.5, 1e-6, 0.01  # ω_D = 1, prefactor A_1/(T_g ξ³) dropped

    def golden_rule(D):
        return np.pi * D**2 / E  # g²/ρc² dropped, tanh dropped as in (68)

    fast = (high / E) ** c / E * B * E**2 * golden_rule(E)
    slow = integrate.quad(  # Δ = E sin(y), ε = E cos(y)
        lambda y: (high / (E * np.sin(y))) ** c / np.sin(y) * golden_rule(E * np.sin(y)),
        np.arcsin(low / E),
        np.pi / 2,
    )[0]
    bare = integrate.quad(lambda y: np.sin(y) ** (1 - c), np.arcsin(low / E), np.pi / 2)[0]
    assert fast + slow == pytest.approx(np.pi * E * (high / E) ** c * (B * E + bare), rel=1e-7)
    assert np.tanh(0.5) == pytest.approx(0.46, abs=0.005)  # what (68) drops at E = k_B T
    ends = [0.5 * special.beta((2 - k) / 2, 0.5) for k in (0, 1)]
    assert ends == pytest.approx([1, np.pi / 2], rel=1e-12)
    assert (10**1.5) ** (c + 0.1) == pytest.approx(2, rel=0.01)
    assert (10**1.5) ** (c + 1) > 40
    shortest = 2.0e-6 * (5.7e-4 / E) ** 3
    logarithm = np.log(60 / shortest)
    ordinary = integrate.quad(  # z = y² takes the root away
        lambda y: y * np.exp(c * y**2 / 2) / np.sqrt(-np.expm1(-(y**2))), 0, np.sqrt(logarithm)
    )[0]
    assert ordinary == pytest.approx(27, abs=0.5)
    assert B * E == pytest.approx(2.3, abs=0.05)


def test_dipole_interaction():
    """Eq. 70: minimising ½ρc²(∇φ)² + Σ g·∇φ gives ∇²φ_j = −(g_j·∇)δ/ρc² and the energy g_i·∇φ_j, the
    opposite sign of the printed bracket; the mean of its square over all directions is 2/3."""
    place = sp.Matrix(sp.symbols("x y z", positive=True))
    gi, gj = sp.Matrix([2, -1, 3]), sp.Matrix([1, 4, -2])
    r = sp.sqrt(place.dot(place))

    def gradient(function):
        return sp.Matrix([sp.diff(function, q) for q in place])

    green = 1 / (4 * sp.pi * r)  # −∇² of it is a unit source: its outward flux is −1
    assert sp.simplify(gradient(green).dot(place) / r * 4 * sp.pi * r**2) == -1
    energy = gi.dot(gradient(gj.dot(gradient(green))))
    printed = (gi.dot(gj) - 3 * gi.dot(place) * gj.dot(place) / r**2) / (4 * sp.pi * r**3)
    assert sp.simplify(energy + printed) == 0
    bracket = sp.eye(3) - 3 * sp.diag(0, 0, 1)  # r along z; ⟨g_a g_b⟩ = g² δ_ab/3
    assert (bracket * bracket).trace() / 9 == sp.Rational(2, 3)


def second_order(energies_i, energies_j, coupling, beta):
    """−δF/J² of two sites by thermal perturbation theory of second order."""
    total = np.add.outer(energies_i, energies_j).ravel()
    weight = np.exp(-beta * total)
    gap = np.subtract.outer(total, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        kernel = np.where(gap == 0, 0, np.subtract.outer(weight, weight) / gap)
    return -0.5 * np.sum(np.abs(coupling) ** 2 * kernel) / weight.sum()


def test_attraction_of_two_ripplons():
    """Eqs 72–74: (73) follows, each pair counted once, from J(|22⟩⟨33| + |23⟩⟨32| + h.c.); the
    exchange |23⟩⟨32| alone, as printed in (72), gives only a part that dies out in the cold."""
    e_i, e_j, w_i, w_j = 0.3, 0.5, 1.1, 1.7

    def both(beta):
        up = np.zeros((3, 3))
        up[1, 2] = 1
        exchange = np.kron(up, up.T) + np.kron(up.T, up)
        pair = np.kron(up, up) + np.kron(up.T, up.T)
        sites = [0, e_i, e_i + w_i], [0, e_j, e_j + w_j]
        full = second_order(*map(np.array, sites), exchange + pair, beta)
        part = second_order(*map(np.array, sites), exchange, beta)
        Z = [np.exp(-beta * np.array(s)).sum() for s in sites]
        x, y = np.exp(-beta * w_i), np.exp(-beta * w_j)
        front = np.exp(-beta * (e_i + e_j)) * (1 + x) * (1 + y) / (Z[0] * Z[1])
        numerator = w_i * np.tanh(beta * w_i / 2) - w_j * np.tanh(beta * w_j / 2)
        cold = 1 / (w_i + w_j) / (1 + np.exp(beta * e_i)) / (1 + np.exp(beta * e_j))
        return full, part, front * numerator / (w_i**2 - w_j**2), cold

    for beta in (0.5, 2.0, 5.0):
        full, part, printed, _ = both(beta)
        assert full == pytest.approx(printed, rel=1e-10)
        assert part < 0.6 * printed
    full, part, _, cold = both(12.0)
    assert full == pytest.approx(cold, rel=1e-4)
    assert part < 1e-4 * cold


def test_expansion_from_ripplon_pairs():
    """Eqs 75 and 76: with the paper's own sum over l and each pair counted once the coefficient is
    1.5, not 3.0; the sum over l = 2…9 is half the closed form, and α(1 K) is −0.9·10⁻¹⁰/K."""
    order, degeneracy, omega = ripplons()
    exact = np.sum(np.outer(degeneracy, degeneracy) / np.add.outer(omega, omega))
    closed = 1.5 * 3 / (4 * np.pi) * np.pi**3 * 5.8 ** (5 / 4 + 3)
    assert exact == pytest.approx(9912, abs=5)
    assert closed == pytest.approx(19499, abs=5)
    x, y = sp.symbols("x y", positive=True)
    wedge = sp.integrate(sp.integrate(x * y / (x + y), (x, 0, 1)), (y, 0, 1))
    assert float(8 * wedge / 1.342857) == pytest.approx(1.219, abs=0.001)
    # δF/V = −½ n² ∫4πr² dr (2/3)(3/4π)² T_g² (a/r)⁶ S, in units (ln 2)² T²/(ξ³T_D) (a/ξ)^(7/4)
    shell = 4 * np.pi / 3 * (4 * np.pi / 3)  # ∫4πr² dr/r⁶ from R, times ξ³
    all_pairs = 2 / 3 * (3 / (4 * np.pi)) ** 2 * shell * 1.5 * 3 / (4 * np.pi) * np.pi**3
    assert 4 * all_pairs == pytest.approx(3.0 * np.pi**2, rel=1e-12)  # printed: each pair twice
    assert 4 * all_pairs / 2 == pytest.approx(1.5 * np.pi**2, rel=1e-12)
    gruneisen = -3.0 * np.log(2) ** 2 * np.pi**2 * 1500 / 350 * 200 ** (-7 / 12)
    assert gruneisen == pytest.approx(-2.77, abs=0.01)
    K = SILICA["rho"] * SILICA["c"] ** 2 / 3
    volume = 3.0 * np.log(2) ** 2 * np.pi**2 * constants.k * 200 ** (-7 / 12)
    linear = -volume / (3 * K * SILICA["xi"] ** 3 * SILICA["T_D"])
    assert linear == pytest.approx(-0.88e-10, rel=0.01)
    assert abs(linear) < 0.4e-9 / 4


def test_attraction_of_a_ripplon_and_a_two_level_system():
    """Eqs 77 and 78: second order in J between a ripplon on one site and the two lowest states of
    another; cold, the summand is 1/((1 + e^(βε_i))(ω_i + ε_j))."""
    e_i, e_j, w_i = 0.3, 0.5, 1.1
    up, flip = np.zeros((3, 3)), np.array([[0, 1.0], [1, 0]])
    up[1, 2] = up[2, 1] = 1
    for beta in (0.7, 3.0, 20.0):
        site = np.array([0, e_i, e_i + w_i])
        full = second_order(site, np.array([0, e_j]), np.kron(up, flip), beta)
        Z = np.exp(-beta * site).sum()
        front = np.exp(-beta * e_i) * (1 + np.exp(-beta * w_i)) / Z
        numerator = w_i * np.tanh(beta * w_i / 2) - e_j * np.tanh(beta * e_j / 2)
        assert full == pytest.approx(front * numerator / (w_i**2 - e_j**2), rel=1e-10)
    cold = 1 / (1 + np.exp(beta * e_i)) / (w_i + e_j)
    assert full == pytest.approx(cold, rel=2e-4)


def test_expansion_from_ripplons_and_two_level_systems():
    """Eqs 79 and 80: the algebra from δF to the expansion is right (k_B is missing), but the sum
    over l gives 1.755 ln[0.71 …] in place of 0.5 ln[2.0 …]: twice as much for silica."""
    l_top, w1, t = sp.symbols("L w_1 T_g", positive=True)
    order = sp.Symbol("l", positive=True)
    summand = 2 * order * (sp.log(t / (w1 * order)) - sp.EulerGamma)
    total = sp.integrate(summand, (order, 0, l_top))
    closed = l_top**2 * (sp.log(t / (w1 * l_top)) - sp.EulerGamma + sp.Rational(1, 2))
    assert sp.simplify(sp.expand_log(total - closed)) == 0
    top = np.pi * (3 / (4 * np.pi)) ** (1 / 3)  # l_max a/ξ
    assert 2 / 3 * np.log(2) * top**2 == pytest.approx(1.755, abs=0.001)
    assert np.exp(0.5 - np.euler_gamma) * 2 / (1.342857 * top) == pytest.approx(0.708, abs=0.002)
    size, ratio = 200 ** (1 / 3), SILICA["T_g"] / SILICA["T_D"]
    printed = 0.5 * np.log(2.0 * ratio * size**0.25)
    _, degeneracy, omega = ripplons(size)
    integral = [np.exp(w / ratio) * special.exp1(w / ratio) for w in omega]
    exact = 2 / 3 * np.log(2) * np.sum(degeneracy * integral) / size**2
    leading = 2 / 3 * np.log(2) / size**2
    leading *= np.sum(degeneracy * (np.log(ratio / omega) - np.euler_gamma))
    assert leading / printed == pytest.approx(1.67, abs=0.01)
    assert exact / printed == pytest.approx(1.97, abs=0.01)
    cold = 12 / np.pi**2 * printed / size**4
    assert cold == pytest.approx(1.36e-3, abs=0.01e-3)  # break-down temperature over T_g
    pair = 3.0 * np.log(2) ** 2 * np.pi**2 / SILICA["T_D"] * size**-1.75
    assert 2 * printed * size**-4 / pair == pytest.approx(1.2, abs=0.03)


def test_attraction_of_two_level_systems():
    """Eq. 81 by second-order perturbation theory, each pair once; averaged over e^(−ε/T_g) it falls
    with temperature as 1 − (πT/T_g)² ln(T_g/T)/3: the printed plus sign is a minus."""
    e_i, e_j, flip = 0.4, 1.3, np.array([[0, 1.0], [1, 0]])
    for beta in (0.6, 4.0):
        full = second_order(np.array([0, e_i]), np.array([0, e_j]), np.kron(flip, flip), beta)
        numerator = e_i * np.tanh(beta * e_i / 2) - e_j * np.tanh(beta * e_j / 2)
        assert full == pytest.approx(numerator / (e_i**2 - e_j**2), rel=1e-10)

    def loss(t):  # 1 − average: 4∫ x e^(−x)/(e^(x/t)+1) P∫ e^(−y)/(x²−y²) dy dx
        def inner(x):
            return (np.exp(-x) * special.expi(x) + np.exp(x) * special.exp1(x)) / (2 * x)

        def outer(x):
            return x * np.exp(-x) / (np.exp(x / t) + 1) * inner(x)

        return 4 * integrate.quad(outer, 1e-12, 60 * t, limit=200)[0]

    first, second = loss(1e-4), loss(1e-5)
    assert first > 0
    assert second > 0
    slope = (second / 1e-10 - first / 1e-8) / np.log(10)
    assert slope == pytest.approx(np.pi**2 / 3, rel=1e-3)


def test_bound_from_the_direct_coupling():
    """Eq. 82: Phillips' result times T/T_g; with g of (18) and d_L = a/10 the bound is 8.4."""
    g, T, T_g, rho, c, a = sp.symbols("g T T_g rho c a", positive=True)
    phillips = 12 * g * sp.log(2) / (sp.pi**2 * T)
    bound = (phillips * T / T_g).subs(g, sp.sqrt(rho * c**2 * a**3 * T_g))
    assert sp.simplify(bound - 12 * sp.log(2) / sp.pi**2 * sp.sqrt(rho * c**2 * a**3 / T_g)) == 0
    assert float(12 * sp.log(2) / sp.pi**2 * 10) == pytest.approx(8.4, abs=0.05)
