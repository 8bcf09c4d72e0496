"""Percolation against a plain flood fill, shapes made by hand, and known exponents."""

import numpy as np
import pytest

from etm import percolation

SQUARE, CUBIC = 0.592746, 0.311608
"""Thresholds of site percolation."""


def neighbours(site, shape):
    for axis in range(len(shape)):
        for step in (-1, 1):
            there = list(site)
            there[axis] += step
            if 0 <= there[axis] < shape[axis]:
                yield tuple(there)


def flood(occupied):
    """List of the clusters as sets of sites, by walking from site to site."""
    left, found = {tuple(s) for s in np.argwhere(occupied).tolist()}, []
    while left:
        front, seen = [left.pop()], set()
        while front:
            site = front.pop()
            seen.add(site)
            for there in neighbours(site, occupied.shape):
                if there in left:
                    left.remove(there)
                    front.append(there)
        found.append(seen)
    return found


@pytest.mark.parametrize("shape", [(30, 40), (9, 10, 11), (1, 25), (12, 1, 6)])
@pytest.mark.parametrize("x", [0.0, 0.2, 0.5, 0.6, 1.0])
def test_clusters_are_those_of_a_flood_fill(shape, x):
    occupied = percolation.occupy(shape, x, np.random.default_rng(1))
    labels, sizes = percolation.clusters(occupied)
    plain = flood(occupied)
    assert sorted(map(len, plain), reverse=True) == sizes.tolist()
    ours = {frozenset(map(tuple, np.argwhere(labels == k + 1).tolist())) for k in range(sizes.size)}
    assert ours == set(map(frozenset, plain))
    np.testing.assert_array_equal(labels > 0, occupied)
    np.testing.assert_array_equal(np.bincount(labels.ravel(), minlength=1)[1:], sizes)


@pytest.mark.parametrize("shape", [(25, 25), (9, 9, 9)])
def test_spanning_clusters_are_those_of_a_flood_fill(shape):
    rng, answers = np.random.default_rng(2), []
    threshold = SQUARE if len(shape) == 2 else CUBIC
    for _ in range(40):
        occupied = percolation.occupy(shape, threshold, rng)
        plain = any({s[0] for s in cluster} >= {0, shape[0] - 1} for cluster in flood(occupied))
        labels, sizes = percolation.clusters(occupied)
        number = percolation.spanning(labels)
        answers.append(plain)
        assert (number > 0) == plain
        if number:
            ends = np.flatnonzero((labels == number).reshape(shape[0], -1).any(axis=1))
            assert ends.size == shape[0]
    assert 5 < sum(answers) < 38, "both answers occur"


def test_spanning_by_hand():
    line = np.zeros((4, 5), dtype=bool)
    line[:, 2] = True
    assert percolation.spanning(percolation.clusters(line)[0]) == 1
    assert percolation.spanning(percolation.clusters(line.T)[0]) == 0
    both = line.copy()
    both[:, 4] = both[0, 3] = True
    both[0, 2:] = True
    both[1:, 4] = False
    both[:, 0] = True
    labels, sizes = percolation.clusters(both)
    assert sizes.tolist() == [6, 4]
    assert percolation.spanning(labels) == 1, "the larger of two"
    line[2, 2] = False
    assert percolation.spanning(percolation.clusters(line)[0]) == 0
    assert percolation.spanning(np.zeros((3, 3), dtype=int)) == 0


def test_occupied_share():
    rng, x, shape = np.random.default_rng(3), 0.137, (300, 300)
    error = np.sqrt(x * (1 - x) / 90_000)
    assert abs(percolation.occupy(shape, x, rng).mean() - x) < 4 * error
    assert not percolation.occupy(shape, 0, rng).any()
    assert percolation.occupy(shape, 1, rng).all()
    same = [percolation.occupy((5, 6, 7), x, np.random.default_rng(4)) for _ in range(2)]
    np.testing.assert_array_equal(*same)


def picture(text):
    return np.array([[c == "#" for c in row] for row in text.split()])


def hull_of(text):
    cluster = picture(text)
    labels, sizes = percolation.clusters(cluster)
    assert sizes.size == 1
    return percolation.hull(labels == 1)


def test_hull_of_a_ring():
    """A closed ring hides what is inside: its inner corners are not seen, its outer side is."""
    thick = "....... .#####. .#####. .##.##. .#####. .#####. ......."
    expected = "....... .#####. .#...#. .#...#. .#...#. .#####. ......."
    np.testing.assert_array_equal(hull_of(thick), picture(expected))
    thin = "##### #...# #...# #...# #####"
    np.testing.assert_array_equal(hull_of(thin), picture(thin))


def test_hull_enters_by_a_diagonal_gap():
    """An inner hole that touches the outside by a corner belongs to the outside."""
    closed = "...... .####. .####. .#.##. .####. ......"
    opened = "...... .####. .####. .#.##. .##.#. ......"
    middle = (2, 2)  # above the hole, seen from nowhere else
    assert not hull_of(closed)[middle]
    assert hull_of(opened)[middle]


def test_hull_of_a_solid_square_at_the_border_and_inside():
    expected = "##### #...# #...# #...# #####"
    np.testing.assert_array_equal(hull_of("##### " * 5), picture(expected))
    inside = np.zeros((9, 9), dtype=bool)
    inside[2:7, 2:7] = True
    np.testing.assert_array_equal(percolation.hull(inside)[2:7, 2:7], picture(expected))


def test_hull_of_a_comb():
    comb = "#.#.#.# #.#.#.# #######"
    np.testing.assert_array_equal(hull_of(comb), picture(comb))
    block = "#.##### #.##### #######"
    np.testing.assert_array_equal(hull_of(block), picture("#.##### #.#...# #######"))


def test_hull_in_three_dimensions():
    """A solid cube shows its faces; a hollow one the same, whatever is on its inside; a bent line all."""
    solid = np.zeros((7, 7, 7), dtype=bool)
    solid[1:6, 1:6, 1:6] = True
    faces = solid.copy()
    faces[2:5, 2:5, 2:5] = False
    np.testing.assert_array_equal(percolation.hull(solid), faces)
    hollow = solid.copy()
    hollow[3, 3, 3] = False
    np.testing.assert_array_equal(percolation.hull(hollow), faces)
    hollow[3, 3, :3] = False  # a channel from outside opens it
    seen = percolation.hull(hollow)
    assert seen[2, 3, 3]
    assert seen[3, 3, 4]
    assert not seen[2, 2, 2]
    line = np.zeros((4, 4, 4), dtype=bool)
    line[0, 0, :] = line[0, :, 3] = line[:, 3, 3] = True
    np.testing.assert_array_equal(percolation.hull(line), line)
    assert percolation.hull(np.ones((5, 5, 5), dtype=bool)).sum() == 125 - 27


def test_hull_of_nothing_and_of_one_site():
    assert not percolation.hull(np.zeros((4, 4), dtype=bool)).any()
    assert percolation.hull(np.ones((1, 1), dtype=bool)).all()


def test_hull_equals_a_walk_of_the_outside():
    """In random clusters: the sites with a neighbour that a walk from outside, diagonals too, reaches."""
    for shape, x in (((20, 20), 0.62), ((8, 8, 8), 0.45)):
        labels, _ = percolation.clusters(percolation.occupy(shape, x, np.random.default_rng(5)))
        cluster = np.pad(labels == 1, 1)
        front, reached = [(0,) * cluster.ndim], {(0,) * cluster.ndim}
        while front:
            site = front.pop()
            for step in np.ndindex((3,) * cluster.ndim):
                there = tuple(s + d - 1 for s, d in zip(site, step, strict=True))
                inside = all(0 <= t < n for t, n in zip(there, cluster.shape, strict=True))
                if inside and there not in reached and not cluster[there]:
                    reached.add(there)
                    front.append(there)
        plain = {
            site
            for site in map(tuple, np.argwhere(cluster).tolist())
            if any(there in reached for there in neighbours(site, cluster.shape))
        }
        found = np.argwhere(np.pad(percolation.hull(labels == 1), 1)).tolist()
        assert set(map(tuple, found)) == plain
        assert len(plain) < cluster.sum()


@pytest.mark.parametrize("shape", [(400, 400), (60, 60, 60)])
@pytest.mark.parametrize("x", [0.05, 0.2, 0.5, 0.8])
def test_bonds_across(shape, x):
    """Two ends of a bond differ with probability 2x(1-x), within four errors of the mean."""
    share = percolation.bonds_across(percolation.occupy(shape, x, np.random.default_rng(6)))
    p = 2 * x * (1 - x)
    bonds = len(shape) * (shape[0] - 1) * shape[0] ** (len(shape) - 1)
    together = 1 + 4 * len(shape)  # more than all bonds of one site move together
    assert abs(share - p) < 4 * np.sqrt(together * p * (1 - p) / bonds)


def test_bonds_across_by_hand():
    board = np.indices((6, 6)).sum(axis=0) % 2 == 0
    assert percolation.bonds_across(board) == 1
    assert percolation.bonds_across(np.ones((3, 3), dtype=bool)) == 0
    half = np.zeros((4, 4, 4), dtype=bool)
    half[:2] = True
    assert percolation.bonds_across(half) == pytest.approx(16 / (3 * 48))
    smallest = np.array([[True, False], [True, True]])
    assert percolation.bonds_across(smallest) == 0.5


def test_interface_bonds_grow_as_x_itself():
    """The exponent of the interface at small x is 1, not 0.67 or 0.81."""
    x, rng = np.array([0.01, 0.03]), np.random.default_rng(7)
    share = [percolation.bonds_across(percolation.occupy((120,) * 3, v, rng)) for v in x]
    exponent = np.diff(np.log(share))[0] / np.diff(np.log(x))[0]
    assert exponent == pytest.approx(1 + np.log(0.97 / 0.99) / np.log(3), abs=0.02)


def largest(L, dimension, x, runs, seed):
    """Mean size and hull of the largest cluster."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(runs):
        labels, sizes = percolation.clusters(percolation.occupy((L,) * dimension, x, rng))
        found.append((sizes[0], percolation.hull(labels == 1).sum()))
    return np.array(found, dtype=float)


def test_dimensions_of_the_critical_cluster_in_the_plane():
    """Mass as L^(91/48), hull as L^(7/4), from L = 32 to 256, within three errors of the mean and
    0.03 for the finite size; away from the threshold both differ."""
    small, large = largest(32, 2, SQUARE, 150, 8), largest(256, 2, SQUARE, 50, 9)
    slope = np.log(large.mean(axis=0) / small.mean(axis=0)) / np.log(8)
    spread = sum((a.std(axis=0) / a.mean(axis=0)) ** 2 / len(a) for a in (small, large))
    error = np.sqrt(spread) / np.log(8)
    assert np.all(error < 0.03)
    assert np.all(np.abs(slope - [91 / 48, 7 / 4]) < 3 * error + 0.03)
    dense = largest(32, 2, 0.8, 20, 10), largest(256, 2, 0.8, 4, 11)
    slope = np.log(dense[1].mean(axis=0) / dense[0].mean(axis=0)) / np.log(8)
    assert slope[0] == pytest.approx(2, abs=0.01)
    assert slope[1] < 1.3


def test_hull_in_space_is_as_large_as_the_cluster():
    """On the cubic lattice at its threshold nearly every site is seen from outside, at every size."""
    for L in (16, 48):
        mass, hull = largest(L, 3, CUBIC, 20, 12).mean(axis=0)
        assert 0.9 < hull / mass <= 1


@pytest.mark.parametrize(
    ("sizes", "dimension", "nu", "threshold"),
    [((32, 128), 2, 4 / 3, SQUARE), ((10, 32), 3, 0.876, CUBIC)],
)
def test_threshold(sizes, dimension, nu, threshold):
    """The x at which half of the lattices span, from two sizes on a line in L^(-1/ν), within three
    errors and 0.005 for the curvature of that line."""

    def spans(random, x):
        return percolation.spanning(percolation.clusters(random < x)[0]) > 0

    rng, means, errors = np.random.default_rng(13), [], []
    for L in sizes:
        found = []
        for _ in range(60):
            random, low, high = rng.random((L,) * dimension), 0.0, 1.0
            for _ in range(11):
                middle = (low + high) / 2
                low, high = (low, middle) if spans(random, middle) else (middle, high)
            found.append(high)
        means.append(np.mean(found))
        errors.append(np.std(found) / np.sqrt(60))
    small, large = np.array(sizes) ** (-1 / nu)
    endless = (means[1] * small - means[0] * large) / (small - large)
    error = np.hypot(errors[1] * small, errors[0] * large) / (small - large)
    assert error < 0.005
    assert abs(endless - threshold) < 3 * error + 0.005


@pytest.mark.parametrize("x", [0.05, 0.08, 0.1, 0.2])
def test_no_alkali_glass_of_the_paper_percolates_on_the_cubic_lattice(x):
    labels, sizes = percolation.clusters(
        percolation.occupy((60,) * 3, x, np.random.default_rng(14))
    )
    assert percolation.spanning(labels) == 0
    assert sizes[0] < 0.02 * labels.size * x
