"""Rates and times of relaxation, and their distribution."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad

import etm
from etm import relaxation

ATS = etm.ATS(0.03, 1.668e5, 4.576e5, 1e16)
GAMMA = 1 / 4e9


def test_rates_as_printed():
    """Jug & Paliienko 2013, eq. 9 and Jug, Bonfanti & Kob 2016, eq. 55 with the 1/2."""
    E, D0, D, T = 0.5, 0.3, 0.4, 0.1
    coth = 1 / np.tanh(E / (2 * T))
    assert relaxation.two_level_rate(E, D0, T, 5e-8) == pytest.approx(
        E * D0**2 * coth / 5e-8, rel=1e-14
    )
    expected = E**3 * (E**2 - D**2 + D**2 / 2) * coth / GAMMA
    assert relaxation.ats_rate(E, D, T, GAMMA) == pytest.approx(expected, rel=1e-14)
    time = relaxation.time_over_gamma(np.array(E), D, T)
    assert 1 / (GAMMA * time) == pytest.approx(expected, rel=1e-14)


def test_a_rate_lies_between_its_bounds():
    """D = 0 relaxes fastest, D = E (no field) at half that rate; in between monotonic."""
    E, T = np.geomspace(1e-3, 10, 9)[:, None], 0.05
    D = E * np.linspace(0, 1, 11)
    rate = relaxation.ats_rate(E, D, T, GAMMA)
    fastest = E**5 / (GAMMA * np.tanh(E / (2 * T)))
    np.testing.assert_allclose(rate[:, :1], fastest, rtol=1e-14)
    np.testing.assert_allclose(rate[:, -1:], fastest / 2, rtol=1e-14)
    assert np.all(np.diff(rate, axis=1) < 0)


def test_limits_of_the_rates():
    """coth(E/2T) → 1 when cold, 2T/E when hot."""
    cold = relaxation.ats_rate(1.0, 0.5, 1e-3, GAMMA)
    assert cold == pytest.approx(0.875 / GAMMA, rel=1e-14)
    hot = relaxation.two_level_rate(1e-3, 1e-4, 300.0, 5e-8)
    assert hot == pytest.approx(2 * 300.0 * 1e-8 / 5e-8, rel=1e-10)


@pytest.mark.parametrize("B", [0.005, 0.02, 0.3])
@pytest.mark.parametrize("T", [0.01, 0.3])
def test_the_times_of_one_gap_add_up_to_the_gap_density(B, T):
    """∫dτ P(E, τ), over τ from D = √(E² - b²) or D_min to D = √(E² - a²); nothing outside."""
    a, b = ATS.field_energies(B, "parallel")
    first, second = np.hypot(ATS.D_min, a), np.hypot(ATS.D_min, b)
    for E in (first * 1.01, (first + second) / 2, second * 0.999, second * 1.01, second * 5):
        low, high = np.sqrt(max(E**2 - b**2, ATS.D_min**2)), np.sqrt(E**2 - a**2)
        ends = [1 / relaxation.ats_rate(E, D, T, GAMMA) for D in (low, high)]

        def density(x, E=E, ends=ends):
            tau = ends[0] + (ends[1] - ends[0]) * x
            return relaxation.ats_time_density(E, tau, T, B, ATS, GAMMA) * (ends[1] - ends[0])

        inside = quad(density, 0, 1, epsabs=0, epsrel=1e-11, limit=200)[0]
        g = ATS.gap_density(E, B, "parallel")
        assert inside == pytest.approx(g, rel=1e-9)
        for outside in (ends[0] * (1 - 1e-9), ends[1] * (1 + 1e-9), 1e-300, 1e300):
            assert relaxation.ats_time_density(E, outside, T, B, ATS, GAMMA) == 0
    assert relaxation.ats_time_density(first * 0.99, ends[0], T, B, ATS, GAMMA) == 0


def test_samples_have_the_distribution_of_times():
    """Systems drawn from the population, loops facing the field, counted in boxes of E and τ.

    Each box holds thousands; 4.5 standard errors, and the density changes by a few per
    cent over a box, which is integrated.
    """
    T, B, D_max, count = 0.05, 0.02, 1.0, 2_000_000
    D, _, D0, _ = ATS.sample(count, np.random.default_rng(8), D_max)
    E = np.hypot(D, etm.units.phase_energy(D0, B))
    ratio = 1 / relaxation.ats_rate(E, D, T, GAMMA)
    ratio /= GAMMA * np.tanh(E / (2 * T)) / E**5  # τ/τmin, from 1 to 2
    systems = 2 * np.pi * ATS.density * np.log(D_max / ATS.D_min)
    systems *= np.log(ATS.D0_max / ATS.D0_min) / count
    x, w = np.polynomial.legendre.leggauss(8)
    for gap in ((0.08, 0.09), (0.11, 0.12)):
        for share in ((1.1, 1.2), (1.3, 1.4)):
            inside = (gap[0] < E) & (gap[1] > E) & (share[0] < ratio) & (share[1] > ratio)
            gaps, dE = np.mean(gap) + np.diff(gap) / 2 * x, np.diff(gap) / 2 * w
            r, dr = np.mean(share) + np.diff(share) / 2 * x, np.diff(share) / 2 * w
            fastest = GAMMA * np.tanh(gaps / (2 * T)) / gaps**5
            P = relaxation.ats_time_density(gaps[:, None], fastest[:, None] * r, T, B, ATS, GAMMA)
            expected = (P * fastest[:, None] * dE[:, None] * dr).sum() / systems
            assert abs(inside.sum() - expected) < 4.5 * np.sqrt(expected) + 1
            assert expected > 1000


def test_broadcasting_and_scalars():
    E, tau = np.array([0.1, 0.12, 0.2])[:, None], np.geomspace(1e-7, 1e-4, 50)
    P = relaxation.ats_time_density(E, tau, 0.05, 0.02, ATS, GAMMA)
    assert P.shape == (3, 50)
    assert np.any(P > 0)
    single = relaxation.ats_time_density(0.12, tau[20], 0.05, 0.02, ATS, GAMMA)
    assert isinstance(single, float)
    assert single == P[1, 20]
    backward = relaxation.ats_time_density(E, tau, 0.05, -0.02, ATS, GAMMA)
    np.testing.assert_array_equal(P, backward)
    assert isinstance(relaxation.ats_rate(1, 0, 1, 1), float)
    assert isinstance(relaxation.two_level_rate(1, 1, 1, 1), float)
    assert relaxation.ats_rate([], 0.0, 1.0, 1.0).shape == (0,)


@pytest.mark.parametrize("k", [0.0, 1e-9, 1e-3, 0.3, 1.0, 30.0, 1e3, 1e8])
def test_debye_integral_in_many_digits(k):
    """2 √(1+ik) artanh(y/√(1+ik)) - 2y in 50 digits, from tiny y to one that is 1 but for 1e-30."""
    near_one = np.array([0.3, 1e-3, 1e-9, 1e-30])
    q = np.append(1 - np.array([1e-9, 1e-3, 0.029, 0.031, 0.2, 0.49, 0.51]) ** 2, near_one)
    y = np.append(np.array([1e-9, 1e-3, 0.029, 0.031, 0.2, 0.49, 0.51]), np.sqrt(1 - near_one))
    found = relaxation.debye_integral(y, q, np.array(k))
    with mpmath.workdps(50):
        c = mpmath.sqrt(1 + mpmath.mpc(0, k))
        for value, small, rest in zip(found, y, q, strict=True):
            x = mpmath.mpf(small) if small < 0.9 else mpmath.sqrt(1 - mpmath.mpf(rest))
            exact = complex(2 * c * mpmath.atanh(x / c) - 2 * x)
            assert value == pytest.approx(exact, rel=1e-11, abs=0)


def test_debye_integral_is_the_mean_of_debye_relaxations():
    """Over times from the shortest, with the density √(1 - τmin/τ)/τ."""
    y, k = 0.8, 0.7
    ends = 1.0, 1 / (1 - y**2)
    parts = [
        quad(lambda t, p=p: np.sqrt(1 - 1 / t) / t * p(1 / (1 + 1j * k * t)), *ends, epsrel=1e-11)[
            0
        ]
        for p in (np.real, np.imag)
    ]
    found = relaxation.debye_integral(np.array(y), np.array(1 - y**2), np.array(k))
    assert complex(found) == pytest.approx(complex(*parts), rel=1e-9)
