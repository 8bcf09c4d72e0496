"""Jug & Paliienko 2013, equations 1 to 51, derived again.

Energies are temperatures (k_B = 1) and the factor 1 / (eps0 epsr) of the dielectric
constant is left out, unless an SI number is compared.
"""

import itertools
from math import factorial

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from scipy import constants

import etm

T, E, D, V = sp.symbols("T E D V", positive=True)


def zero(expression):
    """True if SymPy reduces the expression to nothing."""
    return sp.simplify(sp.expand_log(expression.rewrite(sp.exp), force=True)) == 0


# --- Section II: Hamiltonians and distributions -------------------------------------------


def test_levels_of_a_double_well():
    """The double well has the levels ±½√(Δ² + Δ0²)."""
    delta, delta0 = sp.symbols("Delta Delta_0", positive=True)
    matrix = -sp.Matrix([[delta, delta0], [delta0, -delta]]) / 2
    half = sp.sqrt(delta**2 + delta0**2) / 2
    assert sorted(matrix.eigenvals(), key=str) == sorted([half, -half], key=str)
    numbers = np.array(matrix.subs({delta: 3, delta0: 4}), dtype=float)
    np.testing.assert_array_equal(etm.wells.two_well(3, 4), numbers)
    np.testing.assert_allclose(etm.wells.two_well_levels(3, 4), [-2.5, 2.5])


def test_three_equal_wells_have_a_doublet_at_the_bottom():
    """Three equal wells with D0 > 0 have a doublet at -D0 below a single level at 2 D0."""
    D0 = sp.symbols("D_0", positive=True)
    assert (D0 * (sp.ones(3) - sp.eye(3))).eigenvals() == {-D0: 2, 2 * D0: 1}
    np.testing.assert_allclose(etm.wells.three_well_levels(np.zeros(3), 1, 0), [-1, -1, 2])


def annihilators(count):
    """Matrices of c_1 ... c_count for fermions (Jordan and Wigner)."""
    lower, sign, one = np.array([[0, 1], [0, 0]]), np.diag([1, -1]), np.eye(2)
    operators = []
    for mode in range(count):
        product = np.eye(1)
        for factor in [sign] * mode + [lower] + [one] * (count - mode - 1):
            product = np.kron(product, factor)
        operators.append(product)
    return operators


def test_hermitian_conjugate_counts_each_bond_twice():
    """The sum over i ≠ j is Hermitian already: adding h.c. doubles the hopping of eq. 3."""
    energies, D0 = np.array([0.3, -0.1, -0.2]), 1.7
    c = annihilators(3)
    diagonal = sum(e * op.T @ op for e, op in zip(energies, c, strict=True))
    hops = sum(D0 * c[i].T @ c[j] for i, j in itertools.permutations(range(3), 2))
    np.testing.assert_array_equal(hops, hops.T)
    vacuum = np.eye(8)[0]
    wells = np.array([op.T @ vacuum for op in c])  # one particle, in well 1, 2, 3
    eq3 = np.diag(energies) + D0 * (np.ones((3, 3)) - np.eye(3))
    np.testing.assert_allclose(wells @ (diagonal + hops) @ wells.T, eq3, atol=1e-15)
    printed = wells @ (diagonal + hops + hops.T) @ wells.T
    np.testing.assert_allclose(printed - np.diag(energies), 2 * (eq3 - np.diag(energies)))


def test_three_well_distribution_has_no_scale():
    """P* has no dimension: the distribution times dE1 dE2 dD0 does not change with the scale."""
    E1, E2, D0, scale = sp.symbols("E1 E2 D_0 scale", positive=True)
    density = 1 / ((E1**2 + E2**2 + (E1 + E2) ** 2) * D0)
    scaled = density.subs({E1: scale * E1, E2: scale * E2, D0: scale * D0}, simultaneous=True)
    assert sp.simplify(scale**3 * scaled - density) == 0


@pytest.mark.parametrize("ordered", [True, False])
def test_denominators_of_the_cubic_formula(ordered):
    """Both denominators are 6 if each pair counts twice and 3 if it counts once, never 6 and 3."""
    rng = np.random.default_rng(7)
    energies = rng.normal(size=(300, 3))
    energies -= energies.mean(axis=1, keepdims=True)
    phase = rng.uniform(0, np.pi, 300)
    exact = np.linalg.eigvalsh(etm.wells.three_well(energies, 1.0, phase))
    pairs = -(energies**2).sum(axis=1) * (1.0 if ordered else 0.5)

    def error(first, second):
        cosine = np.cos(phase) + energies.prod(axis=1) / 2
        cosine = np.clip(cosine * (1 - pairs / second) ** -1.5, -1, 1)
        turns = np.array([2 * np.pi / 3, -2 * np.pi / 3, 0])  # ascending levels
        levels = np.cos(np.arccos(cosine)[:, None] / 3 + turns)
        return np.abs(2 * np.sqrt(1 - pairs / first)[:, None] * levels - exact).max()

    right = (6, 6) if ordered else (3, 3)
    assert error(*right) < 1e-6
    assert error(6, 3) > 0.3  # in units of D0


def test_gap_of_nearly_equal_wells():
    """Without a field the gap is √(⅔ ΣE²); the printed √(ΣE²) needs E rescaled by √(2/3)."""
    E1, E2 = sp.symbols("E1 E2", real=True)
    energies = sp.Matrix([E1, E2, -E1 - E2])
    doublet = sp.Matrix([[1, -1, 0], [1, 1, -2]])  # orthogonal to the uniform state
    doublet = sp.diag(1 / sp.sqrt(2), 1 / sp.sqrt(6)) * doublet
    block = doublet * sp.diag(*energies) * doublet.T
    gap_squared = block.trace() ** 2 - 4 * block.det()
    assert sp.expand(gap_squared - sp.Rational(2, 3) * energies.dot(energies)) == 0
    wells = 1e-5 * np.array([0.7, 0.1, -0.8])
    exact = etm.wells.three_well_gap(wells, 1.0, 0.0)
    norm = np.sqrt(np.sum(wells**2))
    assert exact == pytest.approx(np.sqrt(2 / 3) * norm, rel=1e-4)
    assert norm / exact == pytest.approx(1.2247, abs=1e-3)


# --- Section III: the dielectric constant --------------------------------------------------


def test_two_level_permittivity():
    """-∂²f/∂F², averaged over directions and over P̄/Δ0, gives both integrals of eq. 8."""
    delta, delta0, p, F, c, m = sp.symbols("Delta Delta_0 p F c Delta_0min", positive=True)
    gap = sp.sqrt((delta + 2 * p * F * c) ** 2 + delta0**2)
    response = -sp.diff(-T * sp.log(2 * sp.cosh(gap / (2 * T))), F, 2).subs(F, 0)
    energy = sp.sqrt(delta**2 + delta0**2)
    t = sp.tanh(energy / (2 * T))
    resonant = 2 * p**2 * c**2 * delta0**2 / energy**3 * t
    relaxing = p**2 * c**2 / T * (delta / energy) ** 2 * (1 - t**2)
    assert sp.simplify(response - resonant - relaxing) == 0
    assert sp.integrate(c**2, (c, -1, 1)) / 2 == sp.Rational(1, 3)  # random directions

    # At fixed gap E, d(Delta) = (E / Delta) dE.  Resonant part: integrate over Delta_0.
    asymmetry = sp.sqrt(E**2 - delta0**2)
    integrand = (E / asymmetry) * (delta0**2 / E**3) / delta0
    stated = sp.sqrt(1 - (m / E) ** 2) / E  # from m to E
    assert sp.simplify(sp.diff(stated, m) + integrand.subs(delta0, m)) == 0
    # Relaxing part: Delta_0 = E sqrt(tau_min / tau), and dE = 2 T dz gives P p^2 / 3.
    tau, tau_min = sp.symbols("tau tau_min", positive=True)
    delta0_of_tau = E * sp.sqrt(tau_min / tau)
    integrand = (E / asymmetry) * (asymmetry / E) ** 2 / delta0
    integrand = integrand.subs(delta0, delta0_of_tau) * -sp.diff(delta0_of_tau, tau)
    stated = sp.sqrt(1 - tau_min / tau) / (2 * tau)
    ratio = (integrand / stated).subs({tau: 7, tau_min: 3, E: 2})
    assert sp.simplify(ratio) == 1
    assert sp.simplify((integrand / stated) ** 2) == 1


def test_one_phonon_rate():
    """One Debye phonon relaxes a double well at the rate E Δ0² / [γ tanh(E/2T)]."""
    delta0, omega, v, theta, coupling = sp.symbols("Delta_0 omega v theta coupling", positive=True)
    states = sp.Matrix([[sp.cos(theta / 2), sp.sin(theta / 2)],
                        [-sp.sin(theta / 2), sp.cos(theta / 2)]])  # fmt: skip
    element = (states * sp.diag(1, -1) * states.T)[0, 1] ** 2  # <0|sigma_z|1>^2
    assert sp.simplify(element - sp.sin(theta) ** 2) == 0  # sin(theta) = Delta_0 / E
    strain_squared = (omega / v) ** 2 / omega  # of one quantum, per unit of 2 rho
    modes = omega**2 / v**3  # Debye, per unit of 2 pi^2
    bose = 1 / (sp.exp(E / T) - 1)
    rate = coupling * strain_squared * modes * (delta0 / E) ** 2 * (bose + bose + 1)
    constant = (rate / (E * delta0**2 / sp.tanh(E / (2 * T)))).subs(omega, E)
    assert sp.simplify(constant.rewrite(sp.exp) - coupling / v**5) == 0


def test_debye_relaxation():
    """A dipole that relaxes to its equilibrium in the time τ responds as 1/(1 + iωτ)."""
    omega, tau, t, static = sp.symbols("omega tau t static", positive=True)
    field = sp.exp(sp.I * omega * t)
    dipole = static * field / (1 + sp.I * omega * tau)
    assert sp.simplify(sp.diff(dipole, t) + (dipole - static * field) / tau) == 0
    real = sp.re(1 / (1 + sp.I * omega * tau))
    assert sp.simplify(real - 1 / (1 + (omega * tau) ** 2)) == 0


def two_level_integrals(temperatures, D0_min, D0_max, gamma_omega):
    """The integrals of eq. 8, resonant (times 2/3) and relaxing (times 1/3)."""
    x, weight = np.polynomial.legendre.leggauss(400)
    resonant, relaxing = [], []
    for temperature in temperatures:
        log_z = np.log(np.array([D0_min, D0_max]) / (2 * temperature))
        log_z[1] = min(log_z[1], 60)
        half = (log_z[1] - log_z[0]) / 2
        z = np.exp(log_z.mean() + half * x)
        root = np.sqrt(1 - (D0_min / (2 * temperature * z)) ** 2)
        resonant.append(2 / 3 * half * (weight * root * np.tanh(z)).sum())
        gap = 2 * temperature * z
        log_range = 2 * np.log(gap / D0_min)[:, None]
        u = np.exp(log_range * (x + 1) / 2)  # tau / tau_min
        w = (gamma_omega * np.tanh(z) / gap**3)[:, None]  # omega tau_min
        inner = (np.sqrt(1 - 1 / u) / (1 + (w * u) ** 2)) @ weight * log_range[:, 0] / 2
        sech2 = 4 * np.exp(-2 * z) / (1 + np.exp(-2 * z)) ** 2
        relaxing.append(half / 3 * (weight * z * sech2 * inner).sum())
    return np.array(resonant), np.array(relaxing)


def test_resonant_logarithm_of_two_level_systems():
    """The resonant part has the slope -2/3 in ln T, within 6 per cent from 50 mK to 1 K."""
    temperatures = np.array([0.05, 0.051, 0.99, 1.0])
    resonant, _ = two_level_integrals(temperatures, 3.9e-3, 10.0, 1e-6)
    slopes = np.diff(resonant)[::2] / np.diff(np.log(temperatures))[::2]
    np.testing.assert_allclose(slopes, [-0.627, -0.665], atol=1e-3)
    resonant, _ = two_level_integrals([1e-3], 1e-9, 1e4, 1e-6)
    constant = mp.log(4 / mp.pi) + mp.euler  # what the leading logarithm leaves out
    assert resonant[0] == pytest.approx(2 / 3 * float(mp.log(1e4 / 2e-3) + constant), rel=1e-4)


def test_relaxational_logarithm_of_two_level_systems():
    """The relaxing part alone has the slope +1 in ln T; the printed +1/3 is that of the sum."""
    temperatures = np.array([0.1, 0.11])
    step = np.diff(np.log(temperatures))[0]
    resonant, relaxing = two_level_integrals(temperatures, 1e-9, 1e6, 1e-12)
    slopes = np.diff(resonant)[0] / step, np.diff(relaxing)[0] / step
    assert slopes[0] == pytest.approx(-2 / 3, abs=2e-3)
    assert slopes[1] == pytest.approx(1, abs=2e-3)
    assert sum(slopes) == pytest.approx(1 / 3, abs=4e-3)
    assert slopes[0] + 1 / 3 < 0  # as printed, the sum would fall and have no minimum
    # If even the slowest systems follow the field, the two parts cancel.
    resonant, relaxing = two_level_integrals(temperatures, 1e-4, 1e6, 1e-30)
    assert np.diff(relaxing)[0] / step == pytest.approx(2 / 3, abs=2e-3)
    assert np.diff(resonant + relaxing)[0] / step == pytest.approx(0, abs=2e-3)


def test_ats_permittivity_has_equal_prefactors():
    """Averaged over the directions of (E1, E2, E3), both parts of eq. 14 have the prefactor π/3."""
    alpha, F, p1 = sp.symbols("alpha F p_1", positive=True)
    kick = sp.Matrix(sp.symbols("a1 a2", real=True))
    kick = sp.Matrix([*kick, -sum(kick)])  # dE_i/dF, for any dipoles that sum to zero
    wells = sp.Matrix([D * sp.cos(alpha + 2 * sp.pi * i / 3) for i in range(3)])
    moved = wells + F * kick
    square = sp.expand(sp.Rational(2, 3) * moved.dot(moved))  # E^2, with E = D at F = 0
    first = sp.diff(square, F).subs(F, 0) / (2 * D)  # dE/dF
    second = (sp.diff(square, F, 2) / 2 - first**2) / D  # d2E/dF2

    def mean(expression):
        return sp.integrate(sp.expand(expression), (alpha, 0, 2 * sp.pi)) / (2 * sp.pi)

    assert sp.simplify(mean(first**2) - kick.dot(kick) / 3) == 0
    assert sp.simplify(mean(second) * D - kick.dot(kick) / 3) == 0
    # Dipoles p_1 from the centre to the corners: on average over directions, sum a_i^2 = p_1^2.
    resonant = mean(second) / 2 * sp.tanh(D / (2 * T)) * 2 * sp.pi / D
    relaxing = mean(first**2) / (4 * T) / sp.cosh(D / (2 * T)) ** 2 * 2 * sp.pi / D
    to_p1 = p1**2 / kick.dot(kick)
    printed_resonant = sp.pi * p1**2 / 3 / D**2 * sp.tanh(D / (2 * T))
    printed_relaxing = sp.pi * p1**2 / 2 / (2 * T) / D / sp.cosh(D / (2 * T)) ** 2
    assert sp.simplify(resonant * to_p1 - printed_resonant) == 0
    assert sp.simplify(relaxing * to_p1 / printed_relaxing) == sp.Rational(2, 3)


def test_one_phonon_rate_of_nearly_equal_wells():
    """Coupled to phonons through its well energies, an ATS relaxes as D³, not as D⁵."""
    rng = np.random.default_rng(15)
    strain = rng.normal(size=(3, 400))
    strain -= strain.mean(axis=0)
    elements = []
    for asymmetry in (1e-3, 1e-2):
        wells = etm.wells.asymmetries_from_polar(asymmetry, np.linspace(0, 2 * np.pi, 37)[:-1])
        _, states = np.linalg.eigh(etm.wells.three_well(wells, 1.0, 0.0))
        overlap = (states[:, :, 0].conj() * states[:, :, 1]) @ strain
        elements.append(np.mean(np.abs(overlap) ** 2) / np.mean((strain**2).sum(axis=0)))
    np.testing.assert_allclose(elements, 1 / 12, rtol=1e-3)
    rate = np.array(elements) * np.array([1e-3, 1e-2]) ** 3  # times coth(D / 2T) / Gamma
    assert np.log10(rate[1] / rate[0]) == pytest.approx(3, abs=1e-3)


def test_ats_logarithms():
    """Resonant part: (π/6T) ln(2T/Dmin) from eq. 14; relaxing part: the same, not (π/T) ln(T/Dmin)."""
    constant = mp.quad(lambda u: 2 * mp.log(u) * mp.tanh(u) * mp.sech(u) ** 2, [0, 1, 5, 40])
    assert constant == pytest.approx(-0.20950536, abs=1e-8)
    for x in (mp.mpf("1e-2"), mp.mpf("1e-3")):  # Dmin / 2T
        ends = [x, 1, 5, 40]
        relaxing = mp.quad(lambda u: mp.sech(u) ** 2 / u, ends)
        resonant = mp.quad(lambda u: mp.tanh(u) / u**2, [*ends, mp.inf])
        assert float(resonant) == pytest.approx(float(mp.log(1 / x) + 1 + constant), abs=float(x))
        assert float(relaxing) == pytest.approx(float(mp.log(1 / x) + constant), abs=float(x))
    # The printed relaxing part, 6 ln(1/2x) in these units, is 4 to 6 times that of eq. 14.
    assert 6 * mp.log(1 / (2 * x)) / relaxing > 5
    assert 6 * mp.log(1 / (2 * x)) / (relaxing * 3 / 2) > 3.5
    frozen = mp.quad(lambda y: mp.tanh(20 * y) / y**2, [1, 2, mp.inf])  # T = Dmin / 40
    assert frozen == pytest.approx(1, abs=1e-12)  # a constant, not zero


def test_ats_slope_changes_sign():
    """The ATS part of eq. 14, prefactors equal, rises with ln T only below 0.63 Dmin."""

    def total(log_t, ratio=1):  # ratio of the prefactors
        x = mp.exp(-log_t) / 2
        resonant = mp.quad(lambda y: mp.tanh(x * y) / y**2, [1, 3, 10, 100, mp.inf])
        return resonant + ratio * x * mp.quad(lambda y: mp.sech(x * y) ** 2 / y, [1, 3, 10, 100])

    slopes = [mp.diff(total, mp.log(t)) for t in (0.4, 0.60, 0.64, 2)]
    assert slopes[0] == pytest.approx(0.1225, abs=1e-3)  # the steepest, about
    assert slopes[1] > 0 > slopes[2]
    printed = 7 / (2 * 0.4)  # S_ATS = 7 pi / 6 T in the same units, pi / 3 Dmin
    assert printed / slopes[0] > 70
    # With the prefactors as printed, 1/3 and 1/2, below 0.76 Dmin.
    slopes = [mp.diff(lambda u: total(u, 1.5), mp.log(t)) for t in (0.75, 0.77)]
    assert slopes[0] > 0 > slopes[1]


def test_fractal_exponent():
    """x · x^{(Ds-D)ν} = x^f with f = 1-(D-Ds)ν: 29/36 in the plane and 0.67 in space."""
    x, dimension, surface, nu = sp.symbols("x D D_s nu", positive=True)
    length = x**nu
    f = 1 - (dimension - surface) * nu
    assert sp.simplify(x * length**surface / length**dimension / x**f) == 1
    plane = {dimension: sp.Rational(91, 48), surface: sp.Rational(7, 4), nu: sp.Rational(4, 3)}
    assert f.subs(plane) == sp.Rational(29, 36)
    assert f.subs({dimension: 2.52, surface: 2.14, nu: 0.88}) == pytest.approx(0.6656)


# --- Densities of states --------------------------------------------------------------------


def test_density_of_states_without_a_field():
    """Without a field g = 2π P* ln(D0max/D0min) / E above Dmin; the printed 2P*/E lacks π ln(·)."""
    low, high, D0 = sp.symbols("low high D_0", positive=True)
    derived = 2 * sp.pi * sp.integrate(1 / D0, (D0, low, high)) / E  # P* = 1, delta(E - D)
    assert zero(derived - 2 * sp.pi * sp.log(high / low) / E)
    ats = etm.ATS(D_min=0.35, D0_min=4e4, D0_max=2e5, density=3e16)
    gaps = np.array([0.2, 0.36, 1.0, 5.0])
    stated = 2 * np.pi * ats.density * np.log(5.0) / gaps * (gaps > ats.D_min)
    np.testing.assert_allclose(ats.gap_density(gaps, 0.0), stated, rtol=1e-12)
    printed = 2 * ats.density / gaps[1:]
    np.testing.assert_allclose(stated[1:] / printed, np.pi * np.log(5.0))


def test_density_of_two_level_systems_is_a_logarithm():
    """The "constant" of eq. 17 is P̄ arcosh(E/Δ0min), with Δ >= 0: 3.9 P̄ at 0.1 K, 6.2 P̄ at 1 K."""
    m = 3.9e-3
    tls = etm.TwoLevelSystems(D0_min=m, density=1.0)
    for gap, stated in ((0.1, 3.94), (1.0, 6.24)):
        # Along the circle Delta = gap cos(t), Delta_0 = gap sin(t): dDelta dDelta_0 = gap dE dt.
        circle = mp.quad(lambda t: 1 / mp.sin(t), [mp.asin(m / gap), 0.1, mp.pi / 2])
        assert tls.gap_density(gap) == pytest.approx(float(circle), rel=1e-6)
        assert tls.gap_density(gap) == pytest.approx(stated, abs=0.01)


# --- Section IV: the heat capacity ----------------------------------------------------------


def test_debye_and_linear_heat_capacity():
    """Phonons give T³; a constant density of gaps gives exactly T, the true logarithm T^1.2."""
    x = sp.symbols("x", positive=True)
    below = sp.Integral(x**4 * sp.exp(x) / (sp.exp(x) - 1) ** 2, (x, 0, sp.oo))
    assert float(below) == pytest.approx(4 * np.pi**4 / 15)  # C / T^3 does not depend on T
    linear = 2 * mp.quad(lambda u: (u * mp.sech(u)) ** 2, [0, 1, 5, 40])  # C / T of g = 1
    assert linear == pytest.approx(float(mp.pi**2 / 6))
    tls = etm.TwoLevelSystems(D0_min=3.9e-3, density=1.0)
    for temperature, power in ((0.1, 1.20), (1.0, 1.14)):
        pair = etm.heat_capacity.two_level(temperature * np.array([0.999, 1.001]), tls)
        assert np.log(pair[1] / pair[0]) / np.log(1.001 / 0.999) == pytest.approx(power, abs=0.01)


def test_heat_capacity_of_two_levels():
    """F = -T ln(2 cosh(E/2T)), counted from the middle, and -T ∂²F/∂T² is the Schottky term."""
    E0, E1 = sp.symbols("E_0 E_1", real=True)
    free = -T * sp.log(sp.exp(-E0 / T) + sp.exp(-E1 / T))
    centred = -T * sp.log(2 * sp.cosh((E1 - E0) / (2 * T)))
    assert sp.simplify(sp.diff((free - (E0 + E1) / 2 - centred).rewrite(sp.exp), T)) == 0
    schottky = (E / (2 * T)) ** 2 / sp.cosh(E / (2 * T)) ** 2
    capacity = -T * sp.diff(-T * sp.log(2 * sp.cosh(E / (2 * T))), T, 2)
    assert sp.simplify((capacity - schottky).rewrite(sp.exp)) == 0


def test_heat_capacity_of_the_ats():
    """The integral of eq. 24 over g = 2π P̃*/E is the closed form of eq. 26."""
    x = sp.symbols("x", positive=True)  # E / 2T: the integrand is x / cosh(x)^2
    closed = sp.log(2 * sp.cosh(x)) - x * sp.tanh(x)
    assert sp.simplify(sp.diff(closed, x) + x / sp.cosh(x) ** 2) == 0
    assert sp.limit(closed.rewrite(sp.exp), x, sp.oo) == 0
    ats = etm.ATS(D_min=0.87, D0_min=4e4, D0_max=2e5, density=3e16)
    temperatures = np.array([0.1, 0.3, 0.87, 3.0])
    stated = sp.lambdify(x, closed)(ats.D_min / (2 * temperatures))
    stated = 2 * np.pi * ats.density * np.log(5.0) * constants.k * stated
    np.testing.assert_allclose(
        etm.heat_capacity.ats_zero_field(temperatures, ats), stated, rtol=1e-9
    )
    np.testing.assert_allclose(etm.heat_capacity.ats(temperatures, 0.0, ats), stated, rtol=1e-9)


def test_contributions_add():
    """Independent systems have Z = Z1 Z2, so that their heat capacities add."""
    first, second = sp.symbols("E_a E_b", positive=True)

    def capacity(gaps):
        Z = sp.prod([1 + sp.exp(-gap / T) for gap in gaps])
        return -T * sp.diff(-T * sp.log(Z), T, 2)

    assert sp.simplify(capacity([first, second]) - capacity([first]) - capacity([second])) == 0


def test_distribution_of_the_iron_coupling():
    """With V0 < 0 the printed G(V) is negative and integrates to -1: |V0|³ is meant."""
    V0, coupling = sp.symbols("V_0 V_z", negative=True)
    printed = 4 * coupling**2 / V0**3 * sp.exp(-2 * coupling / V0)
    right = 4 * coupling**2 / sp.Abs(V0) ** 3 * sp.exp(-2 * coupling / V0)
    assert sp.integrate(printed, (coupling, -sp.oo, 0)) == -1
    assert sp.integrate(right, (coupling, -sp.oo, 0)) == 1
    slope = sp.diff(right, coupling)
    assert sp.simplify(slope.subs(coupling, V0)) == 0  # its maximum
    assert sp.simplify(sp.diff(slope, coupling).subs(coupling, V0)).is_negative


def test_levels_of_the_iron_centre():
    """V s_z S_z with spins 1/2 and 5/2 has the outer levels ±5/4 |V|, which lie 5/2 |V| apart."""
    spin = [sp.Rational(m, 2) for m in (-5, -3, -1, 1, 3, 5)]
    levels = sorted({m * half for m in spin for half in (-sp.Rational(1, 2), sp.Rational(1, 2))})
    assert levels == [sp.Rational(n, 4) for n in (-5, -3, -1, 1, 3, 5)]
    splitting = levels[-1] - levels[0]
    assert splitting == sp.Rational(5, 2)
    pair = -T * sp.log(sp.exp(-levels[0] * V / T) + sp.exp(-levels[-1] * V / T))
    for gap, right in ((splitting, True), (sp.Rational(5, 4), False)):
        closed = -T * sp.log(2 * sp.cosh(gap * V / (2 * T)))
        difference = (pair - closed).subs({V: 1, T: 1}).evalf()
        assert (abs(difference) < 1e-12) == right


def test_heat_capacity_of_the_iron_centres():
    """With the splitting 5/2 |V| the integrand is 25 V⁴ / (4 T² V0³) …; the printed one is at 2T."""
    V0 = sp.symbols("V_0", positive=True)  # |V0|
    weight = 4 * V**2 / V0**3 * sp.exp(-2 * V / V0)

    def integrand(gap):
        x = gap / (2 * T)
        return x**2 / sp.cosh(x) ** 2 * weight

    common = V**4 / (T**2 * V0**3) * sp.exp(-2 * V / V0)
    right = sp.Rational(25, 4) * common / sp.cosh(5 * V / (4 * T)) ** 2
    printed = sp.Rational(25, 16) * common / sp.cosh(5 * V / (8 * T)) ** 2
    assert sp.simplify(integrand(sp.Rational(5, 2) * V) - right) == 0
    assert sp.simplify(integrand(sp.Rational(5, 4) * V) - printed) == 0
    assert sp.simplify(printed - right.subs(T, 2 * T)) == 0
    # In V / V0 only V0 / T is left, so that the printed form at V0 is the right one at V0 / 2.
    at = sp.lambdify((V, T, V0), [printed, right], "mpmath")
    printed_area = mp.quad(lambda v: at(v, 0.1, 0.42)[0], [0, 0.2, 1, 8])
    right_area = mp.quad(lambda v: at(v, 0.1, 0.21)[1], [0, 0.2, 1, 8])
    assert printed_area == pytest.approx(right_area, rel=1e-9)


def test_effective_dipole_of_the_mixed_glasses():
    """A/B = ρ p1² / (2 ε0 εr k Dmin) with Tables I and II gives 1.4 debye, not 0.045."""
    P, n, rho, p1, eps, k = sp.symbols("P n rho p_1 epsilon k", positive=True)
    A, B = sp.pi * P * n * rho * p1**2 / (eps * k * D), 2 * sp.pi * P * n * k  # D in kelvin
    assert sp.simplify(A / B - rho * p1**2 / (2 * eps * k * (k * D))) == 0

    dielectric = etm.tables.read("jug2013_table1").query("glass == 'K-Si'")
    thermal = etm.tables.read("jug2013_table2").query("glass == 'K-Si'")
    ratio = dielectric.A_ATS.to_numpy() / thermal.B_ATS_J_per_gK.to_numpy() * 1e-3  # kg K / J
    assert np.ptp(ratio) / ratio.mean() < 0.15  # "almost independent of x"

    def dipole(permittivity, density, lost=1.0):
        k = constants.k
        square = ratio * 2 * constants.epsilon_0 * permittivity * k * 0.87 * k / density
        return np.sqrt(square / lost) / 3.33564e-30  # debye

    assert dipole(5.5, 2400).mean() == pytest.approx(1.42, abs=0.02)
    assert dipole(4.0, 2600).min() > 1.1  # whatever the permittivity and the density
    assert dipole(7.5, 2200).max() < 1.8
    assert dipole(5.5, 2400, lost=1000.0).mean() == pytest.approx(0.045, abs=0.001)


# --- Appendix: four wells on a square -------------------------------------------------------


def printed_square(energies, D1, D2, phase):
    """Eq. 33 as it stands."""
    s = np.exp(0.25j * phase)
    return np.array([
        [energies[0], D1 * s, D2 * s**2, D1 / s],
        [D1 / s, energies[1], D1 * s, D2 * s],
        [D2 / s, D1 / s, energies[2], D1 * s],
        [D1 * s, D2 / s**2, D1 / s, energies[3]],
    ])  # fmt: skip


def test_square_in_a_field_is_hermitian():
    """As printed, eq. 33 is not Hermitian in two of its entries; without a field it is eq. 4."""
    energies = np.array([0.1, 0.2, -0.4, 0.1])
    printed = printed_square(energies, 1.0, 0.3, 0.7)
    wrong = np.abs(printed - printed.conj().T) > 1e-12
    assert sorted(map(tuple, np.argwhere(wrong))) == [(0, 2), (1, 3), (2, 0), (3, 1)]
    right = etm.wells.square_well(energies, 1.0, 0.3 * np.cos(0.35), 0.7)
    np.testing.assert_array_equal(right, right.conj().T)
    same = ~wrong
    np.testing.assert_allclose(printed[same], right[same], atol=1e-15)
    at_rest = etm.wells.square_well(energies, 1.0, 0.3, 0.0)
    np.testing.assert_array_equal(at_rest, printed_square(energies, 1.0, 0.3, 0.0))


def test_flux_quantum_in_gaussian_units():
    """hc/e in gauss cm² is the same flux as h/e in T m², and the four hops carry its phase."""
    charge = constants.e * constants.c * 10  # in esu
    gaussian = constants.h * 1e7 * constants.c * 100 / charge  # erg s, cm/s
    assert gaussian == pytest.approx(etm.units.FLUX_QUANTUM * 1e-20 * 1e8)  # 1 T m^2 = 1e8 G cm^2
    matrix = etm.wells.square_well(np.zeros(4), 1.0, 0.0, 0.7)
    loop = np.prod([matrix[i, (i + 1) % 4] for i in range(4)])
    assert np.angle(loop) == pytest.approx(0.7)
    area = 1e4  # Å², in a field of one tesla = 1e4 gauss
    phase = 2 * np.pi * (area * 1e-16 * 1e4) / gaussian
    assert etm.units.aharonov_bohm_phase(area, 1.0) == pytest.approx(phase)


def sums(energies):
    """ΣEE, ΣEEE, the product, the sum around the ring and the sum across."""
    E1, E2, E3, E4 = energies
    ring, across = (E1 + E3) * (E2 + E4), E1 * E3 + E2 * E4
    triple = E1 * E2 * E3 + E1 * E2 * E4 + E1 * E3 * E4 + E2 * E3 * E4
    return ring + across, triple, E1 * E2 * E3 * E4, ring, across


def test_quartic_of_the_square():
    """Eq. 35 is the characteristic polynomial if D2 cos(φ/2) stands across, not if D2 does."""
    rng = np.random.default_rng(35)
    for phase in np.linspace(0.5, 5.5, 11):
        energies = rng.normal(size=4)
        energies -= energies.mean()
        D1, D2 = rng.uniform(0.5, 2, 2)
        pairs, triple, product, ring, across = sums(energies)
        c = np.cos(phase)
        printed = np.array([
            1, 0, pairs - 4 * D1**2 - D2**2 * (1 + c),
            -(triple + 4 * D1**2 * D2 * (1 + c)),
            product - D1**2 * ring - D2**2 * across * (1 + c) / 2
            - 2 * D1**2 * D2**2 * (1 + c) + 2 * D1**4 * (1 - c)
            + D2**4 * (3 + 4 * c + np.cos(2 * phase)) / 8,
        ])  # fmt: skip
        symmetrised = etm.wells.square_well(energies, D1, D2 * np.cos(phase / 2), phase)
        np.testing.assert_allclose(np.poly(symmetrised), printed, atol=1e-11)
        bare = etm.wells.square_well(energies, D1, D2, phase)
        assert np.abs(np.poly(bare) - printed).max() > 1e-3


def biquadratic_levels(first, last):
    """The four roots of ε⁴ - first ε² + last = 0, ascending."""
    inner = np.sqrt(first**2 - 4 * last + 0j)
    outer = np.sqrt(np.array([first - inner, first + inner]) / 2)
    return np.sort_complex(np.concatenate([-outer, outer]))


def test_ring_of_four_wells():
    """Eq. 38 solves eq. 36; it is exact for equal wells, and within ΣE²/D1 for unequal ones."""
    a, ring, phi, x = sp.symbols("a ring phi x", real=True)
    eq38 = (a + sp.sqrt(a**2 + 4 * ring + 8 * (sp.cos(phi) - 1))) / 2
    eq36 = x**2 - a * x - ring + 2 * (1 - sp.cos(phi))  # x = (energy / D1)^2
    assert sp.expand(eq36.subs(x, eq38)) == 0
    rng = np.random.default_rng(38)
    for size, phase in itertools.product((0.0, 0.01, 0.1), (0.0, 0.5, 2.0)):
        for _ in range(20):
            wells = rng.normal(size=4)
            wells -= wells.mean()
            wells *= size / np.sqrt((wells**2).sum())
            pairs, _, _, around, _ = sums(wells)
            levels = biquadratic_levels(4 - pairs, 2 * (1 - np.cos(phase)) - around)
            exact = np.linalg.eigvalsh(etm.wells.square_well(wells, 1.0, 0.0, phase))
            assert np.abs(levels - exact).max() < size**2 + 1e-7
    # What |D2 / D1| << 1 drops moves the middle doublet as a whole, by -D2.
    moved = np.linalg.eigvalsh(etm.wells.square_well(np.zeros(4), 1.0, 0.05, 0.0))
    np.testing.assert_allclose(moved, [-1.95, -0.05, -0.05, 2.05], atol=1e-12)


def test_square_without_nearest_neighbours():
    """For D1 = 0 the square falls into two double wells: the field does not open their gap."""
    eps, d = sp.symbols("eps d", real=True)  # d = D2 cos(phi/2)
    wells = sp.symbols("E1:5", real=True)
    E1, E2, E3, E4 = wells
    across = sp.Matrix([[E1, 0, d, 0], [0, E2, 0, d], [d, 0, E3, 0], [0, d, 0, E4]])
    quartic = sp.expand((eps * sp.eye(4) - across).det())
    blocks = ((eps - E1) * (eps - E3) - d**2) * ((eps - E2) * (eps - E4) - d**2)
    assert sp.expand(quartic - blocks) == 0
    # The term E1 E3 + E2 E4 of eq. 39 carries d^2 = D2^2 cos^2(phi/2), not D2^2.
    assert sp.expand(quartic).coeff(d, 2).coeff(eps, 0) == -(E1 * E3 + E2 * E4)

    numbers = np.array([0.006, 0.004, -0.003, -0.007])
    pairs, _, _, _, mixed = sums(numbers)
    expected = abs(numbers[0] + numbers[2])
    for phase in (0.0, 1.0, 2.0):
        d2 = np.cos(phase / 2) ** 2
        matrix = etm.wells.square_well(numbers, 0.0, np.sqrt(d2), phase)
        exact = np.diff(np.linalg.eigvalsh(matrix))[0]
        mended = np.diff(biquadratic_levels(2 * d2 - pairs, d2**2 - d2 * mixed).real)[0]
        printed = np.diff(biquadratic_levels(2 * d2 - pairs, d2**2 - mixed))[0]
        assert exact == pytest.approx(expected, rel=0.02)
        assert mended == pytest.approx(exact, rel=0.02)
        assert (abs(printed / exact - 1) < 0.02) == (phase == 0)


# --- Appendix: coherent tunneling -----------------------------------------------------------


def cluster(energies, hops, U):
    """Interacting particles, one in each row of `energies`; the hops are those of eqs 45-51."""
    count, wells = np.shape(energies)
    states = list(itertools.product(range(wells), repeat=count))
    H = np.zeros((len(states), len(states)))
    for i, left in enumerate(states):
        H[i, i] = sum(energies[n][left[n]] for n in range(count))
        H[i, i] -= U * sum(a == b for a, b in itertools.combinations(left, 2))
        for j, right in enumerate(states):
            moved = [n for n in range(count) if left[n] != right[n]]
            if len(moved) == 1:  # the Hamiltonian moves one particle at a time
                H[i, j] = hops[moved[0]]
    return H, states


@pytest.mark.parametrize(("count", "wells"), [(2, 2), (3, 2), (4, 2), (2, 3), (3, 3)])
def test_one_particle_hops_do_not_move_a_cluster(count, wells):
    """⟨RR…|H|LL…⟩ = 0, not ΣΔ0: the hopping moves one particle at a time; the diagonal is right."""
    rng = np.random.default_rng(count + wells)
    energies, hops, U = rng.normal(size=(count, wells)), rng.uniform(1, 2, count), 0.3
    H, states = cluster(energies, hops, U)
    together = [states.index((a,) * count) for a in range(wells)]
    block = H[np.ix_(together, together)]
    np.testing.assert_array_equal(block - np.diag(np.diag(block)), 0)
    assert hops.sum() > count  # what the papers put off the diagonal
    diagonal = energies.sum(axis=0) - count * (count - 1) / 2 * U
    np.testing.assert_allclose(np.diag(block), diagonal)
    # A hop from all-left leads to a cluster with one particle astray.
    astray = states.index((1,) + (0,) * (count - 1))
    assert H[astray, together[0]] == hops[0]


def test_two_particles_tunnel_together_in_second_order():
    """Two particles split by √(U²/4+(a+b)²) - √(U²/4+(a-b)²), about 4ab/U, not by 2(a+b)."""
    a, b, U = sp.symbols("a b U", positive=True)
    even = sp.Matrix([[-U, a + b], [a + b, 0]])  # (LL+RR)/√2 and (LR+RL)/√2
    odd = sp.Matrix([[-U, a - b], [a - b, 0]])  # (LL-RR)/√2 and (LR-RL)/√2
    H = sp.Matrix([[-U, b, a, 0], [b, 0, 0, a], [a, 0, 0, b], [0, a, b, -U]])  # LL, LR, RL, RR
    eps = sp.symbols("eps")
    product = even.charpoly(eps).as_expr() * odd.charpoly(eps).as_expr()
    assert sp.expand(H.charpoly(eps).as_expr() - product) == 0
    splitting = sp.sqrt(U**2 / 4 + (a + b) ** 2) - sp.sqrt(U**2 / 4 + (a - b) ** 2)
    assert sp.limit(splitting * U, U, sp.oo) == 4 * a * b
    numbers, _ = cluster(np.zeros((2, 2)), [1.0, 0.7], 50.0)
    exact = np.diff(np.linalg.eigvalsh(numbers))[0]
    assert exact == pytest.approx(float(splitting.subs({a: 1, b: 0.7, U: 50})), rel=1e-9)
    assert exact == pytest.approx(0.0559, abs=1e-4)
    assert 2 * (1 + 0.7) / exact > 60  # the printed amplitude would split by 3.4


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_coherent_tunneling_of_a_cluster(count):
    """N particles tunnel with N Δ0^N/((N-1)! U^{N-1}) if U is large, and never faster than one."""
    for U in (0.0, 0.3, 1.0, 3.0, 30.0):
        H, _ = cluster(np.zeros((count, 2)), np.ones(count), U)
        amplitude = np.diff(np.linalg.eigvalsh(H))[0] / 2
        assert amplitude < 1 + 1e-9  # Δ0 = 1; the claimed amplitude is N
    stated = count / (factorial(count - 1) * U ** (count - 1))
    assert amplitude == pytest.approx(stated, rel=0.01)
    weak, _ = cluster(np.zeros((count, 2)), np.ones(count), 0.01)
    amplitude = np.diff(np.linalg.eigvalsh(weak))[0] / 2
    assert 1 - amplitude == pytest.approx((count - 1) * 0.01 / 4, rel=0.01)


def test_renormalised_product_of_the_fits():
    """If D0 = N Δ0, q = 2N e and S = 4N a0², then D0|q/e|S = 8 N³ Δ0 a0²."""
    N, delta0, a0 = sp.symbols("N Delta_0 a_0", positive=True)
    assert sp.expand(N * delta0 * (2 * N) * (4 * N * a0**2) - 8 * N**3 * delta0 * a0**2) == 0
    bohr = constants.physical_constants["Bohr radius"][0] * 1e10  # Å
    unit = 8 * 1e-3 * bohr**2  # Δ0 = 1 mK, in K Å²
    assert (unit * 25**3, unit * 600**3) == pytest.approx((35.0, 4.84e5), rel=0.01)
