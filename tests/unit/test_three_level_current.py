"""Currents of the exact three levels against diagonalisation, response theory and symmetries."""

import numpy as np
import pytest
from plain_integrals import BOLTZMANN, FACTOR, graded
from plain_magnetization import PUBLISHED, asymmetry_grid, currents_by_diagonalisation

import etm
from etm import magnetization
from etm.three_level_current import current, current_average

HOPPING = np.sqrt(0.75)
"""The element D0 of the Hamiltonian in units of the rescaled D0."""


def by_diagonalisation(T, B, ats, cosines=((1.0,), (1.0,)), D0_nodes=8):
    """M [A m²/g] with the cosines between loop and field given as (nodes, weights)."""
    cosine, weight = (np.asarray(x) for x in cosines)
    phases = FACTOR * ats.flux_area * B * cosine
    currents = currents_by_diagonalisation([T], phases, ats, D0_nodes)[0]
    area = FACTOR * ats.flux_area
    return 2 * np.pi * ats.density * BOLTZMANN * area * np.sum(weight * cosine * currents)


CONDITIONS = [
    # T << D_min, weak field and one beyond a flux quantum
    ("BAS", 0.003, 0.05),
    ("Duran", 0.001, 11.0),
    # between
    ("BAS", 5.0, 0.1),
    ("BAS", 5.0, 5.0),
    ("Duran", 0.3, 1.0),
    ("BK7", 4.0, 7.0),
    ("BK7, 2021 Table 3", 40.0, 12.0),
    # T >> D0
    ("BK7, 2021 Table 4", 300.0, 6.5),
]
"""Glass, T [K] and B [T]."""


@pytest.mark.parametrize(("glass", "T", "B"), CONDITIONS)
def test_parallel_equals_diagonalisation(glass, T, B):
    """The moment of every state is read from its eigenvector; to 1e-8, in both senses of B."""
    ats = PUBLISHED[glass]
    exact = by_diagonalisation(T, B, ats)
    found = magnetization.ats(T, [B, -B], ats, "parallel", levels=3)
    np.testing.assert_allclose(found, [exact, -exact], rtol=1e-8)
    rms = magnetization.ats(T, B * np.sqrt(3), ats, "rms", levels=3)
    assert rms == pytest.approx(exact / np.sqrt(3), rel=1e-8, abs=0)


def test_the_conditions_reach_both_ends():
    """Below D_min/10, above 100 D_min, and beyond one flux quantum."""
    cold = [T / PUBLISHED[g].D_min for g, T, _ in CONDITIONS]
    turns = [PUBLISHED[g].phase(B) / (2 * np.pi) for g, _, B in CONDITIONS]
    assert min(cold) < 0.1 < 100 < max(cold)
    assert min(turns) < 0.1 < 1 < max(turns)


@pytest.mark.parametrize(
    ("glass", "T", "B", "finest", "D0_nodes"),
    [("BAS", 5.0, 3.0, 0.5, 5), ("Duran", 0.01, 0.1, 0.125, 3)],
)
def test_average_equals_diagonalisation(glass, T, B, finest, D0_nodes):
    """The average over directions, below the first flux quantum; the current turns at 0."""
    cosines = graded(0, 1, finest, 6)
    exact = by_diagonalisation(T, B, PUBLISHED[glass], cosines, D0_nodes)
    found = magnetization.ats(T, B, PUBLISHED[glass], levels=3)
    assert found == pytest.approx(exact, rel=1e-8, abs=0)


@pytest.mark.parametrize("turns", [0.7, 1.2, 1.7, 4.3])
def test_average_over_several_flux_quanta(turns):
    """Folded half-periods against Gauss nodes in the cosine over every half-period."""
    ats, T = PUBLISHED["BAS"], 0.5
    B = 2 * np.pi * turns / ats.phase(1.0)
    knots = np.append(np.arange(0, 2 * turns), 2 * turns) / (2 * turns)
    total = 0.0
    for low, high in zip(knots[:-1], knots[1:], strict=True):
        middle = (low + high) / 2
        for start, width in ((low, middle - low), (high, middle - high)):
            x, w = graded(0.0, abs(width), 0.02 / turns, 7)
            cosine = start + np.sign(width) * x
            M = magnetization.ats(T, B * cosine, ats, "parallel", levels=3)
            total += np.sum(w * cosine * M)
    found = magnetization.ats(T, B, ats, levels=3)
    # M of opposite signs cancels; its scale is that of the facing loops
    scale = np.abs(magnetization.ats(T, B * 0.3, ats, "parallel", levels=3))
    assert found == pytest.approx(total, rel=1e-8, abs=1e-10 * scale)


@pytest.mark.parametrize("T", [0.003, 1.0, 50.0])
@pytest.mark.parametrize("turn", [0.3, 2.0, 3.0])
def test_facing_loops_are_periodic_and_odd_in_the_flux(T, turn):
    """B M/φ = -∂F/∂φ has the period of a flux quantum, and is odd about 0 and about half of it."""
    ats = PUBLISHED["BAS"]
    per_tesla = ats.phase(1.0)
    phases = np.array([turn, turn + 2 * np.pi, turn + 20 * np.pi, -turn, 2 * np.pi - turn])
    M = magnetization.ats(T, phases / per_tesla, ats, "parallel", levels=3)
    assert M[0] > 0
    np.testing.assert_allclose(M, M[0] * np.array([1, 1, 1, -1, -1]), rtol=1e-10)
    scale = magnetization.ats(T, 1.0 / per_tesla, ats, "parallel", levels=3)
    half = magnetization.ats(T, np.pi / per_tesla, ats, "parallel", levels=3)
    assert half == pytest.approx(0, abs=1e-13 * scale)


@pytest.mark.parametrize("phase", [1e-3, 0.7, 2.9, 3.5, 7.0])
def test_current_of_one_system_is_the_slope_of_its_free_energy(phase):
    """-∂F/∂φ by the central difference of fourth order of -T ln Z of diagonalised levels."""
    rng = np.random.default_rng(3)
    wells = etm.wells.asymmetries_from_polar(10 ** rng.uniform(-2, 1, 40), rng.uniform(0, 6, 40))
    D0, T, h = 10 ** rng.uniform(-1, 0.5, 40), 10 ** rng.uniform(-1, 1, 40), 2e-3

    def free_energy(phi):
        levels = np.linalg.eigvalsh(etm.wells.three_well(wells, D0, phi))
        lowest = levels[:, :1]
        return lowest[:, 0] - T * np.log(np.exp((lowest - levels) / T[:, None]).sum(axis=1))

    if phase > 0.01:  # nearer, levels turn within D/D0
        a, b, c, d = (free_energy(phase + k * h) for k in (-2, -1, 1, 2))
        slope = -(a - 8 * b + 8 * c - d) / (12 * h)
        np.testing.assert_allclose(current(wells, D0, phase, T), slope, rtol=2e-5, atol=1e-8)
    forward, backward = current(wells, D0, phase, T), current(wells, D0, -phase, T)
    np.testing.assert_array_equal(forward, -backward)
    periodic = current(wells, D0, phase + 2 * np.pi, T)
    np.testing.assert_allclose(periodic, forward, rtol=1e-7, atol=1e-12)


def test_symmetric_wells_have_the_current_of_the_closed_form():
    """Three equal wells: levels 2 D0 cos((φ + 2πm)/3), also where two of them meet."""
    D0, T = 1.3, 0.4
    phase = np.array([0.2, 1.0, 3.0, 4.5, 6.0])
    angle = (phase[:, None] + 2 * np.pi * np.arange(3)) / 3
    levels, slopes = 2 * D0 * np.cos(angle), -2 * D0 / 3 * np.sin(angle)
    weight = np.exp((levels.min(axis=1, keepdims=True) - levels) / T)
    exact = -(weight * slopes).sum(axis=1) / weight.sum(axis=1)
    wells = np.zeros((phase.size, 3))
    np.testing.assert_allclose(current(wells, D0, phase, T), exact, rtol=1e-12)
    np.testing.assert_allclose(current(np.zeros(3), D0, [0.0, 2 * np.pi], T), 0, atol=1e-14)
    assert np.all(current(np.zeros(3), D0, np.linspace(0.1, 3, 9), T) > 0)


def response(T, ats, D0_nodes=8):
    """χ [A m²/(g T)] of facing loops from Kubo's formula at zero field, system by system."""
    x, w = np.polynomial.legendre.leggauss(D0_nodes)
    ratio = np.log(ats.D0_max / ats.D0_min)
    log_D0 = np.log(ats.D0_min / ats.flux_area) + ratio * (x + 1) / 2
    total = 0.0
    for D0, dD0 in zip(np.exp(log_D0), ratio * w / 2, strict=True):
        energies, weight = asymmetry_grid(ats.D_min, D0, T)
        ring = np.roll(np.eye(3), 1, axis=1) * HOPPING * D0
        levels, states = np.linalg.eigh(ring + ring.T + energies[:, :, None] * np.eye(3))
        occupied = np.exp((levels[:, :1] - levels) / T)
        occupied /= occupied.sum(axis=1, keepdims=True)

        def elements(operator, states=states):
            return np.einsum("nik,ij,njl->nkl", states, operator, states, optimize=True)

        moment = elements((ring - ring.T) / 3)  # i times the slope of H with φ
        bend = np.einsum("nkk->nk", elements(-(ring + ring.T) / 9))
        gap = levels[:, None] - levels[:, :, None]
        fall = occupied[:, :, None] - occupied[:, None]
        off = np.abs(np.eye(3) - 1)
        mixed = (moment**2 * off * fall / np.where(off > 0, gap, 1.0)).sum(axis=(1, 2))
        total += dD0 * np.sum(weight * (mixed - (occupied * bend).sum(axis=1)))
    return 2 * np.pi * ats.density * BOLTZMANN * (FACTOR * ats.flux_area) ** 2 * total


@pytest.mark.parametrize(("glass", "T"), [("BAS", 0.004), ("BAS", 5.0), ("BK7", 300.0)])
def test_weak_field_limit_is_the_linear_response(glass, T):
    """M/B → χ for B → 0: second-order perturbation theory, with no field at all."""
    ats, B = PUBLISHED[glass], 1e-8
    exact = response(T, ats)
    assert magnetization.ats(T, B, ats, "parallel", levels=3) / B == pytest.approx(exact, rel=1e-8)
    assert magnetization.ats(T, B, ats, levels=3) / B == pytest.approx(exact / 3, rel=1e-8)


def test_two_levels_are_the_limit_of_low_energies():
    """In weak fields the third level takes away T/D0 times a logarithm, and nothing as T/D0 → 0."""
    ratios = []
    reduced = np.array([1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0])
    for T in reduced:
        ats = etm.ATS(1e-3 * T, 0.999, 1.001, 1.0, flux_area=1.0)  # D0 = 1 K
        B = 1e-6 * T / FACTOR
        ratios.append(
            magnetization.ats(T, B, ats, levels=3) / magnetization.ats_susceptibility(T, ats) / B
        )
    lost = 1 - np.array(ratios)
    assert np.all(np.diff(lost) > 0)
    assert 0 < lost[0] < 1e-5
    # the share lost, over T/D0, gains the same with every decade
    gain = -np.diff(lost / reduced)[:3]
    np.testing.assert_allclose(gain, gain[0], rtol=0.02)
    assert gain[0] > 0.1
    assert lost[-1] > 0.9


def test_three_over_two_levels_of_BAS():
    """At 5 K two fifths are left at 0.1 T, and 2 % of the opposite sign at 5 T."""
    ats = PUBLISHED["BAS"]
    exact = magnetization.ats(5.0, [0.1, 5.0], ats, levels=3)
    ratio = exact / magnetization.ats(5.0, [0.1, 5.0], ats)
    np.testing.assert_allclose(ratio, [0.40, -0.02], atol=0.005)


def test_surfaces_and_shapes():
    ats = PUBLISHED["Duran"]
    T, B = np.array([0.05, 20.0]), np.array([0.0, -0.4, 9.0])
    for orientation in ("average", "parallel"):
        surface = magnetization.ats(T[:, None], B, ats, orientation, levels=3)
        assert surface.shape == (2, 3)
        single = [[magnetization.ats(t, b, ats, orientation, levels=3) for b in B] for t in T]
        np.testing.assert_array_equal(surface, single)
        paired = magnetization.ats(T, B[1:], ats, orientation, levels=3)
        np.testing.assert_array_equal(paired, np.diagonal(surface[:, 1:]))


@pytest.mark.parametrize("orientation", ["average", "parallel", "rms"])
@pytest.mark.parametrize("glass", ["Duran", "BK7, 2021 Table 4"])
def test_no_warning_and_no_nan_at_the_extremes(glass, orientation):
    """From 1 µK to 100 000 K and up to a million tesla: folded flux keeps the cost of one period."""
    T, B = np.array([1e-6, 1.0, 1e5])[:, None], np.array([0.0, 1e-300, 1e-12, 1e-3, 1e3, -1e3, 1e6])
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        M = magnetization.ats(T, B, PUBLISHED[glass], orientation, levels=3)
    assert np.all(np.isfinite(M))
    assert np.all(M[:, 2:4] > 0)
    assert np.all(M[:, :2] == 0)
    np.testing.assert_array_equal(M[:, 4], -M[:, 5])
    # M/B has reached its weak-field limit
    assert np.all(np.abs(M[:, 3] / 1e-3 / (M[:, 2] / 1e-12) - 1) < 0.01)


def test_bad_input_of_one_current():
    good = {"asymmetries": np.zeros(3), "tunneling": 1.0, "phase": 0.3, "T": 1.0}
    for name, bad, message in (
        ("T", 0.0, r"^T = 0.0: must be finite and > 0$"),
        ("T", -1.0, r"^T = -1.0: must be finite and > 0$"),
        ("phase", np.inf, r"^phase = inf: must be finite numbers$"),
        ("tunneling", np.nan, r"^tunneling = nan: must be finite numbers$"),
        ("asymmetries", np.zeros(2), r"^asymmetries has shape \(2,\): the last axis must have"),
        ("asymmetries", [0.0, np.nan, 0.0], r"^asymmetries = nan: must be finite numbers$"),
    ):
        with pytest.raises(ValueError, match=message):
            current(**(good | {name: bad}))
    with pytest.raises(ValueError, match=r"the shapes must broadcast$"):
        current(np.zeros((2, 3)), 1.0, 0.3, np.ones(3))


def test_directions_and_shapes_that_are_refused():
    ats = PUBLISHED["BAS"]
    with pytest.raises(ValueError, match="orientation = 'sideways'"):
        current_average(np.ones(1), np.ones(1), ats, "sideways")
    with pytest.raises(ValueError, match=r"^levels has shape \(2,\).*: the shapes must broadcast$"):
        current(np.zeros((2, 3)), 1.0, 0.3, np.ones(3))
    assert current(np.zeros((2, 3)), 1.0, 0.3, np.ones(2)).shape == (2,)
    assert current(np.zeros((4, 1, 3)), np.ones(2), 0.3, np.ones((4, 1))).shape == (4, 2)


@pytest.mark.parametrize("orientation", ["average", "parallel"])
def test_no_phase_is_special(orientation):
    """Nor is that of one, where the current is as beside it."""
    ats = etm.ATS(D_min=0.5, D0_min=5e4, D0_max=2e5, density=1e17, flux_area=1e5)
    B = 1.0 / ats.phase(1.0)
    assert ats.phase(B) == 1.0
    beside = current_average(np.ones(2), B * np.array([1 - 1e-9, 1 + 1e-9]), ats, orientation)
    assert current_average(np.ones(1), np.array([B]), ats, orientation) == pytest.approx(
        beside.mean(), rel=1e-8
    )


@pytest.mark.parametrize("orientation", ["average", "parallel"])
def test_without_flux_there_is_no_current(orientation):
    ats = etm.ATS(D_min=0.5, D0_min=5e4, D0_max=2e5, density=1e17, flux_area=1e5)
    found = current_average(np.array([0.5, 1.0]), np.array([0.0, 0.3]), ats, orientation)
    assert found[0] == 0
    assert found[1] != 0
