"""Jug, Bonfanti & Kob 2016, equations 41–61: the dielectric response of the ATS, proved."""

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import dblquad, quad

E = sp.symbols("E", positive=True)


def test_eq_44_decoupling_and_the_direction_of_the_field():
    """Dipoles in the plane of the loop: the weight of a loop depends on its direction.

    The mean of cos²β, 1/3 when decoupled as in eq. 44, is 1/5 for an electric field parallel to
    the magnetic field and 2/5 for one perpendicular to it.
    """
    mu, phi, psi = sp.symbols("mu phi psi", real=True)  # cos β, azimuth of the normal, of p
    sine = sp.sqrt(1 - mu**2)
    first = sp.Matrix([mu * sp.cos(phi), mu * sp.sin(phi), -sine])  # two axes of the plane
    second = sp.Matrix([-sp.sin(phi), sp.cos(phi), 0])
    dipole = first * sp.cos(psi) + second * sp.sin(psi)

    def mean(f):
        f = sp.integrate(sp.integrate(sp.expand(f), (psi, 0, 2 * sp.pi)), (phi, 0, 2 * sp.pi))
        return f / (2 * sp.pi) ** 2

    for component, weight, response in [
        (2, sp.Rational(3, 2) * (1 - mu**2), sp.Rational(1, 5)),
        (0, sp.Rational(3, 4) * (1 + mu**2), sp.Rational(2, 5)),
    ]:
        derived = 3 * mean(dipole[component] ** 2)
        assert sp.simplify(derived - weight) == 0
        assert sp.integrate(weight, (mu, 0, 1)) == 1
        assert sp.integrate(weight * mu**2, (mu, 0, 1)) == response


@pytest.mark.parametrize("wells", [3, 4, 5])
def test_eq_45_average_of_the_tensor(wells):
    """Eq. 43 averaged over directions, for p_i·p_j = -p²/(n_w - 1) and ΣE_i = 0, is eq. 45."""
    energies = list(sp.symbols(f"E1:{wells}", real=True))
    energies.append(-sum(energies))
    p, field = sp.symbols("p f", positive=True)  # f = D0 φ
    gap2 = sum(e**2 for e in energies) + field**2  # D² = ΣE_i²
    trace = wells * p**2
    for i, first in enumerate(energies):
        for j, second in enumerate(energies):
            overlap = p**2 if i == j else -(p**2) / (wells - 1)
            trace -= first * second / gap2 * overlap
    printed = p**2 * ((wells - 2) * gap2 + field**2) / gap2 * sp.Rational(wells, wells - 1)
    assert sp.simplify(trace - printed) == 0
    angle = [2 * sp.pi * i / 3 for i in range(3)]  # three wells in a plane are of this kind
    assert all(
        sp.cos(angle[i] - angle[j]) == -sp.Rational(1, 2) for i in range(3) for j in range(i)
    )


A, B, D_MIN, KT_ATS = 0.05, 0.14, 0.03, 0.015
"""D0min φ, D0max φ, D_min and kT in kelvin: about BK7 at 15 mK and 20 mT (Table 5)."""

FIRST, SECOND = np.hypot(D_MIN, A), np.hypot(D_MIN, B)  # E_c1, E_c2


def thermal(gap):
    return np.tanh(gap / (2 * KT_ATS))


def over_the_ensemble(function, a=A, b=B):
    """∫dD0/D0 ∫dD/D of f(E, D, D0φ), D from D_min on: no delta function, no change of variable."""

    def integrand(ln_D, ln_f):
        D, f = np.exp(ln_D), np.exp(ln_f)
        return function(np.hypot(D, f), D, f)

    low = np.log(D_MIN)
    return dblquad(integrand, np.log(a), np.log(b), low, low + 35, epsrel=1e-9)[0]


def over_the_gap(below, above, first=FIRST, second=SECOND):
    """One integral from E_c1 to E_c2 and one from there on."""
    tail = quad(lambda x: above(second * np.exp(x)) * second * np.exp(x), 0, 35, epsrel=1e-11)
    return quad(below, first, second, epsrel=1e-11)[0] + tail[0]


def alpha_1(a=A, b=B):
    """Eq. 48 rebuilt, in P*p1²: the term E² of eq. 45."""
    return (np.pi / 2) * over_the_gap(
        lambda e: (
            thermal(e) / e**2 * np.log((e**2 - a**2) * (e**2 - D_MIN**2) / (a * D_MIN) ** 2) / 2
        ),
        lambda e: thermal(e) / e**2 * np.log((b / a) ** 2 * (e**2 - a**2) / (e**2 - b**2)) / 2,
        np.hypot(D_MIN, a),
        np.hypot(D_MIN, b),
    )


def alpha_0(a=A, b=B):
    """Eq. 47 rebuilt, in P*p1²: the term D0²φ² of eq. 45."""
    return (np.pi / 4) * over_the_gap(
        lambda e: thermal(e) / e**2 * np.log((e**2 - a**2) / D_MIN**2),
        lambda e: thermal(e) / e**2 * np.log((e**2 - a**2) / (e**2 - b**2)),
        np.hypot(D_MIN, a),
        np.hypot(D_MIN, b),
    )


def test_eqs_46_to_48_resonant_polarizability():
    """Rebuilt where our copy has lost them: eqs 13, 41 and 45 give α1 + α0 as two integrals in E.

    They equal the plain integral of 2π/(2E)·½(E² + D0²φ²)/E²·tanh over the distribution.
    """
    energy_part = over_the_ensemble(lambda e, D, f: np.pi / 2 / e * thermal(e))
    field_part = over_the_ensemble(lambda e, D, f: np.pi / 2 * f**2 / e**3 * thermal(e))
    assert alpha_1() == pytest.approx(energy_part, rel=1e-7)
    assert alpha_0() == pytest.approx(field_part, rel=1e-7)


def alpha_without_field(lowest):
    """Eq. 50 in P*p1², with its lower limit as an argument."""
    tail = quad(lambda x: thermal(lowest * np.exp(x)) / (lowest * np.exp(x)), 0, 35)[0]
    return np.pi / 2 * np.log(B / A) * tail


def test_eq_50_limit_without_a_field():
    """α1 + α0 tends to eq. 50 as B → 0 with the lower limit D_min; with E_c2(B) it would not."""
    tiny = 1e-4
    limit = alpha_1(tiny * A, tiny * B) + alpha_0(tiny * A, tiny * B)
    assert limit == pytest.approx(alpha_without_field(D_MIN), rel=1e-6)
    assert alpha_without_field(SECOND) < 0.4 * limit


def test_eq_57_distribution_of_relaxation_times():
    """Eq. 57 follows from eq. 55 as printed, with τ_min = Γt/E⁵ at D = 0 and τ_max = 6τ_min/5.

    For a rate E²−(1−κ)D² in general: κ = 5/6 is printed, κ = 1/2 loses the factor 5.
    """
    D, tau, fastest, kappa = sp.symbols("D tau tau_min kappa", positive=True)
    D2 = E**2 * (1 - fastest / tau) / (1 - kappa)  # from τ = τ_min E²/(E² - (1-κ)D²)
    at_fixed_gap = E / (E**2 - D2)  # ∫dD0/D0 δ(E - √(D² + D0²φ²))
    density = 2 * sp.pi * at_fixed_gap * sp.diff(D2, tau) / (2 * D2)  # dD/D = dD²/2D²
    for value, factor in [(sp.Rational(5, 6), 5), (sp.Rational(1, 2), 1)]:
        slowest = sp.solve(D2.subs(kappa, value) - E**2, tau)[0]  # D = E
        assert slowest == fastest / value
        stated = sp.pi * fastest / (factor * E * (tau - fastest) * (slowest - tau))
        assert sp.simplify(density.subs(kappa, value) - stated) == 0
    assert sp.solve(D2, tau) == [fastest]  # D = 0 is the fastest, not the slowest


def test_eq_58_delta_function_in_the_tunneling():
    """δ(E - √(D² + D0²φ²)) = E/(φ√(E² - D²)) δ(D0 - √(E² - D²)/φ), as our copy suggests."""
    D, D0, phi = sp.symbols("D D_0 varphi", positive=True)
    x = sp.symbols("x", positive=True)  # √(E² - D²), at the zero φ D0
    gap = sp.sqrt(D**2 + D0**2 * phi**2)
    at_zero = {D: sp.sqrt(E**2 - x**2), D0: x / phi}
    assert sp.simplify(gap.subs(at_zero) - E) == 0
    assert sp.simplify(1 / sp.diff(gap, D0).subs(at_zero) - E / (phi * x)) == 0


def loss_weight(gap, D, w=2.0):
    """ωτ/(1 + ω²τ²) sech² with τ of eq. 55; ωΓ = w (2kT)⁵."""
    x = w * (2 * KT_ATS) ** 5 * thermal(gap) / (gap**3 * (gap**2 - D**2 / 6))
    boltzmann = np.exp(-gap / KT_ATS)
    return x / (1 + x**2) * 4 * boltzmann / (1 + boltzmann) ** 2


def loss_integral(a, b):
    """Eq. 60 rebuilt, in πP*p1²/4kT: D from D_min or D1 to D2."""

    def inner(e, floor):
        top = np.sqrt(e**2 - a**2)
        part = quad(lambda D: D / (e**2 - D**2) * loss_weight(e, D), floor, top, epsrel=1e-10)
        return part[0] / e

    first, second = np.hypot(D_MIN, a), np.hypot(D_MIN, b)
    low = quad(inner, first, second, args=(D_MIN,), epsrel=1e-9)[0]
    edge = 60 * KT_ATS + second
    return low + quad(lambda e: inner(e, np.sqrt(e**2 - b**2)), second, edge, epsrel=1e-9)[0]


def test_eqs_59_to_61_dielectric_loss():
    """Rebuilt where our copy has lost them: eq. 54 integrated over D0 first.

    D runs from D_min to D2 for E_c1 < E < E_c2 and from D1 to D2 beyond; as B → 0 a single
    integral over E remains.
    """
    derived = over_the_ensemble(lambda e, D, f: D**2 / e**2 * loss_weight(e, D))
    assert loss_integral(A, B) == pytest.approx(derived, rel=1e-6)
    without = quad(lambda e: loss_weight(e, e) / e, D_MIN, 60 * KT_ATS, epsrel=1e-10)[0]
    tiny = loss_integral(1e-3 * A, 1e-3 * B)
    assert tiny == pytest.approx(np.log(B / A) * without, rel=1e-4)
