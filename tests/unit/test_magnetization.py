"""Magnetization against plain integrals, mpmath and thermodynamics."""

import mpmath
import numpy as np
import pytest
from numpy.polynomial import Chebyshev
from plain_integrals import BOLTZMANN, EXTREMES, FACTOR
from plain_magnetization import PUBLISHED, magnetization_mpmath, plain

import etm
from etm import magnetization
from etm.ensembles import ORIENTATIONS

POPULATIONS = list(PUBLISHED.values())
QUANTITIES = {
    "M": magnetization.ats,
    "F": magnetization.free_energy,
    "S": magnetization.entropy,
}
FROZEN = 1e-17
"""Below T = D_min/20 the entropy is less than e^-20 k_B a system, and exact to this only."""
BOHR_MAGNETON = 9.2740100657e-24
"""CODATA 2022, retyped [J/T]."""


def conditions(count, seed, populations=POPULATIONS):
    """Random population, T from 10 mK to 300 K and B from 1 µT to 7 T."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        T = 10 ** rng.uniform(-2, np.log10(300))
        B = 7 * (10 ** rng.uniform(-6.85, 0) if k % 2 else rng.uniform())
        yield populations[k % len(populations)], T, B


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_equals_the_integral_over_the_distribution(quantity, orientation):
    for ats, T, B in conditions(120, seed=1):
        exact = plain(quantity, T, B, ats, orientation)
        found = QUANTITIES[quantity](T, B, ats, orientation)
        assert found == pytest.approx(exact, rel=1e-11, abs=0), (ats, T, B)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_other_cutoffs(quantity, orientation):
    """Wide and narrow ranges of D0, small and large D_min, 1 mK to 1000 K, up to 20 T."""
    rng = np.random.default_rng(2)
    for k in range(66):
        ats, T, B = EXTREMES[k % len(EXTREMES)], 10 ** rng.uniform(-3, 3), 20 * rng.uniform()
        exact = plain(quantity, T, B, ats, orientation)
        found = QUANTITIES[quantity](T, B, ats, orientation)
        frozen = FROZEN * ats.density * BOLTZMANN if quantity == "S" else 0.0
        assert found == pytest.approx(exact, rel=1e-10, abs=frozen), (ats, T, B)


@pytest.mark.parametrize(
    ("orientation", "T", "B"), [("average", 1.3, 0.7), ("parallel", 0.05, 3.0), ("rms", 40.0, 0.1)]
)
def test_equals_the_integral_in_mpmath(orientation, T, B):
    for name in ("BAS", "BK7, 2021 Table 4")[: 1 if orientation == "average" else 2]:
        exact = magnetization_mpmath(T, B, PUBLISHED[name], orientation)
        found = magnetization.ats(T, B, PUBLISHED[name], orientation)
        assert found == pytest.approx(exact, rel=1e-12, abs=0)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_surface_is_as_accurate_as_its_points(quantity, orientation):
    """The weakest of the fields that share nodes is 7 million times weaker than the strongest."""
    ats = PUBLISHED["Duran"]
    T, B = np.geomspace(0.01, 300, 8), np.geomspace(1e-6, 7, 9)
    surface = QUANTITIES[quantity](T[:, None], B, ats, orientation)
    exact = [[plain(quantity, t, b, ats, orientation) for b in B] for t in T]
    np.testing.assert_allclose(surface, exact, rtol=1e-10)
    paired = QUANTITIES[quantity](T, B[:8], ats, orientation)
    np.testing.assert_allclose(paired, np.diagonal(surface), rtol=1e-10)


def susceptibility_mpmath(T, ats):
    """2021, eq. 12: (2/3)π³ n/φ0² (D0max² - D0min²) ∫ tanh(E/2T) dE/E² [A m²/(g T)]."""
    with mpmath.workdps(30):
        T, D_min = mpmath.mpf(T), mpmath.mpf(ats.D_min)
        low, high = mpmath.log(D_min), mpmath.log(200 * max(T, D_min))
        marks = mpmath.linspace(low, high, 12)
        integral = mpmath.quad(
            lambda v: mpmath.tanh(mpmath.exp(v) / (2 * T)) / mpmath.exp(v), marks
        )
        integral += mpmath.exp(-high)
        spread = mpmath.mpf(ats.D0_max) ** 2 - mpmath.mpf(ats.D0_min) ** 2
        flux = 2 * mpmath.pi / mpmath.mpf(FACTOR)
        scale = mpmath.mpf(2) / 3 * mpmath.pi**3 / flux**2 * ats.density * mpmath.mpf(BOLTZMANN)
        return float(scale * spread * integral)


@pytest.mark.parametrize("ats", POPULATIONS)
def test_susceptibility_equals_the_integral_in_mpmath(ats):
    T = np.geomspace(1e-3, 1e3, 13)
    exact = [susceptibility_mpmath(t, ats) for t in T]
    np.testing.assert_allclose(magnetization.ats_susceptibility(T, ats), exact, rtol=1e-12)
    one_by_one = [magnetization.ats_susceptibility(t, ats) for t in T]
    np.testing.assert_allclose(one_by_one, exact, rtol=1e-12)


@pytest.mark.parametrize("ats", POPULATIONS)
@pytest.mark.parametrize("orientation", ["average", "rms"])
def test_susceptibility_is_the_weak_field_limit(ats, orientation):
    T = np.geomspace(0.01, 300, 7)
    # the first correction is of order (D0max φ)²/D_min², below 1e-13 here
    found = magnetization.ats(T, 1e-9, ats, orientation) / 1e-9
    np.testing.assert_allclose(found, magnetization.ats_susceptibility(T, ats), rtol=1e-12)


@pytest.mark.parametrize(("T", "B"), [(0.01, 1e-3), (1.0, 0.7), (40.0, 7.0)])
def test_magnetization_is_odd(T, B):
    ats = PUBLISHED["BAS"]
    for orientation in ORIENTATIONS:
        for levels in (2, 3):
            forward, backward = magnetization.ats(T, [B, -B], ats, orientation, levels)
            assert forward == -backward != 0
            assert magnetization.ats(T, 0.0, ats, orientation, levels) == 0
        for even in (magnetization.free_energy, magnetization.entropy):
            assert even(T, B, ats, orientation) == even(T, -B, ats, orientation) < 0
            assert even(T, 0.0, ats, orientation) == 0


def slope(function, x, width=0.3, count=24):
    """Derivative at x by a Chebyshev series in ln x over x e^±width."""
    series = Chebyshev.interpolate(
        lambda v: function(np.exp(v)), count, np.log(x) + [-width, width]
    )
    return series.deriv()(np.log(x)) / x


THERMODYNAMICS = [("BAS", 0.02, 0.1), ("Duran", 0.5, 3.0), ("BK7", 4.0, 0.01), ("BK7", 60.0, 6.0)]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(("glass", "T", "B"), THERMODYNAMICS)
def test_free_energy_gives_all(glass, T, B, orientation):
    ats = PUBLISHED[glass]
    M, F, S = (quantity(T, B, ats, orientation) for quantity in QUANTITIES.values())
    dF_dB = slope(lambda b: magnetization.free_energy(T, b, ats, orientation), B)
    dF_dT = slope(lambda t: magnetization.free_energy(t, B, ats, orientation), T)
    assert -dF_dB == pytest.approx(M, rel=1e-10, abs=0)
    # -∂F/∂T is a small difference where F hardly depends on T: rounding is that of F/T
    assert -dF_dT == pytest.approx(S, rel=1e-10, abs=3e-12 * abs(F / T))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(("glass", "T", "B"), THERMODYNAMICS)
def test_maxwell(glass, T, B, orientation):
    """∂M/∂T = ∂S/∂B."""
    ats = PUBLISHED[glass]
    dM_dT = slope(lambda t: magnetization.ats(t, B, ats, orientation), T)
    dS_dB = slope(lambda b: magnetization.entropy(T, b, ats, orientation), B)
    M = magnetization.ats(T, B, ats, orientation)
    assert dM_dT == pytest.approx(dS_dB, rel=1e-10, abs=3e-12 * M / T)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(("glass", "T", "B"), THERMODYNAMICS)
def test_entropy_and_heat_capacity_agree(glass, T, B, orientation):
    """C(B) - C(0) = T ∂[S(B) - S(0)]/∂T: magnetization and heat capacity share one free energy."""
    ats = PUBLISHED[glass]
    in_field = etm.heat_capacity.ats(T, B, ats, orientation)
    without = etm.heat_capacity.ats(T, 0.0, ats, orientation)
    found = T * slope(lambda t: magnetization.entropy(t, B, ats, orientation), T)
    # the heat capacities hold to 1e-10, their difference as much of either
    scale = max(in_field, without, abs(magnetization.entropy(T, B, ats, orientation)))
    assert found == pytest.approx(in_field - without, rel=1e-10, abs=1e-11 * scale)


def test_magnetization_changes_with_temperature_as_the_heat_capacity_with_the_field():
    """∂C/∂B = T ∂²M/∂T²."""
    ats, T, B = PUBLISHED["Duran"], 0.5, 0.2
    dC_dB = slope(lambda b: etm.heat_capacity.ats(T, b, ats), B)
    domain = [0.35, 0.7]
    M = Chebyshev.interpolate(lambda t: magnetization.ats(t, B, ats), 30, domain)
    assert T * M.deriv(2)(T) == pytest.approx(dC_dB, rel=1e-9)


def brillouin(T, B, density, J, g):
    """n g μ_B J B_J(z) of 2016, eqs 90 and 91, in 60 digits."""
    with mpmath.workdps(60):
        J, g = mpmath.mpf(J), mpmath.mpf(g)
        moment = g * mpmath.mpf(BOHR_MAGNETON) * J
        z = moment * mpmath.mpf(B) / (mpmath.mpf(BOLTZMANN) * mpmath.mpf(T))
        whole, half = (2 * J + 1) / (2 * J), 1 / (2 * J)
        curly = whole * mpmath.coth(whole * z) - half * mpmath.coth(half * z)
        return float(density * moment * curly)


@pytest.mark.parametrize("g", [2.0, 2.0023, -2.0])
@pytest.mark.parametrize("J", [0.5, 1, 2, 2.5, 7.5])
def test_paramagnet(J, g):
    T, B = np.geomspace(1e-3, 300, 9), np.concatenate([np.geomspace(1e-15, 20, 9), [-1e-4, -2.0]])
    exact = [[brillouin(t, b, 1e17, J, g) for b in B] for t in T]
    found = magnetization.paramagnet(T[:, None], B, 1e17, J, g)
    np.testing.assert_allclose(found, exact, rtol=1e-12)


@pytest.mark.parametrize("J", [0.5, 2.0, 2.5])
def test_limits_of_a_paramagnet(J):
    """Curie's law n (g μ_B)² J(J+1) B / 3kT in weak fields, n g μ_B J in strong ones; oddness."""
    n, g = 1e17, 2.0
    T, B = 1.5, 1e-7
    curie = n * (g * BOHR_MAGNETON) ** 2 * J * (J + 1) * B / (3 * BOLTZMANN * T)
    assert magnetization.paramagnet(T, B, n, J, g) == pytest.approx(curie, rel=1e-12, abs=0)
    saturated = magnetization.paramagnet(1e-3, [20.0, -20.0], n, J, g)
    np.testing.assert_allclose(saturated, n * g * BOHR_MAGNETON * J * np.array([1, -1]), rtol=1e-12)
    B = np.geomspace(1e-6, 20, 9)
    forward, backward = (magnetization.paramagnet(T, x, n, J, g) for x in (B, -B))
    np.testing.assert_array_equal(forward, -backward)
    assert magnetization.paramagnet(T, 0.0, n, J, g) == 0
    assert magnetization.paramagnet(T, 1.0, n, 0.0, g) == 0
    assert magnetization.paramagnet(T, 1.0, 0.0, J, g) == 0


@pytest.mark.parametrize("J", [0.5, 2.0, 2.5])
def test_paramagnet_shares_its_levels_with_the_heat_capacity(J):
    """∂C/∂B = T ∂²M/∂T²."""
    T, B = 1.3, 2.0
    M = Chebyshev.interpolate(lambda t: magnetization.paramagnet(t, B, 1e17, J), 30, [0.9, 1.9])
    dC_dB = slope(lambda b: etm.heat_capacity.paramagnet(T, b, 1e17, J), B)
    assert T * M.deriv(2)(T) == pytest.approx(dC_dB, rel=1e-9)


@pytest.mark.parametrize("T", [1e6, 1e9, 1e15])
def test_hot_entropy_follows_from_the_susceptibility(T):
    """ΔS = (B²/2) dχ/dT where χ = A [ln(2T/D_min) + c]/2T: nearly all systems have D << T."""
    ats, B = EXTREMES[0], 0.1
    near, far = (2 * t * magnetization.ats_susceptibility(t, ats) for t in (T, 10 * T))
    A = (far - near) / np.log(10)
    expected = B**2 / 2 * (A - near) / (2 * T**2)
    assert magnetization.entropy(T, B, ats) == pytest.approx(expected, rel=2e-9, abs=0)


def test_saturation_moment():
    """D0 φ >> D, T: each system of the facing orientation carries (π/φ0) D0 |q/e| S."""
    narrow = etm.ATS(1e-6, 2e5, 2.0001e5, 1.0)
    # ln(D/D_min) makes the number of systems infinite; those with D << s count fully
    moment = magnetization.saturation_moment(2e5)
    assert moment == pytest.approx(np.pi / 4.135667696923859e5 * 2e5 * BOLTZMANN, rel=1e-12)
    assert magnetization.saturation_moment([0.0, -2e5])[1] == -moment
    # per unit of ln D_min the magnetization falls by the moment of the systems left out
    fewer = etm.ATS(1e-6 * np.e, 2e5, 2.0001e5, 1.0)
    out = magnetization.ats(1e-4, 5.0, narrow, "parallel")
    out -= magnetization.ats(1e-4, 5.0, fewer, "parallel")
    expected = 2 * np.pi * np.log(2.0001 / 2) * moment
    # both cutoffs of D0 are 5e-5 apart, and the difference loses one digit
    assert out == pytest.approx(expected, rel=3e-5)


def test_samples_have_the_magnetization():
    """The moments of systems drawn from the distribution add up to M(T, B)."""
    ats, T, B, count, D_max = PUBLISHED["Duran"], 1.23, 0.3, 400_000, 1e4
    D, _, D0_qS, cosine = ats.sample(count, np.random.default_rng(6), D_max)
    s = FACTOR * D0_qS * B * cosine
    E = np.hypot(D, s)
    systems = 2 * np.pi * ats.density * np.log(D_max / ats.D_min)
    systems *= np.log(ats.D0_max / ats.D0_min)
    values = BOLTZMANN * systems * s**2 / (2 * E * B) * np.tanh(E / (2 * T))
    error = values.std() / np.sqrt(count)
    assert error < 0.01 * values.mean()
    assert abs(values.mean() - magnetization.ats(T, B, ats)) < 4 * error


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_broadcasting_equals_point_by_point(quantity, orientation):
    ats, function = PUBLISHED["BK7"], QUANTITIES[quantity]
    rng = np.random.default_rng(7)
    T, B = 10 ** rng.uniform(-2, 2, size=9), rng.uniform(-7, 7, size=7)
    points = np.array([[function(t, b, ats, orientation) for b in B] for t in T])
    np.testing.assert_allclose(function(T[:, None], B, ats, orientation), points, rtol=1e-11)
    np.testing.assert_allclose(function(T, B[:, None], ats, orientation), points.T, rtol=1e-11)
    diagonal = function(T[:7], B, ats, orientation)
    np.testing.assert_allclose(diagonal, np.diagonal(points[:7]), rtol=1e-11)


def test_scalar_in_scalar_out_and_empty_in_empty_out():
    ats = PUBLISHED["BK7"]
    for value in (
        magnetization.ats(1, 1, ats),
        magnetization.ats(1, 1, ats, "parallel", levels=3),
        magnetization.ats_susceptibility(1, ats),
        magnetization.free_energy(1, 1, ats),
        magnetization.entropy(1, 1, ats),
        magnetization.saturation_moment(1),
        magnetization.paramagnet(1, 1, 1e17, 2),
    ):
        assert isinstance(value, float)
    for levels in (2, 3):
        assert magnetization.ats([], 1.0, ats, levels=levels).shape == (0,)
        assert magnetization.ats(np.ones((2, 1)), np.empty(0), ats, levels=levels).shape == (2, 0)
    assert magnetization.ats_susceptibility([], ats).shape == (0,)
    assert magnetization.free_energy([], 1.0, ats).shape == (0,)
    assert magnetization.entropy(1.0, [], ats).shape == (0,)
    assert magnetization.paramagnet([], 1.0, 1e17, 2).shape == (0,)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("ats", POPULATIONS + EXTREMES)
def test_no_warning_and_no_nan_at_the_extremes(ats, orientation):
    T = np.array([1e-6, 1e-3, 1.0, 300.0, 1e5])[:, None]
    B = np.array([-20.0, 0.0, 1e-300, 1e-12, 1e-3, 20.0, 1e6])
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        M = magnetization.ats(T, B, ats, orientation)
        F = magnetization.free_energy(T, B, ats, orientation)
        S = magnetization.entropy(T, B, ats, orientation)
        ion = magnetization.paramagnet(T, B, 1e17, 2.5)
        chi = magnetization.ats_susceptibility(T, ats)
    assert np.all(np.isfinite([M, F, S, ion]))
    for moment in (M, ion):
        assert np.all(moment[:, 2:] >= 0)
        np.testing.assert_array_equal(moment[:, 0], -moment[:, 5])
    assert np.all(F <= 0)
    assert np.all(S <= 0)
    assert np.all(np.diff(chi, axis=0) < 0) or np.all(chi > 0)


def test_larmor_in_the_units_of_the_papers():
    """4.227e-7 emu/(g Oe) at 65 kOe and at 50 kOe: Jug & Recchia 2021, Table 3, by hand."""
    chi_L = 4.227e-7 * etm.units.EMU_PER_OERSTED
    B = np.array([0.0, 65.0, -50.0]) * etm.units.KILO_OERSTED
    M = magnetization.larmor(B, chi_L) / etm.units.EMU
    np.testing.assert_allclose(M, [0.0, -0.0274755, 0.021135], rtol=1e-14)
    assert np.copysign(1.0, M[0]) == 1.0
    assert magnetization.larmor(np.ones((2, 1)), np.ones(3)).shape == (2, 3)
    assert magnetization.larmor([], 1.0).shape == (0,)
    assert isinstance(magnetization.larmor(1, 2), float)
