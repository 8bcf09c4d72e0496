"""Levels and gaps against diagonalisation; gauge and symmetry of three and four wells."""

import itertools

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from etm import wells

SPECIAL_PHASES = [0.0, np.pi / 2, np.pi, 3 * np.pi / 2, 2 * np.pi, -np.pi, 1e-8, np.pi - 1e-8]
PATTERNS = [
    (0.0, 0.0, 0.0),
    (1.0, -1.0, 0.0),
    (1.0, 1.0, -2.0),
    (-1.0, -1.0, 2.0),
    (1.0, 1.0, 1.0),
    (1.0, 0.0, 0.0),
]

phases = st.one_of(st.sampled_from(SPECIAL_PHASES), st.floats(-10, 10))
exponents = st.floats(-8, 8)
signs = st.sampled_from([1.0, -1.0])
asymmetry_shapes = st.one_of(
    st.sampled_from(PATTERNS), st.tuples(*[st.floats(-1, 1, allow_subnormal=False)] * 3)
)


def mp_levels(asymmetries, tunneling, phase):
    """Levels with 50 digits: roots of the characteristic polynomial of `three_well`."""
    with mpmath.workdps(50):
        E = [mpmath.mpf(float(x)) for x in asymmetries]
        hop = mpmath.mpf(float(tunneling)) * mpmath.expj(mpmath.mpf(float(phase)) / 3)
        back = mpmath.conj(hop)
        matrix = mpmath.matrix([[E[0], hop, back], [back, E[1], hop], [hop, back, E[2]]])
        return sorted(mpmath.eighe(matrix, eigvals_only=True))


@given(asymmetry_shapes, exponents, signs, phases)
@settings(max_examples=3000)
@example((0.0, 0.0, 0.0), 0.0, 1.0, 0.0)
@example((0.0, 0.0, 0.0), 0.0, -1.0, 0.0)
@example((0.0, 0.0, 0.0), 0.0, 1.0, np.pi)
@example((0.0, 0.0, 0.0), 0.0, 1.0, 2 * np.pi)
@example((1.0, 1.0, -2.0), 8.0, 1.0, np.pi)
@example((1.0, 1.0, -2.0), -8.0, -1.0, 0.0)
def test_levels_equal_diagonalisation(shape, exponent, sign, phase):
    E = 10.0**exponent * np.array(shape)
    exact = np.linalg.eigvalsh(wells.three_well(E, sign, phase))
    levels = wells.three_well_levels(E, sign, phase)
    assert np.all(np.diff(levels) >= 0)
    np.testing.assert_allclose(levels, exact, rtol=0, atol=1e-12 * np.abs(exact).max())


def test_levels_of_many_systems_at_once():
    rng = np.random.default_rng(1)
    E = rng.normal(size=(20, 500, 3)) * 10 ** rng.uniform(-8, 8, size=(20, 500, 1))
    phase = rng.uniform(-7, 7, size=(20, 1))
    exact = np.linalg.eigvalsh(wells.three_well(E, -0.7, phase))
    error = np.abs(wells.three_well_levels(E, -0.7, phase) - exact).max(axis=-1)
    assert np.all(error <= 1e-12 * np.abs(exact).max(axis=-1))


@pytest.mark.parametrize("tunneling", [1.0, -1.0, 0.0])
def test_levels_without_asymmetry(tunneling):
    phase = np.linspace(-7, 7, 101)
    ring = 2 * tunneling * np.cos((phase[:, None] + 2 * np.pi * np.arange(3)) / 3)
    levels = wells.three_well_levels(np.zeros(3), tunneling, phase)
    np.testing.assert_allclose(levels, np.sort(ring, axis=-1), rtol=0, atol=4e-15)


@given(asymmetry_shapes, st.floats(-8, 2), signs, st.floats(-8, 0.49), st.booleans())
@settings(max_examples=300)
@example((1.0, -1.0, 0.0), -8.0, 1.0, -8.0, False)
@example((0.0, 0.0, 0.0), 0.0, 1.0, -8.0, False)
@example((1.0, 1.0, -2.0), -8.0, -1.0, -8.0, True)
def test_gap_has_no_cancellation(shape, exponent, sign, phase_exponent, near_half_a_flux):
    phase = 10.0**phase_exponent
    if near_half_a_flux:
        phase = np.pi - phase
    E = 10.0**exponent * np.array(shape)
    ground, first, _ = mp_levels(E, sign, phase)
    exact = float(first - ground)
    assert wells.three_well_gap(E, sign, phase) == pytest.approx(exact, rel=1e-12, abs=1e-40)


def test_gap_is_the_difference_of_the_levels():
    rng = np.random.default_rng(2)
    E, phase = rng.normal(size=(1000, 3)), rng.uniform(-7, 7, size=1000)
    levels = wells.three_well_levels(E, 0.8, phase)
    gap = wells.three_well_gap(E, 0.8, phase)
    np.testing.assert_allclose(gap, levels[:, 1] - levels[:, 0], rtol=0, atol=1e-13)


def test_weak_field_gap_is_the_limit():
    angle = np.linspace(0, 2 * np.pi, 37)
    D, D0 = 1e-6, 1.0
    hopping = np.sqrt(0.75) * D0
    for phase in (0.0, 1e-6, 3e-7):
        exact = wells.three_well_gap(wells.asymmetries_from_polar(D, angle), hopping, phase)
        approximate = wells.weak_field_gap(D, D0, phase)
        np.testing.assert_allclose(exact, approximate, rtol=2e-6)


def test_first_corrections_of_the_weak_field_gap():
    angle = np.linspace(0, 2 * np.pi, 13)
    E = wells.asymmetries_from_polar(1e-3, angle)
    relative = wells.three_well_gap(E, np.sqrt(0.75), 0.0) / 1e-3 - 1
    expected = -np.prod(E, axis=-1) / (np.sqrt(0.75) * np.sum(E**2, axis=-1))
    np.testing.assert_allclose(relative, expected, atol=2e-6)
    gap = wells.three_well_gap(np.zeros(3), np.sqrt(0.75), 0.01)
    assert gap / 0.01 - 1 == pytest.approx(-(0.01**2) / 54, rel=1e-4)


def test_polar_asymmetries():
    D, angle = np.array([[0.3], [2.0]]), np.linspace(0, 7, 11)
    E = wells.asymmetries_from_polar(D, angle)
    assert E.shape == (2, 11, 3)
    np.testing.assert_allclose(E.sum(axis=-1), 0, atol=1e-14)
    np.testing.assert_allclose(np.sqrt(2 / 3 * np.sum(E**2, axis=-1)), D * np.ones(11), rtol=1e-14)


def test_two_wells():
    rng = np.random.default_rng(3)
    asymmetry, tunneling = rng.normal(size=(2, 50))
    matrix = wells.two_well(asymmetry, tunneling)
    assert matrix.shape == (50, 2, 2)
    exact = np.linalg.eigvalsh(matrix)
    np.testing.assert_allclose(wells.two_well_levels(asymmetry, tunneling), exact, atol=1e-14)
    np.testing.assert_array_equal(wells.two_well(0.4, 0.2), [[-0.2, -0.1], [-0.1, 0.2]])


def loop_phase(matrix, loop):
    """Phase of the product of the hops around a closed loop of wells."""
    product = 1.0
    for i, j in zip(loop, [*loop[1:], loop[0]], strict=True):
        product *= matrix[i, j]
    return np.angle(product)


def test_three_wells_carry_the_phase_of_the_loop():
    matrix = wells.three_well([0.1, 0.2, 0.3], 0.5, 0.7)
    assert loop_phase(matrix, [0, 1, 2]) == pytest.approx(0.7)
    np.testing.assert_array_equal(matrix, matrix.conj().T)


def test_square_well_is_gauge_consistent():
    matrix = wells.square_well([0.1, 0.2, 0.3, -0.4], 0.5, 0.2, 0.7)
    np.testing.assert_array_equal(matrix, matrix.conj().T)
    assert loop_phase(matrix, [0, 1, 2, 3]) == pytest.approx(0.7)
    for half in ([0, 1, 2], [1, 2, 3], [2, 3, 0], [3, 0, 1]):
        assert loop_phase(matrix, half) == pytest.approx(0.35)


def test_square_well_levels_are_those_of_a_ring():
    phase = np.linspace(-7, 7, 15)
    exact = np.linalg.eigvalsh(wells.square_well(np.zeros(4), 1.0, 0.0, phase))
    ring = 2 * np.cos((phase[:, None] + 2 * np.pi * np.arange(4)) / 4)
    np.testing.assert_allclose(exact, np.sort(ring, axis=-1), atol=1e-14)


def random_directions(count):
    direction = np.random.default_rng(4).normal(size=(count, 3))
    return direction / np.linalg.norm(direction, axis=1, keepdims=True)


def test_tetrahedron_faces_carry_their_flux():
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    field = np.array([0.3, -0.2, 0.5])
    phases = wells.tetrahedron_face_phases(field)
    assert phases.sum() == pytest.approx(0, abs=1e-15)
    matrix = wells.tetrahedron([0.1, 0.2, -0.3, 0.4], 0.5, phases)
    np.testing.assert_array_equal(matrix, matrix.conj().T)
    for face in itertools.permutations(range(4), 3):
        p, q, r = corners[list(face)]
        area = np.cross(q - p, r - p)
        normal = area / np.linalg.norm(area)
        assert loop_phase(matrix, list(face)) == pytest.approx(normal @ field)
    for opposite in range(4):
        normal = -corners[opposite] / np.sqrt(3)
        assert phases[opposite] == pytest.approx(normal @ field)


def test_tetrahedron_levels_equal_those_of_the_symmetric_gauge():
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
    face_area = 0.5 * np.linalg.norm(np.cross(corners[1] - corners[0], corners[2] - corners[0]))
    E = np.array([0.1, 0.2, -0.3, 0.4])
    for direction in random_directions(20):
        field = 2.3 * direction
        bond = np.cross(corners[:, None], corners[None]) @ field / (2 * face_area)
        peierls = 0.5 * np.exp(1j * bond) * (1 - np.eye(4)) + np.diag(E)
        matrix = wells.tetrahedron(E, 0.5, wells.tetrahedron_face_phases(field))
        np.testing.assert_allclose(
            np.linalg.eigvalsh(matrix), np.linalg.eigvalsh(peierls), atol=1e-14
        )


def step_phases(places, flux_per_area):
    """∫ **A**·d**l** along the straight step i → j for **A** = **B** × **r**/2, by quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(3)
    way = (nodes[:, None, None, None] + 1) / 2
    step = places[None, :, :] - places[:, None, :]
    points = places[:, None, :] + way * step
    potential = np.cross(flux_per_area, points) / 2
    return np.einsum("n,nijk,ijk->ij", weights / 2, potential, step)


def test_element_i_j_carries_the_phase_of_the_step_from_i_to_j():
    """The hop from well i to well j carries e^{iφ/3}, its reverse the conjugate; the diagonal holds the asymmetries."""
    angle = np.pi / 2 + 2 * np.pi / 3 * np.arange(3)  # anticlockwise about z
    triangle = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
    steps = step_phases(triangle, [0, 0, 0.9 / (np.sqrt(27) / 4)])
    matrix = wells.three_well(np.zeros(3), 1.0, 0.9)
    np.testing.assert_allclose(np.angle(matrix), steps, atol=1e-14)

    square = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]], dtype=float)
    steps = step_phases(square, [0, 0, 0.9 / 2])
    matrix = wells.square_well(np.zeros(4), 1.0, 0.5, 0.9)
    np.testing.assert_allclose(np.angle(matrix), steps, atol=1e-14)

    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
    field = np.array([0.3, -0.2, 0.5])
    steps = step_phases(corners, field / (2 * np.sqrt(3)))  # a face has this area
    matrix = wells.tetrahedron(np.zeros(4), 1.0, wells.tetrahedron_face_phases(field))
    np.testing.assert_allclose(np.angle(matrix), steps, atol=1e-14)
    assert np.abs(steps).max() > 0.05


def test_tetrahedron_is_isotropic_in_a_low_field():
    phase = 1e-4
    phases = wells.tetrahedron_face_phases(phase * random_directions(100))
    levels = np.linalg.eigvalsh(wells.tetrahedron(np.zeros(4), 1.0, phases))
    split = phase / np.sqrt(3)
    expected = np.array([-1 - split, -1, -1 + split, 3])
    np.testing.assert_allclose(levels, np.broadcast_to(expected, (100, 4)), atol=phase**2)
    assert np.ptp(levels[:, 0]) < 0.1 * phase**2


def test_tetrahedron_refuses_a_magnetic_charge():
    with pytest.raises(ValueError, match=r"face_phases sum to 4.*must sum to 0"):
        wells.tetrahedron(np.zeros(4), 1.0, np.ones(4))


def test_arguments_broadcast():
    E, tunneling, phase = np.zeros((5, 1, 3)), np.ones(4), np.ones((5, 1))
    assert wells.three_well(E, tunneling, phase).shape == (5, 4, 3, 3)
    assert wells.three_well_levels(E, tunneling, phase).shape == (5, 4, 3)
    assert wells.three_well_gap(E, tunneling, phase).shape == (5, 4)
    assert wells.square_well(np.zeros((5, 1, 4)), tunneling, 0.1, phase).shape == (5, 4, 4, 4)
    assert wells.tetrahedron(np.zeros((5, 1, 4)), tunneling, np.zeros(4)).shape == (5, 4, 4, 4)
    assert np.ndim(wells.three_well_gap([1, 0, -1], 1, 1)) == 0
    assert np.ndim(wells.weak_field_gap(1, 1, 1)) == 0
