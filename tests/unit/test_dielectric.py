"""Dielectric constant and loss against plain integrals over the distribution, for every printed row."""

import tracemalloc

import numpy as np
import pytest
from plain_dielectric import (
    WEIGHTS,
    ats_loss,
    ats_permittivity,
    ats_permittivity_relaxing,
    ats_zero_field,
    mpmath_field_average,
    two_level,
)
from plain_integrals import EXTREMES

import etm
from etm import dielectric
from etm.ensembles import ORIENTATIONS

GEOMETRIES = tuple(WEIGHTS)
PERMITTIVITY = [*etm.tables.read("jug2016_table5").itertuples(index=False),
                *etm.tables.read("jug2016_table6").itertuples(index=False)]  # fmt: skip
LOSS = [*etm.tables.read("jug2016_table7").itertuples(index=False)]
ZERO_FIELD = [*etm.tables.read("jug2013_table1").itertuples(index=False)]
FIELDS = [1e-3, 4e-3, 0.02, 0.1, 0.5, 2.5, 20.0]
"""[T], from the quadratic law to saturation; each row changes sign in between or stays positive."""

SMALLEST = 1e-290
"""Below this a float has no full relative precision."""


def named(rows):
    return [
        pytest.param(r, id=f"{getattr(r, 'glass', 'SiCH')} {r.temperature_mK} mK") for r in rows
    ]


def population(row):
    return etm.ATS(row.D_min_K, row.D0_min_K_A2, row.D0_max_K_A2, 1e16)


def both_sides_of_zero(T, function):
    """Fields at which |function| is a fiftieth of its largest value, left and right of a zero."""
    B = np.geomspace(1e-3, 5, 80)
    values = function(T, B)
    zeros = np.flatnonzero(np.diff(np.sign(values)) != 0)
    large = np.flatnonzero(np.abs(values) > np.abs(values).max() / 50)
    picked = []
    for zero in zeros:
        picked += [large[large <= zero][-1:], large[large > zero][:1]]
    return B[np.concatenate([*picked, []]).astype(int)]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("row", named(PERMITTIVITY))
def test_permittivity_of_the_published_rows(row, orientation):
    ats = population(row)
    for T in (row.temperature_mK / 1e3, 0.2):
        zeros = both_sides_of_zero(
            T, lambda T, B: dielectric.ats_permittivity(T, B, ats, 1.0, orientation)
        )
        B = np.concatenate([FIELDS, zeros])
        plain = [ats_permittivity(T, b, ats, row.prefactor_K, orientation) for b in B]
        for geometry in GEOMETRIES:
            change = dielectric.ats_permittivity(T, B, ats, row.prefactor_K, orientation, geometry)
            expected = [p[geometry] for p in plain]
            np.testing.assert_allclose(change, expected, rtol=1e-9, atol=0)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("row", named(LOSS))
def test_loss_of_the_published_rows(row, orientation):
    """2 mT and more: below, the plain difference loses digits (see the weak fields)."""
    ats, Gamma = population(row), 1 / row.Gamma_inverse_per_s_K5
    for T, omega in ((row.temperature_mK / 1e3, 2 * np.pi * 1e3), (0.03, 2 * np.pi * 5e4)):
        zeros = both_sides_of_zero(
            T, lambda T, B, w=omega: dielectric.ats_loss(T, B, ats, 1.0, Gamma, w, orientation)
        )
        B = np.concatenate([[2e-3], FIELDS[1:], zeros[zeros > 2e-3]])
        plain = [ats_loss(T, b, ats, row.prefactor_K, Gamma, omega, orientation) for b in B]
        for geometry in GEOMETRIES:
            arguments = (T, B, ats, row.prefactor_K, Gamma, omega, orientation, geometry)
            expected = [p[geometry] for p in plain]
            np.testing.assert_allclose(dielectric.ats_loss(*arguments), expected, rtol=1e-9, atol=0)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("inverse", [1e3, 1e8, 9.22e12])
def test_relaxing_part_of_the_published_rows(inverse, orientation):
    """1/Γ [1/(s K⁵)] from frozen systems to those of Table 8, away from the zeros of the change."""
    B, omega = np.array([0.01, 0.02, 0.1, 0.5, 2.5, 20.0]), 2 * np.pi * 1e3
    for row in PERMITTIVITY[:5]:
        ats, T = population(row), row.temperature_mK / 1e3
        arguments = (row.prefactor_K, 1 / inverse, omega, orientation)
        plain = [ats_permittivity_relaxing(T, b, ats, *arguments) for b in B]
        for geometry in GEOMETRIES:
            expected = [p[geometry] for p in plain]
            change = dielectric.ats_permittivity_relaxing(T, B, ats, *arguments, geometry)
            np.testing.assert_allclose(change, expected, rtol=1e-9, atol=0)


def test_fast_relaxation_cancels_the_resonant_change():
    """Curie's law: ωτ << 1 and all gaps of the population far below T, so that nothing is left.

    The next order is E²/T² times ln(D/D_min), with D up to T.
    """
    ats, B = etm.ATS(1e-4, 1e3, 5e3, 1e16), np.array([0.01, 0.1, 0.3])
    left = []
    for T in (10.0, 100.0):
        resonant = dielectric.ats_permittivity(T, B, ats, 1.0)
        relaxing = dielectric.ats_permittivity_relaxing(T, B, ats, 1.0, 1e-40, 1.0)
        left.append(np.abs(1 + relaxing / resonant))
    assert np.all(np.abs(resonant) > 0)
    assert np.all(left[0] < 1e-2)
    assert np.all(left[1] < left[0] / 5)


def test_slow_relaxation_leaves_the_resonant_part_alone():
    """For ωτ >> 1 the change falls as 1/(ωΓ)²."""
    ats, T, B = population(PERMITTIVITY[0]), 0.05, np.array([0.01, 0.1, 1.0])
    slow, slower = (
        dielectric.ats_permittivity_relaxing(T, B, ats, 1.0, 1e-3, w) for w in (1e6, 1e8)
    )
    np.testing.assert_allclose(slower, slow / 1e4, rtol=1e-5)
    resonant = dielectric.ats_permittivity(T, B, ats, 1.0)
    assert np.all(np.abs(slow) < 1e-3 * np.abs(resonant))


@pytest.mark.parametrize(
    ("name", "bad"),
    [("T", 0.0), ("B", np.nan), ("ats", "BK7"), ("strength", -1.0), ("Gamma", 0.0),
     ("omega", 0.0), ("omega", [1.0, 2.0]), ("orientation", "mean"), ("geometry", "across")],
)  # fmt: skip
def test_bad_input_of_the_relaxing_part(name, bad):
    good = {"T": 0.05, "B": 1.0, "ats": EXTREMES[3], "strength": 1.0, "Gamma": 3e-10, "omega": 1e4}
    with pytest.raises(ValueError, match=rf"^{name} "):
        dielectric.ats_permittivity_relaxing(**(good | {name: bad}))


def test_the_rows_change_sign():
    """So that both sides of a zero are looked at."""
    rows = [population(row) for row in PERMITTIVITY + LOSS]
    crossings = [
        both_sides_of_zero(0.05, lambda T, B, a=ats: dielectric.ats_permittivity(T, B, a, 1.0)).size
        for ats in rows
    ]
    assert sum(n >= 2 for n in crossings) >= 8


@pytest.mark.parametrize("row", [pytest.param(r, id=r.case) for r in ZERO_FIELD])
def test_two_level_systems_of_the_published_rows(row):
    T, omega = np.array([[2e-3], [0.06], [1.0], [100.0]]), 2 * np.pi * np.array([10.0, 3e4])
    for cutoffs in ((3.9e-3, 10.0), (1e-5, 10.0)):
        arguments = (row.A_2LS, row.gamma_s_K3, *cutoffs)
        plain = np.array([two_level(t, omega, *arguments) for t in T[:, 0]])
        parts = dielectric.two_level_permittivity(T, omega, *arguments)
        parts += (dielectric.two_level_loss(T, omega, *arguments),)
        for k in range(3):
            np.testing.assert_allclose(parts[k], plain[:, k], rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    "row", [pytest.param(r, id=r.case) for r in ZERO_FIELD if np.isfinite(r.A_ATS)]
)
def test_zero_field_of_the_published_rows(row):
    """From 3 mK on, where sech² is 1e-126 and more."""
    T, omega = np.geomspace(3e-3, 100, 12)[:, None], 2 * np.pi * np.array([10.0, 1e3, 3e4])
    arguments = (row.A_ATS, row.Gamma_s_K5, row.D_min_K)
    plain = np.array([[ats_zero_field(t, w, *arguments) for w in omega] for t in T[:, 0]])
    parts = dielectric.ats_permittivity_zero_field(T, omega, *arguments)
    for k in range(2):
        np.testing.assert_allclose(parts[k], plain[..., k], rtol=1e-9, atol=0)


@pytest.mark.parametrize("orientation", ["average", "parallel"])
@pytest.mark.parametrize("ats", EXTREMES)
def test_permittivity_at_the_extremes(ats, orientation):
    T, B = np.array([1e-3, 0.05, 1.0, 100.0])[:, None], np.array([3e-3, 0.1, 20.0])
    change = dielectric.ats_permittivity(T, B, ats, 1.0, orientation)
    plain = [[ats_permittivity(t, b, ats, 1.0, orientation, ("isotropic",))["isotropic"]
              for b in B] for t in T[:, 0]]  # fmt: skip
    np.testing.assert_allclose(change, plain, rtol=1e-9, atol=0)


@pytest.mark.parametrize("slowness", [1e-9, 1e-5, 1e-2])
@pytest.mark.parametrize("ats", EXTREMES)
def test_loss_at_the_extremes(ats, slowness):
    """ωΓ [K⁵] from far above to far below the resonance ωτ = 1 of the thermal systems.

    The plain difference at 0.1 T has lost four of its digits where D0_max is smallest.
    """
    T, B = np.array([1e-3, 0.05, 1.0, 100.0])[:, None], np.array([0.1, 1.0, 20.0])
    for orientation in ("average", "parallel"):
        change = dielectric.ats_loss(T, B, ats, 1.0, slowness, 1.0, orientation)
        plain = np.array([[
            ats_loss(t, b, ats, 1.0, slowness, 1.0, orientation, ("isotropic",))["isotropic"]
            for b in B] for t in T[:, 0]])  # fmt: skip
        kept = np.abs(plain) > SMALLEST
        np.testing.assert_allclose(change[kept], plain[kept], rtol=1e-9, atol=0)
        assert np.all(np.abs(change[~kept]) < 2 * SMALLEST)


@pytest.mark.parametrize(
    ("index", "orientation", "geometry"),
    [(3, "average", "perpendicular"), (10, "parallel", "isotropic"), (1, "average", "parallel")],
)
def test_weak_fields(index, orientation, geometry):
    """A microtesla, alone and beside 20 T: the change is 1e-11 of the integrand, in 36 digits."""
    ats, T, B = EXTREMES[index], 0.05, 1e-6
    for kind, slowness, scale in (
        ("resonant", None, 0.5), ("loss", 1e-5, 1 / (4 * T)), ("relaxing", 1e-5, 1 / (4 * T)),
    ):  # fmt: skip
        exact = scale * mpmath_field_average(kind, T, B, ats, orientation, geometry, slowness)
        function = {"loss": dielectric.ats_loss}.get(kind, dielectric.ats_permittivity_relaxing)
        for fields in (B, [B, 20.0]):
            if kind == "resonant":
                change = dielectric.ats_permittivity(T, fields, ats, 1.0, orientation, geometry)
            else:
                change = function(T, fields, ats, 1.0, slowness, 1.0, orientation, geometry)
            assert np.ravel(change)[0] == pytest.approx(exact, rel=1e-9, abs=0)


@pytest.mark.parametrize("D0_min", [1e-8, 1e-4, 0.5])
def test_two_level_systems_at_the_extremes(D0_min):
    """Cutoffs ten decades apart or meeting, ωτ from 1e-16 to 1e16."""
    T, omega = np.array([[1e-3], [1.0], [100.0]]), np.array([1e-3, 1e9])
    for D0_max in (D0_min * (1 + 1e-3), 100.0):
        plain = np.array([two_level(t, omega, 1.0, 5e-8, D0_min, D0_max) for t in T[:, 0]])
        parts = dielectric.two_level_permittivity(T, omega, 1.0, 5e-8, D0_min, D0_max)
        parts += (dielectric.two_level_loss(T, omega, 1.0, 5e-8, D0_min, D0_max),)
        for k in range(3):
            kept = plain[:, k] > SMALLEST
            np.testing.assert_allclose(parts[k][kept], plain[:, k][kept], rtol=1e-9, atol=0)


CALLS = {
    "ats_permittivity": lambda T, B: dielectric.ats_permittivity(T, B, EXTREMES[3], 1e-5),
    "ats_loss": lambda T, B: dielectric.ats_loss(T, B, EXTREMES[3], 1e-5, 3e-10, 1e4),
    "relaxing": lambda T, B: dielectric.ats_permittivity_relaxing(
        T, B, EXTREMES[3], 1e-5, 3e-10, 1e4
    ),
    "perpendicular": lambda T, B: dielectric.ats_permittivity(
        T, B, EXTREMES[0], 1e-5, "parallel", "perpendicular"
    ),
    "two_level": lambda T, x: dielectric.two_level_permittivity(T, 1e4 * x, 1e-3, 5e-8, 1e-3, 10.0)[
        1
    ],
    "resonant": lambda T, x: dielectric.two_level_permittivity(T, 1e4 * x, 1e-3, 5e-8, 1e-3, 10.0)[
        0
    ],
    "two_level_loss": lambda T, x: dielectric.two_level_loss(T, 1e4 * x, 1e-3, 5e-8, 1e-3, 10.0),
    "zero_field": lambda T, x: dielectric.ats_permittivity_zero_field(T, 1e4 * x, 1e-3, 4e-6, 0.87)[
        1
    ],
    "zero_field_resonant": lambda T, x: dielectric.ats_permittivity_zero_field(
        T, 1e4 * x, 1e-3, 4e-6, 0.87
    )[0],
    "correlator": lambda E, x: dielectric.dipole_correlator(E + 10, x),
}


@pytest.mark.parametrize("name", CALLS)
def test_broadcasting_equals_point_by_point(name):
    """To 1e-9: the nodes depend on the largest field and temperature of a call."""
    function, rng = CALLS[name], np.random.default_rng(7)
    T, x = 10 ** rng.uniform(-2, 1, size=9), rng.uniform(0.01, 8, size=7)
    points = np.array([[function(t, y) for y in x] for t in T])
    for values, expected in [
        (function(T[:, None], x), points),
        (function(T, x[:, None]), points.T),
        (function(*np.broadcast_arrays(T[:, None], x)), points),
        (function(T[:7], x), np.diagonal(points[:7])),
        (function(np.broadcast_to(T[:, None], (9, 7)), x), points),
        (function(T[:, None, None], x), points[:, None]),
    ]:
        assert values.shape == expected.shape
        np.testing.assert_allclose(values, expected, rtol=1e-9)


@pytest.mark.parametrize("name", CALLS)
def test_scalar_in_scalar_out_and_empty_in_empty_out(name):
    function = CALLS[name]
    assert isinstance(function(1, 1), float)
    assert function(np.empty((0, 1)), np.ones(3)).shape == (0, 3)
    assert function(1.0, np.empty(0)).shape == (0,)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_no_field_no_change(orientation, geometry):
    ats = EXTREMES[3]
    for B in (0.0, [0.0, -0.0], [0.0, 3.0], 1e-300, [1e-160, 0.0, 1e-12]):
        for change in (
            dielectric.ats_permittivity(0.05, B, ats, 1.0, orientation, geometry),
            dielectric.ats_loss(0.05, B, ats, 1.0, 3e-10, 1e4, orientation, geometry),
            dielectric.ats_permittivity_relaxing(
                0.05, B, ats, 1.0, 3e-10, 1e4, orientation, geometry
            ),
        ):
            zero = np.asarray(B) == 0
            assert np.all(np.asarray(change)[zero] == 0)
            assert np.all(np.isfinite(change))


@pytest.mark.parametrize("ats", EXTREMES)
def test_no_warning_and_no_nan_at_the_extremes(ats):
    T = np.array([1e-6, 1e-3, 100.0, 1e5])[:, None]
    B = np.array([-20.0, 0.0, 1e-300, 1e-12, 1e-6, 1e-3, 20.0, 1e3])
    omega = np.array([1e-6, 1e4, 1e12])
    with np.errstate(divide="raise", over="raise", invalid="raise"):
        for values in (
            dielectric.ats_permittivity(T, B, ats, 1.0),
            dielectric.ats_loss(T, B, ats, 1.0, 3e-10, 1e4),
            dielectric.ats_permittivity_relaxing(T, B, ats, 1.0, 3e-10, 1e4),
            *dielectric.two_level_permittivity(T, omega, 1.0, 5e-8, 1e-6, 1e3),
            dielectric.two_level_loss(T, omega, 1.0, 5e-8, 1e-6, 1e3),
            *dielectric.ats_permittivity_zero_field(T, omega, 1.0, 4e-6, ats.D_min),
        ):
            assert np.all(np.isfinite(values))
    change = dielectric.ats_permittivity(T, B, ats, 1.0)
    np.testing.assert_array_equal(change[:, 0], change[:, 6])


def peak_memory(function):
    """Most memory [MB] that NumPy held at once."""
    tracemalloc.start()
    function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def test_large_surfaces_and_many_points_need_little_memory():
    """A million points, 8 MB an array; a thousand pairs are no surface."""
    T, B = np.geomspace(0.01, 1, 1000), np.linspace(0, 1, 1000)
    ats = EXTREMES[1]
    assert peak_memory(lambda: dielectric.ats_permittivity(T[:, None], B, ats, 1.0)) < 100
    paired = np.linspace(0.02, 1, 1000)
    assert peak_memory(lambda: dielectric.ats_permittivity(paired, paired, ats, 1.0)) < 6
    omega = np.geomspace(1, 1e6, 30)
    zero = peak_memory(
        lambda: dielectric.ats_permittivity_zero_field(T[:, None], omega, 1.0, 4e-6, 0.87)
    )
    two = peak_memory(lambda: dielectric.two_level_loss(T[:, None], omega[:10], 1.0, 5e-8, 0.01, 1))
    assert max(zero, two) < 100


@pytest.mark.parametrize("wells", [2, 3, 4])
def test_dipole_correlator_of_random_polygons(wells):
    """Σ p_i·p_j (δ_ij - E_i E_j/E²)/3 for regular polygons, asymmetries in all directions.

    The mean over directions of Σ E_i E_j p_i·p_j is taken over a rotated basis of the
    asymmetries, which averages a quadratic form exactly.
    """
    rng = np.random.default_rng(wells)
    angle = 2 * np.pi * np.arange(wells) / wells
    dipoles = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    flat = np.linalg.qr(np.column_stack([np.ones(wells), rng.normal(size=(wells, wells - 1))]))[0]
    for D, s in ((1.0, 0.0), (0.3, 0.7), (0.1, 2.0)):
        E2, found = D * D + s * s, 0.0
        rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        turned = dipoles @ rotation
        for direction in flat.T[1:]:  # ΣE_i = 0, ΣE_i² = D²
            E = D * direction
            field = np.eye(3)  # along each axis: the mean over directions of the field
            seen = turned @ field
            found += np.sum(seen**2) - np.sum((E @ seen) ** 2) / E2
        found /= 3 * (wells - 1)
        correlator = dielectric.dipole_correlator(np.sqrt(E2), s, wells)
        assert correlator == pytest.approx(found, rel=1e-12)


def test_dipole_correlator_by_sampling():
    """The same for three wells with everything drawn; 4 standard errors."""
    rng, count, D, s = np.random.default_rng(3), 100_000, 0.8, 0.6
    angle, field = rng.uniform(0, 2 * np.pi, count), rng.normal(size=(count, 3))
    field /= np.linalg.norm(field, axis=1)[:, None]
    energies = D * np.sqrt(2 / 3) * np.cos(angle[:, None] + 2 * np.pi * np.arange(3) / 3)
    corners = 2 * np.pi * np.arange(3) / 3
    seen = field[:, :1] * np.cos(corners) + field[:, 1:2] * np.sin(corners)
    values = np.sum(seen**2, axis=1) - np.sum(energies * seen, axis=1) ** 2
    error = values.std() / np.sqrt(count)
    assert abs(values.mean() - dielectric.dipole_correlator(1.0, s)) < 4 * error
