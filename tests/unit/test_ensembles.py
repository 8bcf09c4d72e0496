"""Gap densities against plain quadrature over the distribution, and against samples of it."""

import dataclasses

import mpmath
import numpy as np
import pytest
from plain_integrals import EXTREMES, FACTOR, PUBLISHED, field_energies

import etm
from etm.ensembles import ORIENTATIONS

POPULATIONS = PUBLISHED + EXTREMES
DURAN = etm.glasses.load("Duran")


def density_by_quadrature(E, B, ats, orientation):
    """g(E) as ∫ dln D0 ∫ dμ of the density of D at D² = E² - (D0 φ μ)², 16 digits."""
    with mpmath.workdps(16):
        E, D_min = mpmath.mpf(E), mpmath.mpf(ats.D_min)
        a, b = (mpmath.mpf(x) for x in field_energies(B, ats, orientation))
        reach = mpmath.sqrt((E - D_min) * (E + D_min))

        def over_tunneling(cosine):
            """∫ ds/s E/(E² - s²) over the field energies s that leave D > D_min."""
            low, high = a * cosine, min(b * cosine, reach)
            if high <= low:
                return mpmath.mpf(0)
            ends = [mpmath.log(low), mpmath.log(high)]
            return mpmath.quad(lambda v: E / ((E - mpmath.exp(v)) * (E + mpmath.exp(v))), ends)

        if orientation == "average":
            kinks = [mpmath.mpf(0), *(x for x in (reach / b, reach / a) if x < 1), mpmath.mpf(1)]
            mean = mpmath.quad(over_tunneling, kinks)
        else:
            mean = over_tunneling(mpmath.mpf(1))
        return float(2 * mpmath.pi * ats.density * mean)


def cases(count, seed):
    """Random populations, fields and gaps; the gap lies in each piece of the density in turn."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        ats = POPULATIONS[rng.integers(len(POPULATIONS) - 1)]
        B = 20 * 10 ** rng.uniform(-4, 0)
        a, b = field_energies(B, ats, "parallel")
        marks = [ats.D_min, np.hypot(ats.D_min, a), np.hypot(ats.D_min, b)]
        marks.append(marks[-1] * 5)
        piece = k % 3
        yield ats, B, marks[piece] + rng.uniform(0.02, 1) * (marks[piece + 1] - marks[piece])


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_gap_density_is_the_integral_over_the_distribution(orientation):
    count = 9 if orientation == "average" else 60
    for ats, B, E in cases(count, seed=1):
        plain = density_by_quadrature(E, B, ats, orientation)
        assert ats.gap_density(E, B, orientation) == pytest.approx(plain, rel=2e-10), (ats, B, E)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_gap_density_without_a_field(orientation):
    ats = PUBLISHED[0]
    E = np.array([0.0, 0.5, 1.0, 1.000001, 1.5, 100.0]) * ats.D_min
    plain = 2 * np.pi * ats.density * np.log(ats.D0_max / ats.D0_min) / E[3:]
    np.testing.assert_array_equal(ats.gap_density(E[:3], 0.0, orientation), 0)
    np.testing.assert_allclose(ats.gap_density(E[3:], 0.0, orientation), plain, rtol=1e-14)
    np.testing.assert_allclose(ats.gap_density(E[4:], 1e-12, orientation), plain[1:], rtol=1e-12)


@pytest.mark.parametrize("ats", POPULATIONS)
def test_the_shortcut_is_a_smaller_field(ats):
    E = np.geomspace(1e-3, 1e4, 500)
    shortcut = ats.gap_density(E, 0.3, "rms")
    np.testing.assert_array_equal(shortcut, ats.gap_density(E, 0.3 / np.sqrt(3), "parallel"))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("ats", POPULATIONS)
def test_gap_density_is_finite_and_not_negative(ats, orientation):
    a, b = ats.field_energies(np.array([[0.0], [1e-9], [0.1], [20.0]]), orientation)
    edges = np.concatenate([np.hypot(ats.D_min, a), np.hypot(ats.D_min, b)]).ravel()
    E = np.concatenate([np.geomspace(1e-6, 1e6, 200), [ats.D_min], edges])
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        g = ats.gap_density(E, [[0.0], [1e-9], [-0.1], [20.0]], orientation)
    assert g.shape == (4, E.size)
    assert np.all(np.isfinite(g))
    assert np.all(g >= -1e-9 * ats.density)


def test_gap_density_near_the_kinks_keeps_its_digits():
    ats, B = EXTREMES[3], 20.0
    a, b = ats.field_energies(B)
    y = ats.D_min * (1 + np.geomspace(1e-6, 1, 7))
    for m in (a, b):
        g = ats.density_beyond(m, y, a, b, "parallel")
        for value, distance in zip(g, y, strict=True):
            with mpmath.workdps(40):
                E2 = mpmath.mpf(m) ** 2 + mpmath.mpf(distance) ** 2
                D2, a2, b2 = (mpmath.mpf(x) ** 2 for x in (ats.D_min, a, b))
                beyond = mpmath.mpf(ats.D0_max / ats.D0_min) ** 2 * (E2 - a2) / (E2 - b2)
                between = (E2 - a2) * (E2 - D2) / (a2 * D2)
                exact = mpmath.log(beyond if m == b else between) / 2
                exact *= 2 * mpmath.pi * ats.density / mpmath.sqrt(E2)
            assert value == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize("B", [0.0, 0.02, 0.5])
def test_samples_have_the_gap_density(B):
    ats, count, D_max = PUBLISHED[4], 400_000, 50.0
    D, angle, D0_qS, cosine = ats.sample(count, np.random.default_rng(5), D_max)
    assert D.min() >= ats.D_min
    assert D.max() <= D_max
    assert angle.min() >= 0
    assert angle.max() <= 2 * np.pi
    turned, _ = np.histogram(angle, 8, (0, 2 * np.pi))  # all directions alike
    assert np.all(np.abs(turned - count / 8) < 4 * np.sqrt(count / 8))
    systems = 2 * np.pi * ats.density * np.log(D_max / ats.D_min)
    systems *= np.log(ats.D0_max / ats.D0_min)
    edges = np.geomspace(ats.D_min, 8.0, 12)
    gaps = np.hypot(D, FACTOR * D0_qS * B * cosine)
    counts, _ = np.histogram(gaps, edges)
    x, w = np.polynomial.legendre.leggauss(40)
    for low, high, found in zip(edges, edges[1:], counts, strict=False):
        E = (high + low) / 2 + (high - low) / 2 * x
        expected = count / systems * np.sum(w * ats.gap_density(E, B)) * (high - low) / 2
        assert abs(found - expected) < 4 * np.sqrt(expected) + 1


@pytest.mark.parametrize("D0_max", [np.inf, 0.7])
def test_two_level_density_is_the_integral_over_the_distribution(D0_max):
    tls = etm.TwoLevelSystems(0.004, 3e16, D0_max)
    for E in (0.0041, 0.1, 0.69, 0.71, 5.0):
        with mpmath.workdps(30):
            # Δ0 = E sin w: dΔ at fixed gap is E / Δ dE, and E dΔ0 / (Δ0 Δ) = dw / sin w
            ends = [mpmath.asin(mpmath.mpf(0.004) / E), mpmath.asin(min(D0_max / E, 1.0))]
            plain = float(3e16 * mpmath.quad(mpmath.csc, ends))
        assert tls.gap_density(E) == pytest.approx(plain, rel=1e-13)
    np.testing.assert_array_equal(tls.gap_density([0.0, 0.003, 0.004]), 0)


def test_phase_needs_the_loop_area():
    with pytest.raises(ValueError, match="flux_area = None"):
        PUBLISHED[0].phase(1.0)
    area = etm.ATS.flux_area_from_field(1.02)
    ats = etm.ATS(0.5, 5e4, 3e5, 5e16, flux_area=area)
    assert ats.phase(1.02) == pytest.approx(1.0, rel=1e-15)
    assert area == pytest.approx(6.453e4, rel=1e-4)


def test_the_edge_without_a_field_is_a_jump():
    """At E = D_min the density is 2π P* ln(D0max/D0min) / D_min from above, 0 from below."""
    ats = PUBLISHED[0]
    jump = 2 * np.pi * ats.density * np.log(ats.D0_max / ats.D0_min) / ats.D_min
    for orientation in ORIENTATIONS:
        above = ats.density_beyond(ats.D_min, np.array([0.0, 1e-150]), 0.0, 0.0, orientation)
        np.testing.assert_allclose(above, jump, rtol=1e-14)
        below = ats.gap_density([0.0, 0.99 * ats.D_min, ats.D_min], 0.0, orientation)
        np.testing.assert_array_equal(below, 0)


@pytest.mark.parametrize(
    "thing",
    [PUBLISHED[0], etm.TwoLevelSystems(0.1, 1e16), DURAN, DURAN.ions[0]],
    ids=lambda thing: type(thing).__name__,
)
def test_what_a_glass_is_made_of_cannot_be_changed(thing):
    for field in dataclasses.fields(thing):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, field.name, 1.0)


def test_populations_have_a_short_name():
    assert etm.ATS is etm.AnomalousTunnelingSystems
