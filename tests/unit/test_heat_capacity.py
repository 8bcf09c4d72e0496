"""Heat capacities against plain integrals, mpmath and the printed closed forms."""

import mpmath
import numpy as np
import pytest
from plain_integrals import (
    BOLTZMANN,
    EXTREMES,
    PUBLISHED,
    heat_capacity,
    heat_capacity_mpmath,
    two_level_heat_capacity,
)

import etm
from etm.ensembles import ORIENTATIONS

POPULATIONS = PUBLISHED + EXTREMES
SMALLEST = 1e-290
"""Below this a float has no full relative precision."""


def conditions(count, seed):
    """Random population, T from 1 mK to 300 K and B up to 20 T, half of the fields linear."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        T = 10 ** rng.uniform(-3, np.log10(300))
        B = 20 * (10 ** rng.uniform(-5, 0) if k % 2 else rng.uniform())
        yield POPULATIONS[k % len(POPULATIONS)], T, B


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_ats_equals_the_integral_over_the_distribution(orientation):
    """The integral over gaps equals the plain integral over D, D0 and direction."""
    compared = 0
    for ats, T, B in conditions(700, seed=1):
        plain = heat_capacity(T, B, ats, orientation)
        C = etm.heat_capacity.ats(T, B, ats, orientation)
        if plain > SMALLEST:
            assert C == pytest.approx(plain, rel=1e-10, abs=0), (ats, T, B)
            compared += 1
        else:
            assert 0 <= C < 2 * SMALLEST
    assert compared > 600


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_ats_equals_the_integral_in_mpmath(orientation):
    for ats, T, B in conditions(14, seed=2):
        exact = heat_capacity_mpmath(T, B, ats, orientation)
        if exact > SMALLEST:
            C = etm.heat_capacity.ats(T, B, ats, orientation)
            assert C == pytest.approx(exact, rel=1e-10, abs=0), (ats, T, B)


def test_the_two_references_agree():
    for ats, T, B in conditions(6, seed=3):
        for orientation in ("average", "parallel"):
            exact = heat_capacity_mpmath(T, B, ats, orientation)
            if exact > SMALLEST:
                plain = heat_capacity(T, B, ats, orientation)
                assert plain == pytest.approx(exact, rel=1e-11, abs=0)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("ats", POPULATIONS)
def test_a_surface_is_as_accurate_as_its_points(ats, orientation):
    T = np.geomspace(1e-3, 300, 12)[:, None]
    B = np.concatenate([[0.0], np.geomspace(1e-4, 20, 5)])
    surface = etm.heat_capacity.ats(T, B, ats, orientation)
    plain = [[heat_capacity(t, b, ats, orientation) for b in B] for t in T[:, 0]]
    plain = np.array(plain)
    kept = plain > SMALLEST
    np.testing.assert_allclose(surface[kept], plain[kept], rtol=1e-10)
    assert np.all((surface[~kept] >= 0) & (surface[~kept] < 2 * SMALLEST))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("ats", POPULATIONS)
def test_ats_zero_field(ats, orientation):
    T = np.geomspace(1e-3, 300, 25)
    with mpmath.workdps(40):
        x = [mpmath.mpf(ats.D_min) / (2 * mpmath.mpf(t)) for t in T]
        curly = [mpmath.log(2) - y * mpmath.tanh(y) + mpmath.log(mpmath.cosh(y)) for y in x]
        scale = 2 * mpmath.pi * ats.density * BOLTZMANN
        scale *= mpmath.log(mpmath.mpf(ats.D0_max) / mpmath.mpf(ats.D0_min))
    with mpmath.workdps(400):
        curly = [mpmath.log(2) - y * mpmath.tanh(y) + mpmath.log(mpmath.cosh(y)) for y in x]
    exact = np.array([float(scale * c) for c in curly])
    np.testing.assert_allclose(etm.heat_capacity.ats_zero_field(T, ats), exact, rtol=1e-11)
    in_no_field = etm.heat_capacity.ats(T, 0.0, ats, orientation)
    np.testing.assert_allclose(in_no_field, exact, rtol=1e-11)


@pytest.mark.parametrize("D0_min", [1e-6, 0.0039, 0.5])
@pytest.mark.parametrize("D0_max", [np.inf, 10.0])
def test_two_level(D0_min, D0_max):
    tls = etm.TwoLevelSystems(D0_min, 3e16, D0_max)
    T = np.geomspace(1e-3, 300, 9)
    C = etm.heat_capacity.two_level(T, tls)
    plain = [two_level_heat_capacity(t, D0_min, D0_max, 3e16) for t in T]
    np.testing.assert_allclose(C, plain, rtol=1e-11)


def test_two_level_equals_the_integral_in_mpmath():
    """∫ arcosh(E/Δ0min) (E/2T)² / cosh²(E/2T) dE, E = Δ0min cosh v."""
    T, D0_min = 0.7, 1e-3
    with mpmath.workdps(30):

        def integrand(v):
            E = mpmath.mpf(D0_min) * mpmath.cosh(v)
            x = E / (2 * mpmath.mpf(T))
            return v * (x / mpmath.cosh(x)) ** 2 * mpmath.mpf(D0_min) * mpmath.sinh(v)

        exact = mpmath.quad(integrand, mpmath.linspace(0, mpmath.acosh(70 * T / D0_min), 8))
    C = etm.heat_capacity.two_level(T, etm.TwoLevelSystems(D0_min, 3e16))
    assert C == pytest.approx(float(exact) * BOLTZMANN * 3e16, rel=1e-12, abs=0)


def brillouin_as_printed(T, B, density, J, g=2):
    """Jug, Bonfanti & Kob 2016, eq. 16, with z = g μ_B B / k_B T, in 400 digits."""
    with mpmath.workdps(400):
        z = g * mpmath.mpf(etm.units.BOHR_MAGNETON_IN_KELVIN) * mpmath.mpf(B) / mpmath.mpf(T)
        curly = 1 / mpmath.sinh(z / 2) ** 2
        curly -= ((2 * J + 1) / mpmath.sinh((2 * J + 1) * z / 2)) ** 2
        return float(density * mpmath.mpf(BOLTZMANN) * z**2 / 4 * curly)


@pytest.mark.parametrize("J", [0.5, 1, 2, 2.5, 7.5])
def test_paramagnet(J):
    """The heat capacity of ions equals the variance of their Zeeman energy, level by level."""
    T = np.geomspace(1e-3, 300, 15)
    B = np.geomspace(1e-6, 20, 14)
    exact = np.array([[brillouin_as_printed(t, b, 1e17, J) for b in B] for t in T])
    C = etm.heat_capacity.paramagnet(T[:, None], B, 1e17, J)
    kept = exact > SMALLEST
    np.testing.assert_allclose(C[kept], exact[kept], rtol=1e-11)
    assert np.all((C[~kept] >= 0) & (C[~kept] < 2 * SMALLEST))


def test_paramagnet_without_field_or_spin():
    assert etm.heat_capacity.paramagnet(1.0, 0.0, 1e17, 2) == 0
    assert etm.heat_capacity.paramagnet(1.0, 3.0, 1e17, 0) == 0
    negative = etm.heat_capacity.paramagnet(1.0, 3.0, 1e17, 2, g=-2.0)
    assert negative == etm.heat_capacity.paramagnet(1.0, 3.0, 1e17, 2)


def test_phonon():
    np.testing.assert_allclose(etm.heat_capacity.phonon([1.0, 2.0], 3e-7), [3e-7, 2.4e-6])


def test_samples_have_the_heat_capacity():
    """The Schottky terms of systems drawn from the distribution add up to C(T, B)."""
    ats, T, B, count, D_max = PUBLISHED[4], 1.23, 0.3, 400_000, 60.0
    D, _, D0_qS, cosine = ats.sample(count, np.random.default_rng(6), D_max)
    x = np.hypot(D, etm.units.phase_energy(D0_qS, B) * cosine) / (2 * T)
    systems = 2 * np.pi * ats.density * np.log(D_max / ats.D_min)
    systems *= np.log(ats.D0_max / ats.D0_min)
    values = BOLTZMANN * systems * (x / np.cosh(x)) ** 2
    error = values.std() / np.sqrt(count)
    assert abs(values.mean() - etm.heat_capacity.ats(T, B, ats)) < 4 * error


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_broadcasting_equals_point_by_point(orientation):
    ats = PUBLISHED[4]

    def C(T, B):
        return etm.heat_capacity.ats(T, B, ats, orientation)

    rng = np.random.default_rng(7)
    T, B = 10 ** rng.uniform(-2, 2, size=9), rng.uniform(-8, 8, size=7)
    points = np.array([[C(t, b) for b in B] for t in T])
    np.testing.assert_allclose(C(T[:, None], B), points, rtol=1e-11)
    np.testing.assert_allclose(C(T, B[:, None]), points.T, rtol=1e-11)
    paired_T, paired_B = np.broadcast_arrays(T[:, None], B)
    np.testing.assert_allclose(C(paired_T, paired_B), points, rtol=1e-11)
    np.testing.assert_allclose(C(T[:7], B), np.diagonal(points[:7]), rtol=1e-11)
    np.testing.assert_allclose(C(paired_T, B), points, rtol=1e-11)
    many = rng.uniform(0, 8, size=300)
    np.testing.assert_allclose(C(1.0, many)[::50], [C(1.0, b) for b in many[::50]], rtol=1e-11)


def test_scalar_in_scalar_out():
    ats, tls = PUBLISHED[4], etm.TwoLevelSystems(0.0039, 3e16, 10.0)
    for C in (
        etm.heat_capacity.ats(1, 1, ats),
        etm.heat_capacity.ats_zero_field(1, ats),
        etm.heat_capacity.two_level(1, tls),
        etm.heat_capacity.phonon(1, 1e-7),
        etm.heat_capacity.paramagnet(1, 1, 1e17, 2),
        ats.gap_density(1, 1),
        tls.gap_density(1),
        etm.units.phase_energy(5e4, 1),
    ):
        assert isinstance(C, float)


def test_empty_in_empty_out():
    ats = PUBLISHED[4]
    assert etm.heat_capacity.ats(np.empty((0, 1)), np.ones(3), ats).shape == (0, 3)
    assert etm.heat_capacity.ats(1.0, [], ats).shape == (0,)
    assert etm.heat_capacity.two_level([], etm.TwoLevelSystems(0.1, 1e16)).shape == (0,)
    assert etm.heat_capacity.paramagnet([], 1.0, 1e17, 2).shape == (0,)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("ats", POPULATIONS)
def test_no_warning_and_no_nan_at_the_extremes(ats, orientation):
    T = np.array([1e-6, 1e-3, 1.0, 300.0, 1e5])[:, None]
    B = np.array([-20.0, 0.0, 1e-300, 1e-12, 1e-3, 20.0, 1e6])
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        C = etm.heat_capacity.ats(T, B, ats, orientation)
        ion = etm.heat_capacity.paramagnet(T, B, 1e17, 2.5)
        two = etm.heat_capacity.two_level(T, etm.TwoLevelSystems(0.004, 1e16))
    for values in (C, ion, two):
        assert np.all(np.isfinite(values))
        assert np.all(values >= 0)
    np.testing.assert_array_equal(C[:, 0], C[:, 5])
