"""Packings, their voids and Brownian motion against finite differences, counting and plain laws."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from etm import packing, polycluster

SEED = 3


@pytest.fixture(scope="module")
def discs():
    return packing.grow(100, 0.3, np.random.default_rng(SEED), dimension=2)


@pytest.fixture(scope="module")
def spheres():
    return packing.grow(80, 0.2, np.random.default_rng(SEED))


def plain_overlaps(places, radii):
    """Overlap of every pair, with the nearest of all images."""
    i, j = np.triu_indices(radii.size, 1)
    shifts = np.stack(np.meshgrid(*[(-1, 0, 1)] * places.shape[1]), axis=-1)
    shifts = shifts.reshape(-1, places.shape[1])
    step = places[i] % 1.0 - places[j] % 1.0 + shifts[:, None]
    distance = np.linalg.norm(step, axis=-1).min(axis=0)
    return np.maximum(radii[i] + radii[j] - distance, 0.0)


@pytest.mark.parametrize("dimension", [2, 3])
def test_energy_equals_a_sum_over_pairs(dimension):
    rng = np.random.default_rng(1)
    for _ in range(5):
        places, radii = 3 * rng.normal(size=(40, dimension)), rng.uniform(0.02, 0.2, 40)
        energy, _ = packing.overlap_energy(places, radii)
        assert energy == pytest.approx((plain_overlaps(places, radii) ** 2).sum() / 2, rel=1e-12)


@pytest.mark.parametrize("dimension", [2, 3])
def test_gradient_equals_finite_differences(dimension):
    rng, h = np.random.default_rng(2), 1e-6
    places, radii = rng.random((30, dimension)), rng.uniform(0.05, 0.2, 30)
    _, gradient = packing.overlap_energy(places, radii)
    for k, a in np.ndindex(places.shape):
        ends = []
        for sign in (1, -1):
            moved = places.copy()
            moved[k, a] += sign * h
            ends.append(packing.overlap_energy(moved, radii)[0])
        assert gradient[k, a] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-7)
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-14)


def test_energy_by_hand():
    places, radii = np.array([[0.05, 0.5], [0.95, 0.5], [0.5, 0.5]]), np.array([0.1, 0.1, 0.2])
    energy, gradient = packing.overlap_energy(places, radii)
    assert energy == pytest.approx(0.1**2 / 2)  # across the edge of the box
    np.testing.assert_allclose(gradient, [[-0.1, 0], [0.1, 0], [0, 0]], atol=1e-15)
    apart = packing.overlap_energy(places, radii / 3)
    assert apart[0] == 0
    np.testing.assert_array_equal(apart[1], 0)
    on_top = packing.overlap_energy([[0.5, 0.5], [0.5, 0.5]], [0.1, 0.2])
    assert on_top[0] == pytest.approx(0.3**2 / 2)
    np.testing.assert_array_equal(on_top[1], 0)


@pytest.mark.parametrize("edge", [0.0, -1e-18, 1.0, -1.0, 7.0])
def test_places_on_the_edge_of_the_box(edge):
    energy, _ = packing.overlap_energy([[edge, 0.5], [0.15, 0.5]], [0.1, 0.1])
    assert energy == pytest.approx(0.05**2 / 2)


def fraction(radii, dimension):
    return np.pi * (radii**2).sum() if dimension == 2 else 4 * np.pi / 3 * (radii**3).sum()


@pytest.mark.parametrize(("name", "low", "high"), [("discs", 0.82, 0.85), ("spheres", 0.62, 0.65)])
def test_grown_packings_are_jammed(name, low, high, request):
    """They overlap by less than 1e-4 of a radius, and are as dense as random packings are."""
    places, radii, history = request.getfixturevalue(name)
    dimension = places.shape[1]
    assert plain_overlaps(places, radii).max() < 1e-4 * radii.mean()
    assert low < fraction(radii, dimension) < high
    assert fraction(radii, dimension) == pytest.approx(history[-1][0], rel=1e-12)
    denser = radii * (1 + 0.03) ** (1 / dimension)
    relaxed, energy = packing._relax(places, denser)
    assert energy > 10 * packing.CONTACT * radii.size, "three per cent more do not fit"
    contacts = (plain_overlaps(places, 1.001 * radii) > 0).sum()
    assert contacts > 0.8 * dimension * radii.size, "about d a particle: isostatic, less rattlers"


@pytest.mark.parametrize(("name", "spread"), [("discs", 0.3), ("spheres", 0.2)])
def test_history_of_the_growth(name, spread, request):
    places, radii, history = request.getfixturevalue(name)
    grown = np.array([f for f, _ in history])
    assert grown[0] == packing.SPARSE
    assert np.all(np.diff(grown) > 0)
    halvings = np.log2(0.02 / np.diff(grown))
    np.testing.assert_allclose(halvings, np.round(halvings), atol=1e-9)
    assert halvings.min() == pytest.approx(0, abs=1e-9), "the first step is 0.02"
    assert 0.5 < halvings.max() < 5.5, "the last one that is tried 1/32 of it"
    for f, there in history:
        assert there.shape == places.shape
        assert np.all((there >= 0) & (there <= 1))
        scaled = radii * (f / history[-1][0]) ** (1 / places.shape[1])
        assert plain_overlaps(there, scaled).max() < 3e-4 * scaled.mean()
    np.testing.assert_array_equal(history[-1][1], places % 1.0)
    sizes = 1 + spread * (2 * np.random.default_rng(SEED).random(radii.size) - 1)
    np.testing.assert_allclose(radii / radii[0], sizes / sizes[0], rtol=1e-13)
    ratio = radii / (radii.max() + radii.min()) * 2
    assert 1 - spread <= ratio.min() < 1 - 0.9 * spread
    assert 1 + 0.9 * spread < ratio.max() <= 1 + spread * 1.05


def test_packings_are_reproducible():
    """0 and 0.5 are legal spreads."""
    wide, again = (packing.grow(30, 0.5, np.random.default_rng(5), 2, step=0.4) for _ in range(2))
    np.testing.assert_array_equal(wide[0], again[0])
    np.testing.assert_array_equal(wide[1], again[1])
    equal = packing.grow(30, 0.0, np.random.default_rng(6), 2, step=0.4)
    assert np.ptp(equal[1]) == 0
    assert not np.array_equal(equal[0], wide[0])


def test_voids_of_random_points():
    """Delaunay's tetrahedra fill the box; without spheres to speak of they are all void."""
    rng = np.random.default_rng(7)
    places, radii = rng.random((60, 3)), rng.uniform(0.01, 0.15, 60)
    volumes, voids = packing.tetrahedral_voids(places, radii)
    assert volumes.sum() == pytest.approx(1, abs=1e-12)
    assert voids.sum() == pytest.approx(1 - fraction(radii, 3), abs=1e-11)
    moved = packing.tetrahedral_voids(places + [0.3, -2.2, 0.9], radii)
    np.testing.assert_allclose(np.sort(moved[0]), np.sort(volumes), atol=1e-13)
    np.testing.assert_allclose(np.sort(moved[1]), np.sort(voids), atol=1e-13)
    _, empty = packing.tetrahedral_voids(places, np.full(60, 1e-9))
    np.testing.assert_allclose(np.sort(empty), np.sort(volumes), atol=1e-20)


def test_voids_of_a_packing(spheres):
    places, radii, _ = spheres
    volumes, voids = packing.tetrahedral_voids(places, radii)
    assert volumes.sum() == pytest.approx(1, abs=1e-12)
    assert voids.sum() == pytest.approx(1 - fraction(radii, 3), abs=1e-11)
    assert np.all(volumes > 0)


def test_spheres_apart_leave_the_counted_voids():
    """Points drawn in the box: those outside of all spheres, counted within some tetrahedra."""
    rng = np.random.default_rng(8)
    places, radii = rng.random((40, 3)), np.full(40, 0.09)
    _, voids = packing.tetrahedral_voids(places, radii)
    inside = np.zeros(100_000, dtype=int)
    points = rng.random((100_000, 3))
    tree = cKDTree(places, boxsize=1.0)
    for k, near in enumerate(tree.query_ball_point(points, 0.09)):
        inside[k] = len(near)
    # a point in two overlapping spheres is taken away twice, as in the sectors
    counted = 1 - inside.mean()
    error = inside.std() / np.sqrt(inside.size)
    assert abs(voids.sum() - counted) < 4 * error


def test_regular_tetrahedra_leave_the_void_of_equation_1():
    """Four touching spheres among others: one void of 0.20776 r³ in a tetrahedron of 2√2/3 r³."""
    r = 0.02
    corners = r * np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(2)
    rng = np.random.default_rng(9)
    others = rng.random((200, 3))
    others = others[np.linalg.norm(others - 0.5, axis=1) > 5 * r]
    places = np.vstack([0.5 + corners, others])
    volumes, voids = packing.tetrahedral_voids(places, np.full(len(places), r))
    found = np.argmin(np.abs(volumes - 2 * np.sqrt(2) / 3 * r**3))
    assert volumes[found] == pytest.approx(2 * np.sqrt(2) / 3 * r**3, rel=1e-10)
    assert voids[found] == pytest.approx(polycluster.void_volume(r), rel=1e-9)
    assert voids[found] == pytest.approx(0.20776 * r**3, rel=1e-4)


def test_solid_angles():
    """Of an octant π/2; of a regular tetrahedron arccos(23/27); eight octants fill the sphere."""
    octant = np.eye(3)[None]
    regular = (np.ones((3, 3)) - np.eye(3))[None]
    assert packing._solid_angle(octant)[0] == pytest.approx(np.pi / 2)
    assert packing._solid_angle(regular)[0] == pytest.approx(np.arccos(23 / 27))
    wide = np.array([[[1, 0, 0.1], [-0.5, 0.9, 0.1], [-0.5, -0.9, 0.1]]])
    assert np.pi < packing._solid_angle(wide)[0] < 2 * np.pi


@pytest.mark.parametrize("dimension", [2, 3])
def test_free_diffusion(dimension):
    """Particles that do not meet move by 2 T r² t in each direction, within four errors."""
    rng = np.random.default_rng(10)
    places, radii, T = rng.random((400, dimension)), np.full(400, 1e-6), 0.01
    moved = packing.jiggle(places, radii, T, 40, 10, rng)
    time = packing.TIME_STEP * 10 * np.arange(1, 5)
    squares = (moved[1:] - moved[0]) ** 2 / (2 * T * 1e-12 * time[:, None, None])
    error = np.sqrt(2 / squares[0].size)  # of a mean of squared normal numbers
    assert np.all(np.abs(squares.mean(axis=(1, 2)) - 1) < 4 * error)
    steps = np.diff(moved, axis=0)
    overlap = (steps[0] * steps[1]).mean() / (steps**2).mean()
    assert abs(overlap) < 4 / np.sqrt(steps[0].size), "steps do not remember"


def test_pictures_of_the_motion():
    rng = np.random.default_rng(11)
    places, radii = rng.random((20, 2)), np.full(20, 0.1)
    before = places.copy()
    moved = packing.jiggle(places, radii, 1e-3, 25, 10, np.random.default_rng(1))
    assert moved.shape == (3, 20, 2)
    np.testing.assert_array_equal(moved[0], before)
    np.testing.assert_array_equal(places, before)
    again = packing.jiggle(places, radii, 1e-3, 20, 10, np.random.default_rng(1))
    np.testing.assert_array_equal(again, moved)
    other = packing.jiggle(places, radii, 1e-3, 20, 10, np.random.default_rng(2))
    assert not np.array_equal(other, moved)
    assert packing.jiggle(places, radii, 0.0, 3, 10, rng).shape == (1, 20, 2)


def test_one_step_of_the_motion():
    """x - 0.1 ∇E plus a kick of √(2 T r² 0.1), the first normal numbers of the source."""
    rng = np.random.default_rng(12)
    places, radii = rng.random((20, 3)), rng.uniform(0.1, 0.2, 20)
    moved = packing.jiggle(places, radii, 0.02, 1, 1, np.random.default_rng(4))[1]
    kick = np.random.default_rng(4).standard_normal((20, 3))
    _, gradient = packing.overlap_energy(places, radii)
    stated = places - 0.1 * gradient + np.sqrt(2 * 0.02 * 0.1) * radii.mean() * kick
    np.testing.assert_allclose(moved, stated, rtol=1e-13)


def test_without_temperature_they_relax():
    """The energy falls step by step; two discs end up side by side, their centre unmoved."""
    rng = np.random.default_rng(13)
    places, radii = rng.random((60, 2)), np.full(60, 0.06)
    moved = packing.jiggle(places, radii, 0.0, 300, 30, rng)
    energies = [packing.overlap_energy(p, radii)[0] for p in moved]
    assert np.all(np.diff(energies) <= 0)
    assert energies[-1] < 0.01 * energies[0]
    pair = packing.jiggle([[0.5, 0.5], [0.56, 0.5]], [0.05, 0.05], 0.0, 400, 400, rng)[-1]
    np.testing.assert_allclose(pair, [[0.48, 0.5], [0.58, 0.5]], atol=1e-9)


def test_motion_without_noise_keeps_the_centre():
    rng = np.random.default_rng(14)
    places, radii = rng.random((40, 3)), rng.uniform(0.05, 0.15, 40)
    moved = packing.jiggle(places, radii, 0.0, 50, 10, rng)
    drift = moved.mean(axis=1) - moved[0].mean(axis=0)
    np.testing.assert_allclose(drift, 0, atol=1e-14)
    assert np.abs(moved[-1] - moved[0]).max() > 0.01
