"""Heat capacity of the iron centres against plain integrals, its limits and its entropy."""

import mpmath
import numpy as np
import pytest
from scipy import integrate
from scipy.special import zeta

import etm
from etm.heat_capacity import polaron
from etm.units import BOLTZMANN

V0_PRINTED = 0.42
"""|V0| of Jug & Paliienko 2013, Sect. IV [K]."""


def mean_in_mpmath(T, V0, splitting=2.5):
    """C over n k_B: (E/2T)²/cosh²(E/2T), E = splitting |V|, averaged over the gamma distribution."""
    with mpmath.workdps(25):
        T, V0 = mpmath.mpf(T), mpmath.mpf(V0)
        x = mpmath.mpf(splitting) / (2 * T)

        def integrand(V):
            weight = 4 * V**2 / V0**3 * mpmath.exp(-2 * V / V0)
            return weight * (x * V / mpmath.cosh(x * V)) ** 2

        scale = 1 / (2 / V0 + 2 * x)
        return float(mpmath.quad(integrand, [scale * k for k in (0, 2, 5, 10, 20, 40, 90)]))


def mean_by_quad(T, V0):
    """The same in t = 2|V|/V0, by scipy."""
    h = 5 * V0 / (8 * T)

    def integrand(t):
        decay = np.exp(-2 * h * t)
        return t * t / 2 * np.exp(-t) * (2 * h * t) ** 2 * decay / (1 + decay) ** 2

    scale = 1 / (1 + 2 * h)
    ends = scale * np.array([0.0, 3.0, 10.0, 30.0, 80.0])
    pieces = [integrate.quad(integrand, a, b, epsabs=0, epsrel=1e-12)[0]
              for a, b in zip(ends, ends[1:], strict=False)]  # fmt: skip
    return sum(pieces)


@pytest.mark.parametrize("V0", [1e-3, 0.21, V0_PRINTED, 3.0, 50.0])
def test_polaron_equals_the_integral_by_quad(V0):
    T = np.geomspace(1e-3, 3000, 30)
    exact = [mean_by_quad(t, V0) for t in T]
    np.testing.assert_allclose(polaron(T, 1 / BOLTZMANN, V0), exact, rtol=1e-10)


@pytest.mark.parametrize("T", [1e-3, 0.03, 0.42, 5.0, 3000.0])
@pytest.mark.parametrize("V0", [0.01, V0_PRINTED, 8.0])
def test_polaron_equals_the_integral_in_mpmath(T, V0):
    """The heat capacity of levels ±5/4 |V|, averaged over the distribution of |V|, to 1e-12."""
    exact = mean_in_mpmath(T, V0)
    assert polaron(T, 1 / BOLTZMANN, V0) == pytest.approx(exact, rel=1e-12, abs=0)


@pytest.mark.parametrize("T", [0.01, 0.1, 1.0, 10.0])
def test_the_printed_curve_is_ours_with_half_of_its_v0(T):
    """Eq. 30 as printed, with cosh(5V/8T) and 25/16, equals the right form with V0/2."""

    def printed(V, V0=V0_PRINTED):
        common = V**4 / (T**2 * V0**3) * mpmath.exp(-2 * V / V0)
        return mpmath.mpf(25) / 16 * common / mpmath.cosh(5 * V / (8 * T)) ** 2

    scale = min(1.0, T)
    with mpmath.workdps(25):
        ends = [0, scale / 4, scale, 3 * scale, 6 * scale, 12 * scale, 30 * scale]
        area = float(mpmath.quad(printed, ends))
    assert polaron(T, 1 / BOLTZMANN, V0_PRINTED / 2) == pytest.approx(area, rel=1e-12)
    assert polaron(T, 1 / BOLTZMANN, V0_PRINTED) != pytest.approx(area, rel=0.05)


@pytest.mark.parametrize("V0", [0.1, V0_PRINTED, 5.0])
def test_entropy_of_a_centre_is_ln_2(V0):
    """∫ C/T dT over all temperatures is k_B ln 2 for each centre, whatever V0."""
    ends = V0 * 1e-3, V0 * 1e5
    v, dv = etm.quadrature.nodes_between(*map(np.log, ends), 300)
    total = (polaron(np.exp(v), 1.0, V0) * dv).sum()
    tails = polaron(ends[0], 1.0, V0) / 3 + polaron(ends[1], 1.0, V0) / 2  # T³ and 1/T²
    assert total + tails == pytest.approx(BOLTZMANN * np.log(2), rel=1e-9)
    assert tails < 1e-6 * total


def test_hot_and_cold_limits():
    """(75/16)(V0/T)² when hot, (7π⁴/480)(8T/5V0)³ when cold, each with its next correction."""
    V0, n = V0_PRINTED, 3e17
    hot = np.array([3e2, 3e3])
    law = 75 / 16 * (V0 / hot) ** 2
    next_one = 1 - (5 * V0 / (8 * hot)) ** 2 * 360 / 12  # <t⁴> = 360, <t²> = 12, sech² = 1 - x²
    np.testing.assert_allclose(polaron(hot, n, V0) / (n * BOLTZMANN), law * next_one, rtol=1e-7)
    cold = np.array([1e-3, 1e-6])
    law = 7 * np.pi**4 / 480 * (8 * cold / (5 * V0)) ** 3
    ratio = polaron(cold, n, V0) / (n * BOLTZMANN * law)
    moments = 7.5 * 15 / 16 * zeta(5) / (7 * np.pi**4 / 240)  # of y⁵/cosh² y over that of y⁴
    np.testing.assert_allclose(1 - ratio, 8 * cold / (5 * V0) * moments, rtol=0.01)


def test_it_depends_on_the_ratio_and_is_proportional_to_the_number():
    T = np.geomspace(1e-2, 10, 7)
    np.testing.assert_allclose(polaron(3 * T, 1e17, 3 * 0.4), polaron(T, 1e17, 0.4), rtol=1e-13)
    np.testing.assert_allclose(polaron(T, 5e17, 0.4), 5 * polaron(T, 1e17, 0.4), rtol=1e-13)
    np.testing.assert_array_equal(polaron(T, 0.0, 0.4), 0.0)


def test_one_maximum():
    C = polaron(np.geomspace(1e-3, 1e3, 2000), 1e17, V0_PRINTED)
    assert np.count_nonzero(np.diff(np.sign(np.diff(C)))) == 1


def test_drawn_centres_have_the_heat_capacity():
    """A gamma distribution of shape 3 and scale V0/2, drawn by NumPy, and one Schottky term each."""
    rng, T, count = np.random.default_rng(4), 0.3, 200_000
    x = 2.5 * rng.gamma(3.0, V0_PRINTED / 2, count) / (2 * T)
    values = (x / np.cosh(x)) ** 2
    error = values.std() / np.sqrt(count)
    assert abs(values.mean() - polaron(T, 1 / BOLTZMANN, V0_PRINTED)) < 4 * error


def test_shapes_of_the_polaron():
    assert isinstance(polaron(1, 1e17, 0.4), float)
    assert polaron([], 1e17, 0.4).shape == (0,)
    T, n, V0 = (
        np.array([0.1, 1.0])[:, None, None],
        np.array([1e17, 2e17, 3e17])[:, None],
        [0.2, 0.4],
    )
    table = polaron(T, n, V0)
    assert table.shape == (2, 3, 2)
    assert table[1, 2, 0] == pytest.approx(polaron(1.0, 3e17, 0.2), rel=1e-14)


def test_no_warning_and_no_nan_at_the_extremes_of_the_polaron():
    T = np.array([1e-100, 1e-6, 1.0, 1e5, 1e100])[:, None]
    V0 = np.array([1e-100, 1e-6, 1.0, 1e5, 1e100])
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        C = polaron(T, 1e17, V0)
    assert np.all(np.isfinite(C))
    assert np.all(C >= 0)
