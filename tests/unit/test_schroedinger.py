"""The Schrödinger equation on grids, against what is known in closed form."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import pbdv

from etm import schroedinger, wells


def exact_splitting(barrier):
    """Even and odd states vanish in slope or value at the seam of the two parabolas."""
    seam = -2 * np.sqrt(barrier)
    even = brentq(lambda nu: pbdv(nu, seam)[1], -0.5 + 1e-9, 1e-9, xtol=1e-15)
    odd = brentq(lambda nu: pbdv(nu, seam)[0], 1e-12, 0.999, xtol=1e-15)
    return odd - even


@pytest.mark.parametrize("barrier", [0.5, 1.0, 2.0, 4.0])
def test_double_well_against_parabolic_cylinder_functions(barrier):
    exact = exact_splitting(barrier)
    x, levels, states = schroedinger.double_well(barrier)
    assert levels[1] - levels[0] == pytest.approx(exact, rel=3e-4)
    assert schroedinger.parabolic_splitting(barrier) == pytest.approx(exact, rel=0.025)
    np.testing.assert_allclose(states.T @ states * (x[1] - x[0]), np.eye(2), atol=1e-10)


@pytest.mark.parametrize("barrier", [0.3, 2.0, 8.0])
def test_levels_of_the_double_well_are_those_of_the_half_line(barrier):
    """ν + ½ with ν the zeros of the parabolic cylinder function or of its slope at the seam."""
    seam = -2 * np.sqrt(barrier)
    even = brentq(lambda nu: pbdv(nu, seam)[1], -0.5, 1e-9, xtol=1e-15)
    odd = brentq(lambda nu: pbdv(nu, seam)[0], 1e-13, 0.999, xtol=1e-15)
    x, levels, states = schroedinger.double_well(barrier)
    np.testing.assert_allclose(levels, [even + 0.5, odd + 0.5], atol=1e-5)
    np.testing.assert_array_equal(x, -x[::-1])
    np.testing.assert_allclose(np.abs(states), np.abs(states[::-1]), atol=1e-6)
    assert np.abs(states[[0, -1]]).max() < 1e-9
    np.testing.assert_allclose(np.abs(states[:, 0].sum()), np.abs(states[:, 0]).sum(), rtol=1e-12)


def test_as_many_states_of_the_double_well_as_asked():
    """Behind a high barrier every level of one parabola is there twice."""
    x, levels, states = schroedinger.double_well(14.0, count=4)
    np.testing.assert_allclose(levels, [0.5, 0.5, 1.5, 1.5], atol=5e-5)
    assert states.shape == (x.size, 4)
    np.testing.assert_allclose(schroedinger.double_well(14.0, count=1)[1], levels[:1], rtol=1e-9)


@pytest.mark.parametrize("field", [0.0, 0.9])
def test_plane_states_against_the_whole_matrix(field):
    """Points within the radius, bonds between neighbours with ∫ **A**·d**l** of each, all diagonalised."""
    radius, spacing = 2.1, 0.5

    def bowl(x, y):
        return 0.3 * (x - 0.4) ** 2 + 0.8 * y**2 + 0.1 * x * y

    far = np.arange(-20, 21)
    i, j = (k.ravel() for k in np.meshgrid(far, far))
    points = spacing * np.stack([i + j / 2, np.sqrt(0.75) * j], axis=-1)
    points = points[np.hypot(*points.T) < radius]
    step = points[:, None] - points
    neighbours = np.abs(np.hypot(*np.moveaxis(step, -1, 0)) - spacing) < 1e-9
    turn = points[:, None, 0] * points[:, 1] - points[:, None, 1] * points[:, 0]
    matrix = np.where(neighbours, -1, 0) * np.exp(0.5j * field * turn) / (3 * spacing**2)
    matrix += np.diag(2 / spacing**2 + bowl(*points.T))
    exact, waves = np.linalg.eigh(matrix)
    x, y, levels, states = schroedinger.plane_states(bowl, radius, spacing, field, count=4)
    np.testing.assert_allclose(levels, exact[:4], rtol=1e-11)
    assert states.dtype == (complex if field else float)

    order, known = np.lexsort((x.round(9), y.round(9))), np.lexsort(points.T.round(9))
    np.testing.assert_allclose(np.stack([x, y])[:, order], points[known].T, atol=1e-12)
    density = np.abs(waves[known, :4]) ** 2 / (np.sqrt(0.75) * spacing**2)
    np.testing.assert_allclose(np.abs(states[order]) ** 2, density, atol=1e-8)


def test_the_lattice_unless_told():
    """Three real states without a field, 0.15 ℓ between neighbours."""
    x, y, levels, states = schroedinger.plane_states(np.hypot, 1.5)
    assert levels.shape == (3,)
    assert states.dtype == float
    apart = np.hypot(x - x[0], y - y[0])
    assert np.sort(apart)[1] == pytest.approx(0.15, rel=1e-12)
    assert np.hypot(x, y).max() < 1.5


@pytest.mark.parametrize("field", [0.0, 0.5])
def test_the_smallest_lattice(field):
    """A point and its six neighbours have at most five states that the method finds."""
    levels = schroedinger.plane_states(np.hypot, 0.16, field=field, count=5)[2]
    assert np.all(np.diff(levels) > -1e-9)
    assert levels.shape == (5,)
    with pytest.raises(ValueError, match=r"radius = 0.16: must hold 8 points"):
        schroedinger.plane_states(np.hypot, 0.16, field=field, count=6)


@pytest.mark.parametrize("field", [0.0, 0.4, 1.5])
def test_one_round_well_in_a_field(field):
    """Fock–Darwin: √(1 + b²/4) (2 k + |m| + 1) - m b/2."""
    *_, levels, _ = schroedinger.plane_states(
        lambda x, y: 0.5 * (x * x + y * y), 6.0, 0.08, field, count=3
    )
    w = np.sqrt(1 + field**2 / 4)
    m = np.arange(-3, 4)
    exact = np.sort((np.abs(m) + 1) * w - m * field / 2)[:3]
    np.testing.assert_allclose(levels, exact, rtol=4e-3)


@pytest.mark.parametrize("field", [0.0, 0.7])
@pytest.mark.parametrize("shift", [-5.0, -1.37, 40.0])
def test_a_constant_shifts_the_lowest_levels(shift, field):
    def bowl(x, y):
        return 0.5 * (x * x + 1.3 * y * y)

    x, y, levels, states = schroedinger.plane_states(bowl, 5.0, 0.2, field)
    shifted = schroedinger.plane_states(lambda x, y: bowl(x, y) + shift, 5.0, 0.2, field)
    np.testing.assert_allclose(shifted[2], levels + shift, rtol=0, atol=1e-10)
    overlap = np.sum(states.conj() * shifted[3], axis=0) * np.sqrt(0.75) * 0.2**2
    np.testing.assert_allclose(np.abs(overlap), 1, atol=1e-8)


def test_a_deep_well_has_its_levels_from_the_bottom():
    levels = schroedinger.plane_states(lambda x, y: 0.5 * (x * x + y * y) - 5, 5.0, 0.1)[2]
    np.testing.assert_allclose(levels, [-4, -3, -3], atol=0.01)


def test_overlap_of_gaussians_in_a_field():
    """In the symmetric gauge the ground state about a is e^{-w (r - a)²/2 + i b (a × r)/2}."""
    axis = np.linspace(-9, 9, 361)
    x, y = np.meshgrid(axis, axis, indexing="ij")

    def overlap(b, d):
        w = np.sqrt(1 + b * b / 4)
        left, right = (
            np.exp(-w * ((x - u) ** 2 + y**2) / 2 + 0.5j * b * u * y) for u in (-d / 2, d / 2)
        )
        return np.abs(np.sum(left.conj() * right)) / np.sum(np.abs(left) ** 2)

    for b in (0.3, 1.1):
        for d in (2.0, 4.0):
            exact = overlap(b, d) / overlap(0.0, d)
            assert schroedinger.overlap_in_field(d, b) == pytest.approx(exact, rel=1e-9)


def test_three_wells_have_a_nodeless_ground_state_and_an_exact_doublet():
    x, y, levels, states = schroedinger.plane_states(
        lambda x, y: schroedinger.three_parabolas(x, y, 2.5), 6.5, 0.25
    )
    assert levels[1] - levels[0] > 0.01
    assert levels[2] - levels[1] == pytest.approx(0, abs=1e-11)
    ground = states[:, 0] * np.sign(states[np.argmax(np.abs(states[:, 0])), 0])
    assert ground.min() > -1e-12
    area = np.sqrt(0.75) * 0.25**2
    np.testing.assert_allclose(states.T @ states * area, np.eye(3), atol=1e-10)


def test_three_wells_in_a_field_follow_the_three_level_model():
    def levels(field):
        well = schroedinger.plane_states(
            lambda x, y: schroedinger.three_parabolas(x, y, 3.0), 7.0, 0.25, field
        )[2]
        return well - well.mean()

    hopping = (levels(0.0)[0] - levels(0.0)[1]) / 3
    area = np.sqrt(27) / 4 * 3.0**2
    model = wells.three_well_levels([0.0, 0.0, 0.0], hopping, 0.4)
    np.testing.assert_allclose(levels(0.4 / area), model, atol=0.04 * abs(hopping))


def test_three_wells_up_to_a_flux_quantum():
    """D0 shrinks as the overlap; with D0 < 0 the lower levels cross near half a quantum."""
    distance, triangle = 2.5, np.sqrt(27) / 4 * 2.5**2

    def levels(flux):
        return schroedinger.plane_states(
            lambda x, y: schroedinger.three_parabolas(x, y, distance),
            6.5,
            0.25,
            2 * np.pi * flux / triangle,
        )[2]

    def hopping(flux):
        return np.std(levels(flux)) / np.sqrt(2)

    for flux, tolerance in ((0.25, 0.03), (0.5, 0.05), (1.0, 0.14)):
        squeeze = schroedinger.overlap_in_field(np.sqrt(3) * distance, 2 * np.pi * flux / triangle)
        assert squeeze < 1 - flux / 4
        assert hopping(flux) / hopping(0) == pytest.approx(squeeze, rel=tolerance)
    gaps = [np.subtract(*levels(flux)[1::-1]) for flux in (0.50, 0.52, 0.55, 0.57)]
    slopes = np.diff(gaps)[[0, 2]]
    assert slopes[0] < 0 < slopes[1]
    left, right = 0.52 - 0.02 * gaps[1] / slopes[0], 0.55 - 0.02 * gaps[2] / slopes[1]
    assert left == pytest.approx(right, abs=2e-3)
    assert left == pytest.approx(0.536, abs=2e-3)


def test_the_centres_stand_on_a_triangle():
    """The first on the y axis, the others anticlockwise, at equal distances."""
    expected = 2.0 * np.array([[0, 1], [-np.sqrt(0.75), -0.5], [np.sqrt(0.75), -0.5]])
    np.testing.assert_allclose(schroedinger.well_centres(2.0), expected, atol=1e-14)


@pytest.mark.parametrize("sharpness", [1.0, 3.0])
def test_the_seam_of_two_wells(sharpness):
    """Halfway between two wells the smooth minimum lies ln 2/β below both parabolas, and ln 3/β in the centre."""
    seam = schroedinger.three_parabolas(0.0, -4.0, 8.0, sharpness)
    assert seam == pytest.approx(24 - np.log(2) / sharpness, rel=1e-12)
    centre = schroedinger.three_parabolas(0.0, 0.0, 8.0, sharpness)
    assert centre == pytest.approx(32 - np.log(3) / sharpness, rel=1e-12)
    usual = schroedinger.three_parabolas(0.0, 0.0, 8.0)
    assert usual == pytest.approx(32 - np.log(3) / 3, rel=1e-12)


def test_the_potential_has_its_minima_at_the_centres():
    for u, v in schroedinger.well_centres(3.0):
        assert schroedinger.three_parabolas(u, v, 3.0) == pytest.approx(0, abs=1e-12)
    assert schroedinger.three_parabolas(0, 0, 3.0, 50.0) == pytest.approx(4.5, abs=0.03)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: schroedinger.parabolic_splitting(-1.0), "barrier"),
        (lambda: schroedinger.double_well(np.nan), "barrier"),
        (lambda: schroedinger.double_well(1.0, spacing=0), "spacing"),
        (lambda: schroedinger.double_well(1.0, count=0), "count = 0"),
        (lambda: schroedinger.plane_states(np.hypot, 1.0, count=0), "count = 0"),
        (lambda: schroedinger.plane_states(np.hypot, 1.0, spacing=0.0), "spacing"),
        (lambda: schroedinger.three_parabolas(0, 0, 1.0, 0.0), "sharpness"),
        (lambda: schroedinger.well_centres(0), "distance"),
        (lambda: schroedinger.three_parabolas(np.nan, 0, 1.0), "x"),
        (lambda: schroedinger.plane_states(np.hypot, -1.0), "radius"),
        (lambda: schroedinger.plane_states(np.hypot, 0.1), "radius"),
        (lambda: schroedinger.plane_states(np.hypot, 1.0, field=-1), "field"),
        (lambda: schroedinger.plane_states(lambda x, y: x - np.inf, 1.0), "potential"),
        (lambda: schroedinger.plane_states(lambda x, y: x + 1j * y, 1.0), "potential"),
        (lambda: schroedinger.plane_states(lambda x, y: x[:-1], 1.0), "potential has shape"),
        (lambda: schroedinger.plane_states(lambda x, y: 0.0, 1.0), "potential has shape"),
        (lambda: schroedinger.overlap_in_field(0.0, 1.0), "distance"),
        (lambda: schroedinger.overlap_in_field(1.0, -1.0), "field"),
        (
            lambda: schroedinger.overlap_in_field([1.0, 2.0], [1.0] * 3),
            "distance.*field.*broadcast",
        ),
    ],
)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(ValueError, match=name):
        call()
