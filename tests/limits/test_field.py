"""Weak field, reversed field, whole flux quanta; conservation, continuity and the cusp."""

import numpy as np
import pytest

import etm
from etm.ensembles import ORIENTATIONS

DURAN = etm.glasses.load("Duran").at(1.23)
BAS = etm.glasses.load("BAS").at(0.60)
EXACT = etm.ATS(DURAN.D_min, DURAN.D0_min, DURAN.D0_max, DURAN.density, 4.04e4)
ONE_QUANTUM = 2 * np.pi / EXACT.phase(1.0)


@pytest.mark.parametrize("levels", [2, 3])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_field_reversal(orientation, levels):
    T, B = np.array([[0.3], [1.2]]), np.array([1e-3, 0.1, 2.0])
    forward = etm.heat_capacity.ats(T, B, EXACT, orientation, levels)
    backward = etm.heat_capacity.ats(T, -B, EXACT, orientation, levels)
    np.testing.assert_array_equal(forward, backward)
    g = [EXACT.gap_density([[0.4], [1.0]], sign * B, orientation) for sign in (1, -1)]
    np.testing.assert_array_equal(*g)


def test_field_reversal_of_ions():
    B = np.array([1e-3, 0.1, 2.0])
    forward, backward = (etm.heat_capacity.paramagnet(1.0, x, 1e17, 2) for x in (B, -B))
    np.testing.assert_array_equal(forward, backward)


def test_levels_are_periodic_and_even_in_the_flux():
    rng = np.random.default_rng(1)
    E, phase = rng.normal(size=(200, 3)), rng.uniform(0, 2 * np.pi, size=200)
    levels = etm.wells.three_well_levels(E, 0.7, phase)
    for other in (phase + 2 * np.pi, phase - 4 * np.pi, -phase, 2 * np.pi - phase):
        turned = etm.wells.three_well_levels(E, 0.7, other)
        np.testing.assert_allclose(turned, levels, rtol=0, atol=1e-13)


def test_heat_capacity_is_periodic_in_the_flux():
    T, B = np.array([[0.5], [2.0]]), np.array([0.0, 0.03, 0.3]) * ONE_QUANTUM
    C = etm.heat_capacity.ats(T, B, EXACT, "parallel", levels=3)
    for other in (B + ONE_QUANTUM, B - 2 * ONE_QUANTUM, ONE_QUANTUM - B):
        turned = etm.heat_capacity.ats(T, other, EXACT, "parallel", levels=3)
        np.testing.assert_allclose(turned, C, rtol=1e-8)


def test_the_effective_systems_are_not_periodic():
    C = etm.heat_capacity.ats(1.0, [0.0, ONE_QUANTUM], EXACT, "parallel", levels=2)
    assert C[1] < 0.1 * C[0]


@pytest.mark.parametrize("ats", [DURAN, BAS])
def test_the_shortcut_is_exact_to_second_order(ats):
    """<cos²β> = 1/3: φ/√3 and the average agree to φ², and differ by a term φ⁴."""
    B = np.array([1e-3, 2e-3])
    average, rms = (etm.heat_capacity.ats(1.0, B, ats, o) for o in ("average", "rms"))
    zero = etm.heat_capacity.ats_zero_field(1.0, ats)
    change = average - zero
    assert change[1] / change[0] == pytest.approx(4, rel=1e-3)
    np.testing.assert_allclose((rms - zero) / change, 1, atol=1e-3)
    difference = rms - average
    assert difference[1] / difference[0] == pytest.approx(16, rel=0.02)
    # with f(s²) = c + d s² + e s⁴: the average of s⁴ is 1/5, the shortcut takes 1/9
    fourth = (change[1] - 4 * change[0]) / (16 - 4)
    assert difference[0] / fourth == pytest.approx(1 / 9 / (1 / 5) - 1, rel=0.02)


@pytest.mark.parametrize("levels", [2, 3])
def test_parallel_loops_respond_three_times_more(levels):
    B = 2e-3
    changes = []
    for orientation in ("parallel", "average", "rms"):
        C = etm.heat_capacity.ats(1.0, [0.0, B], EXACT, orientation, levels)
        changes.append(C[1] - C[0])
    np.testing.assert_allclose(changes, changes[0] * np.array([1, 1 / 3, 1 / 3]), rtol=3e-3)


@pytest.mark.parametrize("levels", [2, 3])
def test_orientations_agree_without_a_field(levels):
    C = [etm.heat_capacity.ats([0.1, 1.0], 0.0, EXACT, o, levels) for o in ORIENTATIONS]
    np.testing.assert_allclose(C, np.broadcast_to(C[0], (3, 2)), rtol=1e-9)


def integral(function, edges):
    """∫ over adjacent intervals, panels doubling in width from the lower end of each."""
    x, w = np.polynomial.legendre.leggauss(20)
    total = 0.0
    for low, high in zip(edges, edges[1:], strict=False):
        ends = np.concatenate([[low], low + (high - low) * 2.0 ** np.arange(-40, 1)])
        middle, half = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
        total += np.sum(half[:, None] * w * function(middle[:, None] + half[:, None] * x))
    return total


@pytest.mark.parametrize(
    ("orientation", "share"), [("parallel", 1), ("rms", 1 / 3), ("average", 1 / 3)]
)
@pytest.mark.parametrize("B", [0.05, 1.0])
def test_the_number_of_states_is_conserved(orientation, share, B):
    """∫ [g(B) - g(0)] dE up to Λ is -2π P* n <b² - a²> / 4Λ², and vanishes with 1/Λ²."""
    a, b = DURAN.field_energies(B, orientation)
    edges = [DURAN.D_min, np.hypot(DURAN.D_min, a), np.hypot(DURAN.D_min, b), 400.0]
    moved = integral(lambda E: DURAN.gap_density(E, B, orientation), edges)
    moved -= integral(lambda E: DURAN.gap_density(E, 0.0, orientation), edges)
    a, b = DURAN.field_energies(B, "parallel")
    left = -2 * np.pi * DURAN.density * share * (b * b - a * a) / (4 * 400.0**2)
    assert moved == pytest.approx(left, rel=2e-3, abs=1e-9 * DURAN.density)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("B", [0.01, 0.3, 5.0])
def test_continuity(orientation, B):
    a, b = DURAN.field_energies(B, orientation)
    for edge in (np.hypot(DURAN.D_min, a), np.hypot(DURAN.D_min, b)):
        below, above = DURAN.gap_density(edge * np.array([1 - 1e-9, 1 + 1e-9]), B, orientation)
        assert below == pytest.approx(above, abs=1e-4 * DURAN.density)
    first = np.hypot(DURAN.D_min, a) if orientation != "average" else DURAN.D_min
    assert DURAN.gap_density(first * (1 - 1e-12), B, orientation) == 0
    assert DURAN.gap_density(first * (1 + 1e-13), B, orientation) < 1e-2 * DURAN.density


@pytest.mark.parametrize("B", [0.1, 1.0])
def test_cusp(B):
    """The slope of E g / 2π P* n falls by E³/(D_min² b²) at E_c2; the average has no cusp."""
    a, b = DURAN.field_energies(B, "parallel")
    edge, step = np.hypot(DURAN.D_min, b), 1e-4 * DURAN.D_min**2 / np.hypot(DURAN.D_min, b)
    E = edge + step * np.arange(-2, 3)
    jumps = {}
    for orientation in ("parallel", "average"):
        h = E * DURAN.gap_density(E, B, orientation) / (2 * np.pi * DURAN.density)
        below, above = [3, -4, 1] @ h[2::-1], [-3, 4, -1] @ h[2:]
        jumps[orientation] = (above - below) / (2 * step)
    expected = -(edge**3) / (DURAN.D_min * b) ** 2
    assert jumps["parallel"] == pytest.approx(expected, rel=1e-4)
    assert abs(jumps["average"]) < 1e-3 * abs(expected)
