"""Voids, cells, potentials and the glass transition against counting, mpmath and plain sums."""

import mpmath
import numpy as np
import pytest
from scipy import constants

from etm import polycluster

CORNERS = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / np.sqrt(2)
"""Centres of four touching spheres of radius 1."""


def test_void_in_mpmath():
    with mpmath.workdps(40):
        exact = 2 * mpmath.sqrt(2) / 3 - mpmath.mpf(4) / 3 * mpmath.acos(mpmath.mpf(23) / 27)
    assert polycluster.VOID == pytest.approx(float(exact), rel=1e-14)
    assert polycluster.VOID == pytest.approx(0.20776, abs=5e-6)


def test_void_by_counting():
    """Points drawn in the tetrahedron of the centres that lie in none of the four spheres."""
    distance = np.linalg.norm(CORNERS[:, None] - CORNERS, axis=-1)
    np.testing.assert_allclose(distance[np.triu_indices(4, 1)], 2, rtol=1e-15)
    rng, count = np.random.default_rng(1), 200_000
    points = rng.dirichlet(np.ones(4), count) @ CORNERS
    free = np.all(np.linalg.norm(points[:, None] - CORNERS, axis=-1) > 1, axis=1)
    volume = abs(np.linalg.det(CORNERS[1:] - CORNERS[0])) / 6
    error = volume * free.std() / np.sqrt(count)
    assert abs(volume * free.mean() - polycluster.void_volume(1.0)) < 4 * error
    assert error < 2e-3


def test_void_volume_is_a_volume():
    radii = np.array([0.0, 1.0, 300.0])
    found = polycluster.void_volume(radii)
    np.testing.assert_allclose(found, polycluster.VOID * radii**3, rtol=1e-15)
    assert isinstance(polycluster.void_volume(2), float)


def test_cell_radius_fills_the_glass_with_its_tetrahedra():
    """Four systems in a tetrahedron of 2√2 ξ³/3; with P* = 1/2π of all, n ρ such in a cm³."""
    rng = np.random.default_rng(2)
    for _ in range(10):
        n, rho, logs = 10 ** rng.uniform(15, 18), rng.uniform(1, 6), rng.uniform(0.5, 40)
        radius = polycluster.cell_radius(n, rho, logs) * 1e-8  # cm
        systems = 2 * np.pi * n * logs * rho  # per cm³
        assert 4 / (2 * np.sqrt(2) / 3 * radius**3) == pytest.approx(systems, rel=1e-13)


def test_shapes_of_the_cell_radius():
    assert polycluster.cell_radius(np.ones((2, 1)), np.ones(3), 1.0).shape == (2, 3)
    assert isinstance(polycluster.cell_radius(9e16, 2.3), float)
    assert polycluster.cell_radius(8e16, 1) == pytest.approx(polycluster.cell_radius(1e16, 1) / 2)


def test_what_is_taken_unless_given():
    """One logarithm, cells that do not interact, the lower branch."""
    assert polycluster.cell_radius(9e16, 2.3) == polycluster.cell_radius(9e16, 2.3, 1.0)
    glass = 2e4, 1500.0, 1e-13
    assert polycluster.fastest_cooling(*glass) == polycluster.fastest_cooling(*glass, 0.0)
    lower = polycluster.glass_transition(1.0, *glass, 0.0, "lower")
    assert polycluster.glass_transition(1.0, *glass) == lower


def test_potential_equals_a_plain_sum():
    rng = np.random.default_rng(3)
    charges, places, points = (
        rng.normal(size=7),
        rng.normal(size=(7, 3)),
        rng.normal(size=(4, 5, 3)),
    )
    found = polycluster.coulomb_potential(points, charges, places, 3.8)
    unit = constants.e**2 / (4 * np.pi * constants.epsilon_0 * 1e-10) / constants.k
    for i, j in np.ndindex(4, 5):
        plain = sum(
            charges[k] / np.sqrt(sum((points[i, j, a] - places[k, a]) ** 2 for a in range(3)))
            for k in range(7)
        )
        assert found[i, j] == pytest.approx(plain * unit / 3.8, rel=1e-11)


def test_potential_of_two_elementary_charges():
    """e²/4πε0 is 14.39964548 eV Å, and an electronvolt 11604.51812 K."""
    found = polycluster.coulomb_potential([0, 0, 2.0], [1.0], [[0, 0, 0]])
    assert found == pytest.approx(14.39964548 * 11604.51812 / 2, rel=1e-8)
    assert isinstance(found, float)
    assert polycluster.coulomb_potential([[0, 0, 2.0]], [], np.empty((0, 3))) == [0.0]


def test_potential_of_four_charges_has_the_symmetry_of_the_tetrahedron():
    """Permuting the axes, and changing the signs of two, leave it as it is; one sign does not."""
    rng = np.random.default_rng(4)
    points = rng.uniform(-0.4, 0.4, size=(50, 3))

    def energy(at):
        return polycluster.coulomb_potential(at, np.ones(4), CORNERS)

    for axes in ([1, 2, 0], [1, 0, 2], [2, 1, 0]):
        np.testing.assert_allclose(energy(points[:, axes]), energy(points), rtol=1e-12)
    np.testing.assert_allclose(energy(points * [1, -1, -1]), energy(points), rtol=1e-12)
    assert np.abs(energy(points * [1, 1, -1]) / energy(points) - 1).max() > 1e-3


def test_potential_obeys_laplace_and_superposition():
    rng, h = np.random.default_rng(5), 1e-3
    charges, places = rng.normal(size=5), 3 + rng.random((5, 3))
    point = np.zeros(3)
    star = np.vstack([point, *[s * h * np.eye(3)[a] for a in range(3) for s in (-1, 1)]])
    values = polycluster.coulomb_potential(star, charges, places)
    curvature = (values[1:].reshape(3, 2).sum(axis=1) - 2 * values[0]) / h**2
    assert abs(curvature.sum()) < 1e-4 * np.abs(curvature).max()
    parts = [
        polycluster.coulomb_potential(star, charges[k : k + 1], places[k : k + 1]) for k in range(5)
    ]
    np.testing.assert_allclose(sum(parts), values, rtol=1e-11)


TRANSITIONS = [
    (20_000.0, 1500.0, 1e-13, 0.0),
    (20_000.0, 1500.0, 1e-13, 300.0),
    (3000.0, 900.0, 1e-12, 600.0),
    (50.0, 1500.0, 1e-6, 0.0),
    (1e5, 800.0, 1e-14, 0.0),
    (10.0, 1500.0, 1e-13, 1499.0),
]
"""barrier [K], T_c [K], tau0 [s], theta [K]"""


def exact_transition(rate, barrier, T_c, tau0, theta, branch):
    """T_g in 60 digits by bisection of eq. 37 on the branch."""
    with mpmath.workdps(60):
        rate, w, T_c, tau0, theta = map(mpmath.mpf, (rate, barrier, T_c, tau0, theta))

        def equation(T):
            return mpmath.log((T_c - T) / (rate * tau0)) - w / (T - theta)

        half = w / 2
        turn = theta - half + mpmath.sqrt(half**2 + w * (T_c - theta))
        inside, outside = turn, theta if branch == "lower" else T_c
        for _ in range(190):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if equation(middle) > 0 else (inside, middle)
        return (inside + outside) / 2


@pytest.mark.parametrize("branch", ["lower", "upper"])
@pytest.mark.parametrize("parameters", TRANSITIONS)
def test_glass_transition_solves_its_equation(parameters, branch):
    """Eq. 37 is met to 1e-12 in T_g on both branches, from the fastest cooling down by 1e-30."""
    fastest, _ = polycluster.fastest_cooling(*parameters)
    for share in (0.99, 0.5, 1e-3, 1e-9, 1e-15, 1e-30):
        found = polycluster.glass_transition(share * fastest, *parameters, branch)
        exact = exact_transition(share * fastest, *parameters, branch)
        assert found == pytest.approx(float(exact), rel=1e-12), share


@pytest.mark.parametrize("parameters", TRANSITIONS)
def test_branches_are_monotonic_and_meet_at_the_fastest_cooling(parameters):
    _, T_c, _, theta = parameters
    fastest, turn = polycluster.fastest_cooling(*parameters)
    rates = fastest * np.geomspace(1e-12, 1, 200)
    low = polycluster.glass_transition(rates, *parameters)
    high = polycluster.glass_transition(rates, *parameters, "upper")
    assert np.all(np.diff(low) > 0)
    assert np.all(np.diff(high) <= 0)
    assert np.all((theta < low) & (high <= T_c))
    assert np.all(low[:-1] < high[:-1])
    # a double root: half of the digits of the rate are left in the distance from the turn
    assert low[-1] == pytest.approx(turn, rel=1e-6)
    assert high[-1] == pytest.approx(turn, rel=1e-6)


@pytest.mark.parametrize("parameters", TRANSITIONS)
def test_fastest_cooling_is_the_largest_rate_of_the_equation(parameters):
    """The rate that solves the equation, as a function of T_g, has its maximum there."""
    barrier, T_c, tau0, theta = parameters
    fastest, turn = polycluster.fastest_cooling(*parameters)
    with mpmath.workdps(50):

        def rate(T):
            return (T_c - T) * mpmath.exp(-barrier / (T - theta)) / tau0

        half = mpmath.mpf(barrier) / 2
        exact = theta - half + mpmath.sqrt(half**2 + barrier * (mpmath.mpf(T_c) - theta))
        assert turn == pytest.approx(float(exact), rel=1e-14)
        assert fastest == pytest.approx(float(rate(exact)), rel=1e-11)
        step = (T_c - exact) * mpmath.mpf("0.01")
        assert rate(exact - step) < rate(exact) > rate(exact + step)


@pytest.mark.parametrize("parameters", TRANSITIONS[:3])
@pytest.mark.parametrize("branch", ["lower", "upper"])
def test_no_transition_beyond_the_fastest_cooling(parameters, branch):
    fastest, _ = polycluster.fastest_cooling(*parameters)
    polycluster.glass_transition(fastest, *parameters, branch)
    for rates in (1.0001 * fastest, [0.1 * fastest, 3 * fastest]):
        with pytest.raises(ValueError, match=r"^cooling_rate = .*: must not exceed .* K/s, beyond"):
            polycluster.glass_transition(rates, *parameters, branch)


def test_slope_of_the_lower_branch():
    """d ln κ/dT_g = w0/(T_g - Θ)² - 1/(T_c - T_g), by finite differences."""
    for barrier, T_c, tau0, theta in TRANSITIONS[:4]:
        fastest, _ = polycluster.fastest_cooling(barrier, T_c, tau0, theta)
        rate, h = 1e-6 * fastest, 1e-4
        T_g = polycluster.glass_transition(rate * np.exp([-h, 0, h]), barrier, T_c, tau0, theta)
        slope = 2 * h / (T_g[2] - T_g[0])
        stated = barrier / (T_g[1] - theta) ** 2 - 1 / (T_c - T_g[1])
        assert slope == pytest.approx(stated, rel=1e-6)


def test_a_curie_temperature_raises_the_lower_branch():
    T_g = [
        polycluster.glass_transition(1.0, 2e4, 1500.0, 1e-13, theta) for theta in (0.0, 50.0, 100.0)
    ]
    assert np.all(np.diff(T_g) > 0)


def test_shapes_of_the_glass_transition():
    assert isinstance(polycluster.glass_transition(1.0, 2e4, 1500.0, 1e-13), float)
    assert polycluster.glass_transition([], 2e4, 1500.0, 1e-13).shape == (0,)
    rates = np.geomspace(1e-6, 1e6, 6).reshape(2, 3)
    table = polycluster.glass_transition(rates, 2e4, 1500.0, 1e-13)
    assert table[1, 2] == polycluster.glass_transition(rates[1, 2], 2e4, 1500.0, 1e-13)


@pytest.mark.parametrize("branch", ["lower", "upper"])
@pytest.mark.parametrize("theta", [0.0, 1400.0])
def test_no_warning_at_the_extremes_of_the_glass_transition(branch, theta):
    """Rates down to 1e-300 K/s, barriers from 1e-6 K to where no rate is left, tiny times."""
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        for barrier in (1e-12, 1e-6, 1.0, 1e4, 3e4):
            for tau0 in (1e-100, 1e-13, 1e6):
                fastest, _ = polycluster.fastest_cooling(barrier, 1500.0, tau0, theta)
                rates = np.array([1e-300, 1e-30, 1e-3])
                rates = rates[rates < fastest]
                T_g = polycluster.glass_transition(rates, barrier, 1500.0, tau0, theta, branch)
                assert np.all((T_g >= theta) & (T_g <= 1500.0))
