"""The exact three-level ensemble against diagonalisation of every Hamiltonian of a dense grid."""

import numpy as np
import pytest
from plain_integrals import BOLTZMANN, FACTOR, PUBLISHED, graded

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
