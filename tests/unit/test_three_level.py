"""The exact three-level ensemble against diagonalisation of every Hamiltonian of a dense grid."""

import numpy as np
import pytest
from plain_integrals import BOLTZMANN, FACTOR, PUBLISHED, graded
from scipy.integrate import quad
from scipy.optimize import brentq

import etm

AREA = 4.04e4
"""S|q/e| [Å²] of Duran, from B* = 1.63 T."""


def with_area(ats, area=AREA):
    return etm.ATS(ats.D_min, ats.D0_min, ats.D0_max, ats.density, area)


def asymmetry_grid(T, D_min, D0, count):
    """Well energies (0, u, w), 0 < u < w, beyond D_min, with weights that sum dD/D dα/2π.

    D² = 4/9 (u² + w² - u w), and the six orders of the wells are equivalent.
    Beyond the last panel of w the nodes are Gaussian in 1/w.
    """
    reach = 45 * T + 2 * D0
    u, du = graded(0.0, 1.5 * D_min, 1.5 * D_min, count)
    for low, high in [(1.5 * D_min, reach)] if reach > 1.5 * D_min else []:
        more, dmore = graded(low, high, min(D_min, T), count)
        u, du = np.concatenate([u, more]), np.concatenate([du, dmore])
    lowest = np.maximum(u, (u + np.sqrt(np.maximum(9 * D_min**2 - 3 * u * u, 0))) / 2)
    above, dabove = graded(0.0, 1.0, min(D_min, T) / reach / 16, count)
    near = (lowest[:, None] + reach * above, dabove * reach * np.ones_like(lowest)[:, None])
    x, w = np.polynomial.legendre.leggauss(2 * count)
    inverse = (x + 1) / 2 / (lowest + reach)[:, None]
    far = (1 / inverse, w / 2 / (lowest + reach)[:, None] / inverse**2)
    w, dw = (np.concatenate(parts, axis=1) for parts in zip(near, far, strict=True))
    weight = du[:, None] * dw * 2 / (np.pi * np.sqrt(3))
    weight = weight / (4 / 9 * (u[:, None] ** 2 + w**2 - u[:, None] * w))
    energies = np.stack(np.broadcast_arrays(0.0, u[:, None], w), axis=-1)
    return energies.reshape(-1, 3), weight.ravel()


def by_diagonalisation(T, B, ats, cosines, count=10, D0_nodes=24):
    """C [J/(g K)] with the cosines between loop and field given as (nodes, weights)."""
    x, w = np.polynomial.legendre.leggauss(D0_nodes)
    ratio = np.log(ats.D0_max / ats.D0_min)
    log_D0 = np.log(ats.D0_min / ats.flux_area) + ratio * (x + 1) / 2
    total = 0.0
    for D0, dD0 in zip(np.exp(log_D0), ratio * w / 2, strict=True):
        energies, weight = asymmetry_grid(T, ats.D_min, D0, count)
        for cosine, dcosine in zip(*cosines, strict=True):
            phase = FACTOR * ats.flux_area * abs(B) * cosine
            levels = np.linalg.eigvalsh(etm.wells.three_well(energies, np.sqrt(0.75) * D0, phase))
            boltzmann = np.exp((levels[:, :1] - levels) / T)
            boltzmann /= boltzmann.sum(axis=1, keepdims=True)
            spread = levels - (boltzmann * levels).sum(axis=1, keepdims=True)
            variance = (boltzmann * spread**2).sum(axis=1) / T**2
            total += dD0 * dcosine * np.sum(weight * variance)
    return 2 * np.pi * ats.density * BOLTZMANN * total


PARALLEL = ([1.0], [1.0])
CONDITIONS = [
    (0, 1.23, 0.0),
    (0, 0.5, 0.05),
    (1, 0.1, 0.3),
    (1, 0.03, 3.0),
    (0, 4.0, -2.0),
    (1, 50, 9),
]
GLASSES = [with_area(PUBLISHED[4]), with_area(PUBLISHED[0], 6.45e4)]


@pytest.mark.parametrize(("glass", "T", "B"), CONDITIONS)
def test_parallel_equals_diagonalisation(glass, T, B):
    brute = by_diagonalisation(T, B, GLASSES[glass], PARALLEL)
    C = etm.heat_capacity.ats(T, B, GLASSES[glass], "parallel", levels=3)
    assert C == pytest.approx(brute, rel=1e-8, abs=0)


@pytest.mark.parametrize(("glass", "T", "B"), [(0, 1.23, 0.1), (1, 0.6, 1.0)])
def test_average_equals_diagonalisation(glass, T, B):
    brute = by_diagonalisation(T, B, GLASSES[glass], graded(0, 1, 0.25, 6), count=8, D0_nodes=12)
    C = etm.heat_capacity.ats(T, B, GLASSES[glass], levels=3)
    assert C == pytest.approx(brute, rel=1e-8, abs=0)


def test_a_surface_is_as_accurate_as_its_points():
    T, B = np.array([0.05, 0.07, 0.0999, 0.3])[:, None], np.array([0.0, 0.02, -0.4])
    surface = etm.heat_capacity.ats(T, B, GLASSES[1], "parallel", levels=3)
    brute = [[by_diagonalisation(t, b, GLASSES[1], PARALLEL) for b in B] for t in T[:, 0]]
    np.testing.assert_allclose(surface, brute, rtol=1e-8)


def test_average_over_several_flux_quanta():
    """The running mean over folded periods, against Gauss nodes in the cosine."""
    ats = GLASSES[0]
    B = 14.0 / ats.phase(1.0)
    x, w = np.polynomial.legendre.leggauss(8)
    cosine, weight = ((np.arange(48)[:, None] + (x + 1) / 2) / 48).ravel(), np.tile(w / 96, 48)
    points = etm.heat_capacity.ats(2.0, B * cosine, ats, "parallel", levels=3)
    C = etm.heat_capacity.ats(2.0, B, ats, levels=3)
    assert C == pytest.approx(points @ weight, rel=1e-10, abs=0)


def test_samples_have_the_heat_capacity():
    ats, T, B, count, D_max = GLASSES[0], 1.23, 0.3, 200_000, 100.0
    D, angle, D0_qS, cosine = ats.sample(count, np.random.default_rng(8), D_max)
    energies = etm.wells.asymmetries_from_polar(D, angle)
    hopping = np.sqrt(0.75) * D0_qS / ats.flux_area
    levels = np.linalg.eigvalsh(etm.wells.three_well(energies, hopping, ats.phase(B) * cosine))
    weight = np.exp((levels[:, :1] - levels) / T)
    weight /= weight.sum(axis=1, keepdims=True)
    spread = levels - (weight * levels).sum(axis=1, keepdims=True)
    systems = 2 * np.pi * ats.density * np.log(D_max / ats.D_min)
    systems *= np.log(ats.D0_max / ats.D0_min)
    values = BOLTZMANN * systems * (weight * spread**2).sum(axis=1) / T**2
    # D_max leaves out less than a thousandth of C: those with two nearly degenerate low wells
    error = 4 * values.std() / np.sqrt(count) + 1e-3 * values.mean()
    assert abs(values.mean() - etm.heat_capacity.ats(T, B, ats, levels=3)) < error


def test_shapes_and_extremes():
    ats = GLASSES[0]
    T, B = np.array([[1e-3], [300.0]]), np.array([0.0, 1e-9, -1.0, 20.0])
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        surface = etm.heat_capacity.ats(T, B, ats, levels=3)
    assert surface.shape == (2, 4)
    assert np.all(np.isfinite(surface))
    assert np.all(surface >= 0)
    assert isinstance(etm.heat_capacity.ats(1, 1, ats, levels=3), float)
    paired = etm.heat_capacity.ats([1.0, 2.0], [0.1, 0.2], ats, levels=3)
    single = [etm.heat_capacity.ats(t, b, ats, levels=3) for t, b in ((1.0, 0.1), (2.0, 0.2))]
    np.testing.assert_allclose(paired, single, rtol=1e-8)
    assert etm.heat_capacity.ats([], 1.0, ats, levels=3).shape == (0,)


def test_mean_log_asymmetry_has_the_series_and_the_far_limit():
    """Without a field the density is (1 + (E/3D0)²)/E for small gaps and 1/E for large ones."""
    low = np.array([0.02, 0.05, 0.1])
    density = etm.three_level.mean_log_asymmetry(low * np.array([[0.99], [1.01]]))
    slope = np.diff(density, axis=0)[0] / np.log(1.01 / 0.99)
    np.testing.assert_allclose(slope, 1 + (low / 3) ** 2, rtol=3e-5)
    far = etm.three_level.mean_log_asymmetry([300.0, 900.0])
    assert np.diff(far)[0] == pytest.approx(np.log(3), rel=1e-4)
    assert isinstance(etm.three_level.mean_log_asymmetry(1.0), float)


def test_mean_log_asymmetry_equals_diagonalisation():
    """At random angles: the asymmetry at which the diagonalised gap is E, by root finding."""
    angle = (np.arange(30) + 0.5) / 30 * np.pi / 3

    def excess(log_D, turn, E):
        wells = etm.wells.asymmetries_from_polar(np.exp(log_D), turn)
        levels = np.linalg.eigvalsh(etm.wells.three_well(wells, np.sqrt(0.75), 0.0))
        return levels[1] - levels[0] - E

    mean = np.mean([brentq(excess, -5, 12, args=(turn, 1.2)) for turn in angle])
    assert etm.three_level.mean_log_asymmetry(1.2) == pytest.approx(mean, abs=1e-3)


def test_counted_ratio_without_field_equals_bisection():
    single = etm.ATS(0.01, 0.9999, 1.0001, 1.0, flux_area=1.0)
    edges = np.geomspace(0.2, 6.0, 9)
    ratio, error = etm.three_level.counted_ratio(
        single, 0.0, edges, 400_000, np.random.default_rng(5)
    )
    exact = np.diff(etm.three_level.mean_log_asymmetry(edges)) / np.diff(np.log(edges))
    assert np.all(error < 0.02)
    assert np.all(np.abs(ratio - exact) < 4 * error + 1e-3)


def test_counted_ratio_in_a_field_counts_every_system():
    """Against plain histograms of the same systems, gap by diagonalisation."""
    ats, B, edges = GLASSES[1], 0.6, np.geomspace(0.6, 8.0, 6)
    D_max, size = 50.0, 60_000
    ratio, error = etm.three_level.counted_ratio(
        ats, B, edges, size, np.random.default_rng(2), "parallel", D_max
    )
    D, angle, D0_qS, _ = ats.sample(size, np.random.default_rng(3), D_max)
    wells = etm.wells.asymmetries_from_polar(D, angle)
    hopping = np.sqrt(0.75) * D0_qS / ats.flux_area
    levels = np.linalg.eigvalsh(etm.wells.three_well(wells, hopping, ats.phase(B)))
    counts = np.histogram(levels[:, 1] - levels[:, 0], edges)[0]
    systems = 2 * np.pi * ats.density * np.log(D_max / ats.D_min) * np.log(ats.D0_max / ats.D0_min)
    known = [
        quad(ats.gap_density, p, q, args=(B, "parallel"), limit=200)[0]
        for p, q in zip(edges[:-1], edges[1:], strict=True)
    ]
    plain = counts * systems / size / known
    assert np.all(np.abs(plain - ratio) < 4 * np.hypot(error, plain / np.sqrt(counts)))


def counted(edges, *arguments, ats=GLASSES[1], B=0.6, size=4000, seed=4):
    """The same systems for every call with the same seed."""
    rng = np.random.default_rng(seed)
    return np.array(etm.three_level.counted_ratio(ats, B, edges, size, rng, *arguments))


def test_a_bin_is_counted_without_regard_to_the_others():
    """What a system enters or leaves a bin for is no matter: the same systems, fewer bins."""
    edges = np.geomspace(0.6, 8.0, 6)
    whole = counted(edges)
    assert np.all(whole[1] > 0)
    for low, high in ((1, 6), (0, 3), (2, 4), (0, 2), (4, 6)):
        np.testing.assert_allclose(counted(edges[low:high]), whole[:, low : high - 1], rtol=1e-12)


def test_the_count_of_turned_loops_is_that_of_a_weaker_field():
    """Root mean square: every loop as if the field were smaller by √3; random turns lie between."""
    edges = [0.6, 1.5, 8.0]
    rms, facing = counted(edges, "rms"), counted(edges, "parallel", B=0.6 / np.sqrt(3))
    np.testing.assert_allclose(rms, facing, rtol=1e-9)
    assert not np.allclose(rms, counted(edges, "parallel"), rtol=1e-3)
    np.testing.assert_array_equal(counted(edges), counted(edges, "average", 3000.0))


def test_a_system_that_stays_in_its_bin_makes_no_noise():
    """One system, and gaps that the field does not reach."""
    ratio, error = counted([100.0, 200.0], "average", 50.0, size=1)
    assert (ratio.tolist(), error.tolist()) == ([1.0], [0.0])


def test_as_many_systems_are_drawn_as_asked(monkeypatch):
    drawn, draw = [], etm.ATS.sample

    def sample(ats, count, *rest):
        drawn.append(count)
        return draw(ats, count, *rest)

    monkeypatch.setattr(etm.three_level, "DRAWN_AT_ONCE", 100)
    monkeypatch.setattr(etm.ATS, "sample", sample)
    counted([0.6, 8.0], size=250)
    counted([0.6, 8.0], size=100)
    assert drawn == [100, 100, 50, 100]


@pytest.mark.parametrize("B", [0.3, 12.0])
def test_root_mean_square_turns_make_the_field_weaker(B):
    ats, T = GLASSES[0], np.array([0.1, 3.0])
    facing = etm.heat_capacity.ats(T, B / np.sqrt(3), ats, "parallel", levels=3)
    rms = etm.heat_capacity.ats(T, B, ats, "rms", levels=3)
    np.testing.assert_allclose(rms, facing, rtol=1e-9)


@pytest.mark.parametrize("T", [0.004, 0.3, 40.0])
def test_average_equals_facing_loops_over_the_cosine(T):
    """Far below and far above the smallest gap, where the mean over directions bends at another field."""
    ats, B = GLASSES[0], 0.5
    cosine, weight = graded(0, 1, min(T, 0.3) / 40, 8)
    facing = etm.heat_capacity.ats(T, B * cosine, ats, "parallel", levels=3)
    C = etm.heat_capacity.ats(T, B, ats, levels=3)
    assert C == pytest.approx(facing @ weight, rel=1e-9, abs=0)


@pytest.mark.parametrize("T", [0.02, 1.0])
def test_facing_loops_are_even_and_periodic_in_the_flux(T):
    ats, turn = GLASSES[0], 0.6
    phases = np.array([turn, -turn, 2 * np.pi - turn, 2 * np.pi + turn, 9 * np.pi - turn])
    B = np.append(phases, 9 * np.pi + turn) / ats.phase(1.0)
    C = etm.heat_capacity.ats(T, B, ats, "parallel", levels=3)
    np.testing.assert_allclose(C[1:4], C[0], rtol=1e-8)
    assert C[4] == pytest.approx(C[5], rel=1e-8)
    assert C[4] < C[0] / 2


def test_an_average_names_a_wrong_orientation():
    with pytest.raises(ValueError, match="orientation = 'sideways'"):
        etm.three_level.thermal_average(
            etm.thermal.level_schottky, np.ones(1), np.ones(1), GLASSES[0], "sideways"
        )


def test_counted_ratio_refuses_bad_input():
    ats, rng = GLASSES[0], np.random.default_rng(0)
    count = etm.three_level.counted_ratio
    for edges in ([1.0, 0.5], [1.0, 2.0, 1.5], [1.0, 1.0, 2.0], [1.0], 1.0, [[1.0, 2.0]], []):
        with pytest.raises(ValueError, match="edges = .*ascending gaps"):
            count(ats, 0.1, edges, 10, rng)
    for name, arguments in {
        "size": (ats, 0.1, [0.5, 1.0], 0, rng),
        "rng": (ats, 0.1, [0.5, 1.0], 10, 0),
        "flux_area": (PUBLISHED[4], 0.1, [0.5, 1.0], 10, rng),
        "B ": (ats, np.nan, [0.5, 1.0], 10, rng),
        "orientation": (ats, 0.1, [0.5, 1.0], 10, rng, "sideways"),
    }.items():
        with pytest.raises(ValueError, match=name):
            count(*arguments)
    with pytest.raises(ValueError, match="E = 0"):
        etm.three_level.mean_log_asymmetry(0.0)


def test_no_asymmetry_brings_the_lower_gap_below_the_bound_of_the_nodes():
    """The nodes in D0 end where √3/π D0 φ leaves the thermal window."""
    D = np.geomspace(1e-6, 1e6, 200)[:, None, None]
    angle = np.linspace(0, np.pi / 3, 61)[:, None]
    phase = np.linspace(1e-3, np.pi, 100)
    E = etm.wells.asymmetries_from_polar(D, angle)
    gap = etm.wells.three_well_gap(E, np.sqrt(0.75), phase)
    assert (gap / phase).min() == pytest.approx(np.sqrt(3) / np.pi, rel=1e-4)
    assert (gap / phase).min() > 0.55
