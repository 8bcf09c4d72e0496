"""Mosaic, relaxation, two-level systems and their heat capacity against independent ways."""

import mpmath
import numpy as np
import pytest
from scipy import constants, integrate, optimize

from etm import rfot

MOSAICS = [rfot.Mosaic(), rfot.Mosaic(15 * np.log(10)), rfot.Mosaic(60.0, 0.2)]
EACH = pytest.mark.parametrize("mosaic", MOSAICS)


def slope(function, x, step=1e-4):
    """Five-point derivative."""
    near, far = (function(x + k * step) - function(x - k * step) for k in (1, 2))
    return (8 * near - far) / (12 * step)


@pytest.mark.parametrize("ratio", [0.05, 0.1, 0.2, 0.3])
def test_mismatch_in_many_digits(ratio):
    with mpmath.workdps(30):
        logarithm = mpmath.log(mpmath.mpf(ratio) ** -2 / (mpmath.pi * mpmath.e))
        exact = 1.5 * mpmath.sqrt(3 * mpmath.pi) * logarithm
    assert rfot.mismatch(ratio) == pytest.approx(float(exact), rel=1e-13)


def test_what_is_taken_unless_given():
    """An hour at T_g, a tenth of a bead diameter, phonons of k_B T."""
    assert rfot.mismatch() == rfot.mismatch(0.1)
    assert rfot.Mosaic() == rfot.Mosaic(17 * np.log(10), 0.1)
    assert rfot.mean_free_path(5.8) == rfot.mean_free_path(5.8, 1.0)


@EACH
def test_the_profile_of_a_droplet(mosaic):
    """F is flat at N‡, where it is ln τ/τ0, and comes back to zero at N*."""
    top = mosaic.critical_size
    assert mosaic.profile(top) == pytest.approx(mosaic.log_time, rel=1e-12)
    assert slope(mosaic.profile, top, 1e-3 * top) == pytest.approx(0, abs=1e-10)
    assert mosaic.profile(mosaic.size) == pytest.approx(0, abs=1e-10)
    assert mosaic.profile(0.0) == 0
    assert mosaic.length**3 == pytest.approx(mosaic.size, rel=1e-12)
    N = np.linspace(0, 1.5, 200) * mosaic.size
    assert np.all(mosaic.profile(N) <= mosaic.log_time * (1 + 1e-12))


@EACH
def test_the_highest_barrier(mosaic):
    """There ln of the states is zero and stationary; just below, this size has no state left."""
    size = mosaic.size / (4 * (2 * np.sqrt(2) - 1) ** 2)
    top = mosaic.highest_barrier
    assert mosaic.log_states(size, top) == pytest.approx(0, abs=1e-10)
    assert slope(lambda N: mosaic.log_states(N, top), size, 1e-3 * size) == pytest.approx(
        0, abs=1e-9
    )
    N = np.linspace(0.5, 2, 301) * size
    assert mosaic.log_states(N, top).min() == pytest.approx(0, abs=1e-4)
    assert mosaic.log_states(N, top).min() > -1e-10
    assert mosaic.log_states(size, 0.99 * top) < -0.05


@EACH
def test_the_barriers_are_a_normal_distribution(mosaic):
    """Its integral over V is e^(s_c N) times √(8π s_c N), its mean that of the REM."""
    N, step = 20.0, 0.02
    V = np.arange(-200, 400, step)
    weight = np.exp(mosaic.log_states(N, V))
    states = mosaic.entropy * N
    total = weight.sum() * step
    assert total == pytest.approx(np.exp(states) * np.sqrt(8 * np.pi * states), rel=1e-9)
    mean = (V * weight).sum() * step / total
    assert mean == pytest.approx(states + mosaic.surface * np.sqrt(N), rel=1e-9)


@EACH
@pytest.mark.parametrize("strength", [1.0, 10.0, 100.0])
def test_vogel_fulcher_law(mosaic, strength):
    """At T_g it gives `log_time`; 1/ln τ is a straight line through T_K; its slope is m."""
    assert rfot.log_relaxation_time(1.0, strength, mosaic) == pytest.approx(mosaic.log_time)
    ideal = 1 / (1 + strength / mosaic.log_time)
    T = np.linspace(ideal, 2, 50)[1:]
    log_time = rfot.log_relaxation_time(T, strength, mosaic)
    np.testing.assert_allclose(1 / log_time, (T / ideal - 1) / strength, rtol=1e-9)
    found = slope(
        lambda u: rfot.log_relaxation_time(1 / u, strength, mosaic) / np.log(10), 1.0, 1e-5
    )
    assert rfot.fragility_index(strength, mosaic) == pytest.approx(found, rel=1e-7)


def test_density_of_two_level_systems():
    density = rfot.two_level_density(np.array([[300.0], [1500.0]]), np.array([15.0, 20.0]))
    energy = constants.k * np.array([[300.0], [1500.0]]) * (np.array([15.0, 20.0]) * 1e-10) ** 3
    np.testing.assert_allclose(density * energy, 1.0, rtol=1e-13)


@pytest.mark.parametrize("x", [0.01, 1.0, 5.0, 800.0])
def test_mean_free_path(x):
    """Eq. 19 in SI for silica, a third for the orientation, at a frequency of x k_B T/ħ."""
    rho, c, T_g, T_D, length = 2200.0, 4100.0, 1500.0, 342.0, 5.8
    omega_D = constants.k * T_D / constants.hbar
    a = (6 * np.pi**2) ** (1 / 3) * c / omega_D
    g2 = rho * c**2 * a**3 * constants.k * T_g
    density = rfot.two_level_density(T_g, length * a * 1e10)
    omega = 1e11
    inverse = np.pi * density * g2 * omega * np.tanh(x / 2) / (3 * rho * c**3)
    wavelength = 2 * np.pi * c / omega
    assert rfot.mean_free_path(length, x) == pytest.approx(1 / inverse / wavelength, rel=1e-12)


def test_fastest_rate_in_seconds():
    """Eq. 25 in SI with g of eq. 18."""
    rho, c, T_g, T_D = 2200.0, 4100.0, 1500.0, 342.0
    omega_D = constants.k * T_D / constants.hbar
    a = (6 * np.pi**2) ** (1 / 3) * c / omega_D
    g2 = rho * c**2 * a**3 * constants.k * T_g
    for E, T in ((0.2, 0.01), (1.0, 1.0), (0.1, 3.0)):  # K
        joule = constants.k * E
        rate = 3 * g2 * joule**3 / (2 * np.pi * rho * c**5 * constants.hbar**4)
        rate /= np.tanh(E / (2 * T))
        ours = rfot.fastest_rate(E / T_D, T / T_D, T_g / T_D) * omega_D
        assert ours == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize("exponent", [0.05, 0.3])
def test_tunneling_exponent_from_barriers(exponent):
    """Barriers with weight e^(V/√2 T_g): the share of amplitudes below Δ goes as Δ^(-c)."""
    T_g = 4.4
    frequency = exponent * np.sqrt(2) * np.pi * T_g
    V = np.array([30.0, 50.0])
    amplitude = -np.pi * V / frequency  # ln Δ/Δ0
    weight = V / (np.sqrt(2) * T_g)  # of ln Δ, whose density is that of V
    found = -np.diff(weight) / np.diff(amplitude)
    assert rfot.tunneling_exponent(frequency, T_g) == pytest.approx(float(found[0]), rel=1e-12)
    assert rfot.tunneling_exponent(frequency, T_g) == pytest.approx(exponent, rel=1e-12)


def start(tT3, T_g):
    """x = E/T of the fastest systems that relax within the time."""
    log_times = log_times_of(tT3, T_g)
    log_x = optimize.brentq(lambda v: float(log_times(mpmath.exp(v))), -60, 5, xtol=1e-15)
    return float(np.exp(log_x))


def log_times_of(tT3, T_g):
    """ln t/τ_min of x = E/T."""
    return lambda x: mpmath.log(9 * mpmath.pi * T_g * tT3 * x**3 / mpmath.tanh(x / 2))


@pytest.mark.parametrize("T_g", [2.0, 4.4])
@pytest.mark.parametrize("exponent", [0.0, 0.03, 0.1, 0.5])
@pytest.mark.parametrize("tT3", [3e-6, 1e-3, 1.0, 1e5, 1e12])
def test_heat_capacity_against_nested_integrals(tT3, exponent, T_g):
    """Eq. 27 as it stands: over z within, over x = E/T outside."""

    def inner(x):
        end = np.log(9 * np.pi * T_g * tT3 * x**3 / np.tanh(x / 2))
        if end <= 0:
            return 0.0
        smooth = lambda z: np.exp(exponent * z / 2) * np.sqrt(z / -np.expm1(-z)) if z else 1.0  # noqa: E731
        return (
            0.5
            * integrate.quad(smooth, 0, end, weight="alg", wvar=(-0.5, 0), epsabs=0, epsrel=1e-12)[
                0
            ]
        )

    def outer(s):
        x = first + s * s
        return inner(x) * x**-exponent * (x / (2 * np.cosh(x / 2))) ** 2 * 2 * s

    first = start(tT3, T_g)
    edges = [0, *(0.3 * np.sqrt(first) * np.arange(1, 3)), *np.sqrt([0.5, 3, 10, 30, 60])]
    exact = sum(
        integrate.quad(outer, a, b, epsabs=0, epsrel=1e-11, limit=200)[0]
        for a, b in zip(sorted(edges)[:-1], sorted(edges)[1:], strict=True)
    )
    found = rfot.heat_capacity_factor(tT3, exponent, T_g)
    assert found == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("tT3", "exponent"), [(1e-6, 0.1), (1e-3, 0.0), (1e4, 0.3)])
def test_heat_capacity_with_the_closed_form(tT3, exponent):
    """The integral over z is 2√v ₂F₁(½, 1 + c/2; 3/2; v), v = 1 - τ_min/t; 30 digits outside."""
    T_g = 4.4
    log_times = log_times_of(tT3, T_g)
    with mpmath.workdps(20):
        first = mpmath.findroot(log_times, start(tT3, T_g))

        def outer(s):
            x = first + s * s
            v = max(-mpmath.expm1(-log_times(x)), 0)
            inner = mpmath.sqrt(v) * mpmath.hyp2f1(0.5, 1 + exponent / 2, 1.5, v)
            return inner * x**-exponent * (x / (2 * mpmath.cosh(x / 2))) ** 2 * 2 * s

        exact = mpmath.quad(outer, [0, 0.3, 1, 2, 4, 8])
    found = rfot.heat_capacity_factor(tT3, exponent, T_g)
    assert found == pytest.approx(float(exact), rel=1e-10)


def test_heat_capacity_depends_on_time_and_temperature_through_one_product():
    """C/T^(1-c) of eq. 27 in kelvin and seconds at (t, T) and (8t, T/2)."""
    c, T_g, T_D, omega_D = 0.1, 1500.0, 342.0, 4.5e13

    def direct(t, T):
        E = T * np.geomspace(1e-9, 60, 6000)
        shortest = 1 / (rfot.fastest_rate(E / T_D, T / T_D, T_g / T_D) * omega_D)
        z = np.log(np.maximum(t / shortest, 1.0))
        u = (np.arange(200) + 0.5) / 200  # z = z_max u²
        inner = np.exp(c * z[:, None] * u**2 / 2) * z[:, None] * u
        inner = inner / np.sqrt(np.maximum(-np.expm1(-z[:, None] * u**2), 1e-300))
        levels = (E / (2 * T * np.cosh(E / (2 * T)))) ** 2
        return np.trapezoid(levels * E**-c * inner.mean(axis=1), E) * T ** (c - 1)

    for t, T in ((1e-3, 0.1), (10.0, 1.0)):
        assert direct(t, T) == pytest.approx(direct(8 * t, T / 2), rel=1e-10)
        ours = rfot.heat_capacity_factor(t * omega_D * (T / T_D) ** 3, c, T_g / T_D)
        assert direct(t, T) == pytest.approx(ours, rel=1e-3)


def test_broadcasting_scalars_and_empty_arrays():
    tT3, exponent = np.geomspace(1e-4, 1e6, 5)[:, None], np.array([0.0, 0.1, 0.4])
    values = rfot.heat_capacity_factor(tT3, exponent, 4.4)
    assert values.shape == (5, 3)
    single = [[rfot.heat_capacity_factor(t, c, 4.4) for c in exponent] for t in tT3[:, 0]]
    np.testing.assert_allclose(values, single, rtol=1e-14)
    mosaic = MOSAICS[0]
    calls = [
        lambda x: rfot.mismatch(0.1 * x),
        mosaic.profile,
        lambda x: mosaic.log_states(x, 2.0),
        lambda x: rfot.log_relaxation_time(x, 10.0, mosaic),
        lambda x: rfot.fragility_index(x, mosaic),
        lambda x: rfot.two_level_density(x, 20.0),
        rfot.mean_free_path,
        lambda x: rfot.tunneling_exponent(x, 4.4),
        lambda x: rfot.fastest_rate(x, 0.1, 4.4),
        lambda x: rfot.heat_capacity_factor(x, 0.1, 4.4),
    ]
    for call in calls:
        assert isinstance(call(1), float)
        assert call(np.empty((0, 3))).shape == (0, 3)
        both = call(np.array([1.0, 1.5]))
        np.testing.assert_allclose(both, [call(1.0), call(1.5)], rtol=1e-13)


def test_no_warning_and_no_nan_at_the_extremes():
    """Warnings are errors here."""
    tT3 = np.array([1e-300, 1e-30, 1e-9, 1e30, 1e300])
    for T_g in (1e-3, 4.4, 1e3):
        for exponent in (0.0, 0.1, 1.0):
            values = rfot.heat_capacity_factor(tT3, exponent, T_g)
            assert np.all(np.isfinite(values))
            assert np.all(np.diff(values) >= 0)
    assert np.all(np.isfinite(rfot.fastest_rate([1e-90, 1e90], [[1e-90], [1e90]], 4.4)))
    assert np.all(np.isfinite(rfot.mean_free_path(5.8, [1e-300, 1e300])))
