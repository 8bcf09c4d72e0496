"""Proofs of eqs 1–18 of Jug & Recchia 2021: the void, the magnetization, the susceptibility."""

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import quad

import etm

XI = 300.0
"""Radius of the cells in BK7 [Å]."""


def test_1_volume_of_the_void():
    """Eq. 1: the tetrahedron of four touching spheres minus four sphere sectors; also by counting."""
    centres = 2 / np.sqrt(8) * np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    edges = centres[1:] - centres[0]
    np.testing.assert_allclose(np.linalg.norm(edges, axis=1), 2.0)
    tetrahedron = sp.Rational(2, 3) * sp.sqrt(2)
    assert abs(np.linalg.det(edges)) / 6 == pytest.approx(float(tetrahedron))
    solid_angle = 3 * sp.acos(sp.Rational(1, 3)) - sp.pi  # Girard: three dihedral angles
    assert abs(sp.N(solid_angle - sp.acos(sp.Rational(23, 27)), 30)) < 1e-28
    void = float(tetrahedron - 4 * solid_angle / 3)
    assert void == pytest.approx(0.2077615770053556, rel=1e-14)

    rng = np.random.default_rng(1)
    weights = rng.dirichlet(np.ones(4), 400_000)
    points = weights @ centres
    free = np.all([((points - c) ** 2).sum(axis=1) > 1 for c in centres], axis=0)
    assert free.mean() * float(tetrahedron) == pytest.approx(void, rel=0.01)


def test_1_species_on_a_face():
    """For ξ = 30 nm volume and side are right, but 400 species on a face stand 13 Å apart."""
    volume = 0.20776 * XI**3
    side = (6 * np.sqrt(2) * volume) ** (1 / 3)
    assert volume == pytest.approx(5.6e6, rel=0.005)
    assert side == pytest.approx(3.62e2, rel=0.002)
    face = np.sqrt(3) / 4 * side**2
    spacing = np.sqrt(2 / np.sqrt(3) * face / 400)  # hexagonal packing
    assert spacing == pytest.approx(12.8, abs=0.1)
    packed = face / (2 * np.sqrt(3) * 1.4**2)  # O⁻ as a sphere of radius 1.4 Å
    assert packed == pytest.approx(8400, rel=0.01)
    curved = float(np.arccos(23 / 27)) * XI**2  # the face of the cell itself
    assert curved / face == pytest.approx(0.87, abs=0.01)


def test_5_levels_of_two_wells():
    """The matrices of 2021, eq. 5 and 2018, eq. 1 differ in sign and have the same levels."""
    D, D0 = 0.3, 0.7
    printed = np.array([[D, D0], [D0, -D]]) / 2
    np.testing.assert_allclose(np.linalg.eigvalsh(printed), etm.wells.two_well_levels(D, D0))
    np.testing.assert_allclose(printed, -etm.wells.two_well(D, D0))


def test_6_7_phase_of_the_loop():
    """The Peierls phases of any triangle add up to 2πBS/(h/q), which is the phase in eq. 6."""
    x, y = sp.symbols("x1:4", real=True), sp.symbols("y1:4", real=True)
    q, B, h = sp.symbols("q B h", positive=True)
    hbar = h / (2 * sp.pi)

    def step(i, j):  # (q/ħ)∫A·dl from i to j with A = B × r / 2
        return q * B / (2 * hbar) * (x[i] * y[j] - x[j] * y[i])

    loop = step(0, 1) + step(1, 2) + step(2, 0)
    area = sp.Matrix([[1, 1, 1], x, y]).det() / 2
    assert sp.simplify(loop - 2 * sp.pi * B * area / (h / q)) == 0
    assert sp.simplify(loop - 2 * sp.pi * B * area / (h / (2 * q))) != 0
    H = etm.wells.three_well(np.zeros(3), 1.0, 0.7)
    assert np.angle(H[0, 1] * H[1, 2] * H[2, 0]) == pytest.approx(0.7)


BK7 = etm.ATS(D_min=2.671e-2, D0_min=2.717e5, D0_max=2.925e5, density=1.0)
"""Table 3 of 2021, per P* n_ATS."""


def magnetization(T, B, ats, prefactor):
    """Eq. 10 with the limits of 2016, eq. 93 and a free prefactor; in K/T per P* n k_B."""
    a, b = ats.field_energies(B, "parallel")
    first, second = np.hypot(ats.D_min, a), np.hypot(ats.D_min, b)

    def below(s):  # E² = D_min² + s²
        E = np.hypot(ats.D_min, s)
        return np.tanh(E / (2 * T)) * np.log1p((s**2 - a**2) / ats.D_min**2) * s / E

    def above(y):  # E² = E_c2² + y²
        E = np.hypot(second, y)
        return np.tanh(E / (2 * T)) * np.log1p((b**2 - a**2) / (y**2 + ats.D_min**2)) * y / E

    assert first < second
    marks = [0, *(second * 10.0 ** np.arange(np.log10(max(30 * T / second, 1)) + 1)), np.inf]
    parts = [quad(below, a, b, epsabs=0, epsrel=1e-10)[0]]
    parts += [
        quad(above, low, high, epsabs=0, epsrel=1e-10, limit=200)[0]
        for low, high in zip(marks[:-1], marks[1:], strict=True)
    ]
    return prefactor / B * sum(parts)


@pytest.mark.parametrize(("T", "B"), [(2.0, 3.0), (0.05, 0.02), (10.0, 6.5)])
def test_10_magnetization(T, B):
    """The moments -∂F/∂B of all systems add up to eq. 10 with the prefactor π/2, not π."""
    a, b = BK7.field_energies(B, "parallel")

    def moment(u, f):  # D = e^u, f = D0 φ: ½ tanh(E/2T) ∂E/∂B
        E = np.hypot(np.exp(u), f)
        return 0.5 * np.tanh(E / (2 * T)) * f**2 / (E * B)

    def over_D(f):
        marks = [np.log(BK7.D_min), np.log(f + BK7.D_min) + 1, 30]
        return sum(
            quad(moment, low, high, args=(f,), epsrel=1e-10)[0]
            for low, high in zip(marks[:-1], marks[1:], strict=True)
        )

    direct = 2 * np.pi * quad(lambda f: over_D(f) / f, a, b, epsrel=1e-9)[0]
    assert magnetization(T, B, BK7, np.pi / 2) == pytest.approx(direct, rel=1e-7)
    assert magnetization(T, B, BK7, np.pi) == pytest.approx(2 * direct, rel=1e-7)


def test_10_as_printed():
    """The roots need D0²φ², and the normalization of P* needs ln(D0max/D0min)."""
    D, D0, Dm, low, high, top, phi, scale = sp.symbols(
        "D D_0 D_min D0_min D0_max E_max phi s", positive=True
    )
    weight = 2 * sp.pi / (D * D0)
    normalization = sp.integrate(sp.integrate(weight, (D, Dm, top)), (D0, low, high))
    stated = 2 * sp.pi * sp.log(high / low) * sp.log(top / Dm)
    assert sp.simplify(sp.expand_log(normalization - stated, force=True)) == 0
    assert stated.subs(low, high) == 0  # as printed: 1/P* = 0

    # an energy must scale as its parameters do
    right, printed = sp.sqrt(Dm**2 + low**2 * phi**2), sp.sqrt(Dm**2 + low * phi**2)
    scaled = {Dm: scale * Dm, low: scale * low}
    assert sp.simplify(right.subs(scaled, simultaneous=True) / right) == scale
    assert sp.simplify(printed.subs(scaled, simultaneous=True) / printed - scale) != 0
    # and the density of states begins at the right one
    edge = np.hypot(BK7.D_min, BK7.field_energies(0.05, "parallel")[0])
    assert BK7.gap_density(edge * 0.9999, 0.05, "parallel") == 0
    assert BK7.gap_density(edge * 1.0001, 0.05, "parallel") > 0
    # the first integral, from E_c1 to E_c1 in print, is not negligible
    whole = magnetization(2.0, 3.0, BK7, 1.0)
    a, b = BK7.field_energies(3.0, "parallel")
    thin = quad(
        lambda s: (
            np.tanh(np.hypot(BK7.D_min, s) / 4)
            * np.log1p((s**2 - a**2) / BK7.D_min**2)
            * s
            / np.hypot(BK7.D_min, s)
        ),
        a,
        b,
    )[0]
    assert 0.3 < thin / 3.0 / whole < 0.95


def test_11_prefactor():
    """Averaged over directions the 1/B of eq. 10 becomes (1 - b²/45)/B with b = B/B*, not b²/54."""
    phi, b, mu = sp.symbols("phi b mu", positive=True)
    f = phi**2 * (1 - phi**2 / 27)
    response = sp.expand(phi * sp.diff(f, phi) / 2)  # M ∝ φ f'/2 / B for weak response
    average = sp.integrate(response.subs(phi, b * mu), (mu, 0, 1))
    curly_brackets = sp.integrate(f.subs(phi, b * mu), (mu, 0, 1))
    prefactor = sp.series(average / curly_brackets, b, 0, 4).removeO()
    assert sp.expand(prefactor - (1 - b**2 / 45)) == 0
    # 1/54 belongs to the root of a loop that faces the field
    root = sp.series(sp.sqrt(f) / phi, phi, 0, 4).removeO()
    assert sp.expand(root - (1 - phi**2 / 54)) == 0


def susceptibility_integral(T, D_min):
    """∫ tanh(E/2T)/E² dE from D_min, in 1/K."""
    x = mp.mpf(D_min) / (2 * T)
    marks = [x, *(m for m in (mp.mpf("0.1"), 1, 5, 50) if m > x), 2 * x + 60, mp.inf]
    return mp.quad(lambda u: mp.tanh(u) / u**2, marks) / (2 * T)


@pytest.mark.parametrize("T", [0.02, 2.0, 300.0])
def test_12_susceptibility(T):
    """In a weak field, averaged over directions, the corrected eq. 10 gives eq. 12."""
    B = 2e-5
    node, weight = np.polynomial.legendre.leggauss(6)
    mean = sum(
        w / 2 * (1 + u) / 2 * magnetization(T, B * (1 + u) / 2, BK7, np.pi / 2)
        for u, w in zip(node, weight, strict=True)
    )
    difference = (BK7.D0_max**2 - BK7.D0_min**2) / etm.units.FLUX_QUANTUM**2
    eq12 = 2 / 3 * np.pi**3 * difference * float(susceptibility_integral(T, BK7.D_min))
    assert mean / B == pytest.approx(eq12, rel=1e-5)


def test_12_third_level():
    """At D = 0 the exact χ is that of the doublet alone times 1 - T/3D0 + ..., for T << D0."""
    phi, x = sp.symbols("phi x", positive=True)  # x = D0/T, D0 the matrix element
    levels = [2 * x * sp.cos((phi + 2 * sp.pi * m) / 3) for m in (0, 1, -1)]
    exact = sp.log(sum(sp.exp(-level) for level in levels))
    doublet = sp.log(2 * sp.cosh((levels[2] - levels[1]) / 2))
    curvature = [sp.diff(f, phi, 2).subs(phi, 0) for f in (exact, doublet)]
    ratio = sp.lambdify(x, curvature[0] / curvature[1], "mpmath")
    for large in (20, 100):
        assert abs(ratio(mp.mpf(large)) - (1 - mp.mpf(1) / (3 * large))) < 1e-6
    assert float(ratio(1.0)) == pytest.approx(0.67, abs=0.01)
    assert float(ratio(0.1)) == pytest.approx(0.10, abs=0.01)


CONSTANT = 1 - mp.euler - mp.log(2) - 4 * mp.zeta(-1, derivative=1) * 3 - 4 * mp.log(2) / 3
"""The number beside the logarithm; -3ζ'(-1) - ln 2/3 is η'(-1)."""


def test_13_high_temperature():
    """For T >> D_min the integral is [ln(2T/D_min) + 0.79049...]/2T; the logarithm is missing."""
    assert float(CONSTANT) == pytest.approx(0.7904946382, abs=1e-10)
    dimensionless = susceptibility_integral(mp.mpf("0.5"), mp.mpf("1e-5"))
    assert float(dimensionless + mp.log("1e-5") - CONSTANT) == pytest.approx(0, abs=1e-10)
    for T, lost in ((0.3, 3.90), (1.0, 5.11), (4.0, 6.49), (300.0, 10.81)):
        exact = susceptibility_integral(T, BK7.D_min)
        with_logarithm = (mp.log(2 * T / BK7.D_min) + CONSTANT) / (2 * T)
        assert abs(with_logarithm / exact - 1) < 1e-4
        printed = 1 / (mp.mpf(2) * T)
        assert float(exact / printed) == pytest.approx(lost, abs=0.006)


def test_13_low_temperature():
    """For T << D_min the integral is 1/D_min: half a per mille is missing at T = D_min/6.5."""
    assert float(susceptibility_integral(BK7.D_min / 20, BK7.D_min)) * BK7.D_min == pytest.approx(
        1, abs=1e-7
    )
    assert float(susceptibility_integral(BK7.D_min, BK7.D_min)) * BK7.D_min == pytest.approx(
        0.762, abs=1e-3
    )


def test_15_16_number_of_tunneling_ions():
    """With eq. 15 χ has a maximum and falls to zero; eq. 16 is negative below E0/ln(1/Γ)."""
    mu, T0 = 0.319, 1.26  # Table 3

    def number(T):
        return np.exp(-mu / T + mu / T0)

    def chi(T):
        s = number(T)
        return s**6 * float(susceptibility_integral(T, s * BK7.D_min))

    assert chi(0.3) / chi(T0) == pytest.approx(0.035, abs=0.01)
    assert chi(0.1) / chi(T0) < 1e-5
    assert chi(0.02) / chi(T0) < 1e-30
    # eqs 15 and 16 with the same N and dN/d(1/T) at high T: ΓE0/(1-Γ) = Δμ, E0 = Δμ gives Γ = 1/2
    T, gamma, E0 = sp.symbols("T Gamma E_0", positive=True)
    activated = (1 - gamma * sp.exp(E0 / T)) / (1 - gamma)
    slope = sp.limit(T * (1 - activated), T, sp.oo)
    assert sp.simplify(slope - gamma * E0 / (1 - gamma)) == 0
    zero = E0 / sp.log(1 / gamma)
    assert sp.simplify(activated.subs(T, zero)) == 0
    at_zero = float(zero.subs({E0: mu, gamma: 0.5}))
    assert at_zero == pytest.approx(0.460, abs=1e-3)
    assert activated.subs({E0: mu, gamma: 0.5, T: 0.4}) < 0


def test_18_range_of_the_straight_line():
    """T(χ - χ_L) is linear in T only for T < D_min/2; from 0.3 to 4 K it is a logarithm."""
    for D_min, factors in ((2.671e-2, (5.76, 46.1)), (5.238e-2, (3.55, 26.2))):

        def curve(T, D_min=D_min):
            return T * float(susceptibility_integral(T, D_min))

        assert curve(D_min / 4) / (1 / 4) == pytest.approx(1, abs=0.01)
        assert curve(D_min / 2) / (1 / 2) == pytest.approx(0.93, abs=0.005)
        for T, factor in zip((0.3, 4.0), factors, strict=True):
            assert T / D_min / curve(T) == pytest.approx(factor, rel=0.005)
            logarithm = (np.log(2 * T / D_min) + 0.7904946) / 2
            assert curve(T) == pytest.approx(logarithm, rel=1e-3)
