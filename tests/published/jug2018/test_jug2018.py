"""What Jug 2018 prints: Tables 1–4 (those of 2016), the levels (eq. 8) and the density (eq. 13)."""

import numpy as np
import pytest

import etm

TABLES = {
    "jug2016_table1": [("Fe2+", 1.06e17, 14.23), ("Fe3+", 5.00e16, 6.69), ("ATS", 5.19e16, None)],
    "jug2016_table2": [
        (0.60, 0.49, 4.77e4, 3.09e5),
        (0.90, 0.53, 5.07e4, 2.90e5),
        (1.36, 0.55, 5.95e4, 2.61e5),
    ],
    "jug2016_table3": [("Fe2+", 3.21e17, 33.01), ("Fe3+", 2.11e17, 21.63), ("ATS", 8.88e16, None)],
    # the temperature of the first row is lost in the scan of this paper
    "jug2016_table4": [
        (None, 0.34, 4.99e4, 2.68e5),
        (1.23, 0.32, 5.30e4, 2.50e5),
        (1.36, 0.32, 5.54e4, 2.46e5),
    ],
}
"""Transcribed from Jug 2018, independently of the tables of 2016; None where nothing is printed."""


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_those_of_2016(name):
    rows = list(etm.tables.read(name).itertuples(index=False))
    for row, printed in zip(rows, TABLES[name], strict=True):
        for value, expected in zip(row, printed, strict=True):
            assert expected is None or value == expected


def levels_as_printed(E, D0, phase, first=6, second=6, ordered=True):
    """Eq. 8: Viète's roots for ΣE = 0, with the two denominators and the reading of Σ_{i≠j}."""
    pairs = E[0] * E[1] + E[1] * E[2] + E[2] * E[0]
    sum_pairs = 2 * pairs if ordered else pairs
    radius = np.sqrt(D0**2 - sum_pairs / first)
    cosine = (D0**3 * np.cos(phase) + E.prod() / 2) / np.sqrt(D0**2 - sum_pairs / second) ** 3
    theta = np.arccos(cosine)
    return np.sort(2 * radius * np.cos((theta + 2 * np.pi * np.array([0, 1, -1])) / 3))


def random_wells(seed):
    rng = np.random.default_rng(seed)
    for _ in range(300):
        E = etm.wells.asymmetries_from_polar(rng.uniform(0.1, 3), rng.uniform(0, 2 * np.pi))
        yield E, rng.uniform(0.3, 2), rng.uniform(0.2, 3)


def test_levels_as_printed_are_right_with_ordered_pairs():
    """Viète's levels hold with 6 and 6 if each pair of wells is counted twice, and with 3 and 3 if once."""
    for E, D0, phase in random_wells(1):
        exact = np.linalg.eigvalsh(etm.wells.three_well(E, D0, phase))
        np.testing.assert_allclose(levels_as_printed(E, D0, phase), exact, atol=1e-12)
        np.testing.assert_allclose(levels_as_printed(E, D0, phase, 3, 3, False), exact, atol=1e-12)
        np.testing.assert_allclose(etm.wells.three_well_levels(E, D0, phase), exact, atol=1e-13)


@pytest.mark.parametrize("reading", [(6, 6, False), (3, 3, True), (6, 3, True), (6, 3, False)])
def test_no_other_reading_of_the_levels_is_right(reading):
    """(6, 3) is what Jug & Paliienko 2013, eq. 7 prints."""
    wrong = []
    for E, D0, phase in random_wells(2):
        exact = np.linalg.eigvalsh(etm.wells.three_well(E, D0, phase))
        with np.errstate(invalid="ignore"):
            printed = levels_as_printed(E, D0, phase, *reading)
        wrong.append(not np.allclose(printed, exact, atol=1e-3))
    assert np.mean(wrong) > 0.95


def density_as_printed(E, ats, a, b):
    """Eq. 13 times n_ATS, with a, b for D0min φ and D0max φ."""
    if np.hypot(ats.D_min, b) < E:
        inside = ats.D0_max / ats.D0_min * np.sqrt((E**2 - a**2) / (E**2 - b**2))
    elif np.hypot(ats.D_min, a) <= E:
        inside = np.sqrt((E**2 - a**2) * (E**2 - ats.D_min**2)) / (a * ats.D_min)
    else:
        return 0.0
    return 2 * np.pi * ats.density / E * np.log(inside)


@pytest.mark.parametrize("orientation", ["parallel", "rms"])
@pytest.mark.parametrize("B", [1e-3, 0.05, 0.5, 5.0])
def test_density_as_printed(B, orientation):
    ats = etm.glasses.load("BAS").at(0.90)
    a, b = ats.field_energies(B, orientation)
    assert b == pytest.approx(
        2.90e5 * 1.519267447878626e-5 * B / (3**0.5) ** (orientation == "rms")
    )
    E = np.geomspace(0.1, 100, 400)
    printed = [density_as_printed(e, ats, a, b) for e in E]
    np.testing.assert_allclose(
        ats.gap_density(E, B, orientation), printed, rtol=1e-9, atol=1e-9 * ats.density
    )
