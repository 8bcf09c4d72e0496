"""Units of measurements against their definitions, and values that no cryostat has."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy import constants

from etm import fitting
from etm.fitting.columns import UNITS, factor, header, remark, spelled

PREFIXES = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9}
EMU = 1e-3  # 1 erg/G is 1e-7 J over 1e-4 T
DEFINED = {
    "K": 1,
    "T": 1,
    "G": 1e-4,
    "Oe": 1e3 / (4 * np.pi) * constants.mu_0,
    "A/m": constants.mu_0,
    "Hz": 1,
    "s": 1,
    "J/(g K)": 1,
    "J/(kg K)": 1 / 1000,
    "A m2/g": 1,
    "A m2/kg": 1 / 1000,
    "emu/g": EMU,
    "1": 1,
    "%": 1 / 100,
    "ppm": 1 / 1_000_000,
}


def defined(unit):
    """The size of a unit from its definition and its prefix."""
    if unit in DEFINED:
        return DEFINED[unit]
    if unit.startswith("1e-"):
        return 10 ** -int(unit[3:])
    return 10 ** PREFIXES[unit[0]] * DEFINED[unit[1:]]


@pytest.mark.parametrize("column", UNITS)
def test_every_unit_has_the_size_of_its_definition(column):
    for unit in UNITS[column]:
        assert factor(column, unit) == pytest.approx(defined(unit), rel=1e-9)
    assert factor(column, next(iter(UNITS[column]))) == 1


@pytest.mark.parametrize(
    ("column", "unit", "words"),
    [
        ("M", "A m2", "not per gram"),
        ("C", "nJ/K", "not per gram"),
        ("C", "µJ/mol/K", "per mole"),
        ("M", "A m2/m3", ""),
        ("B", "kA/m", "taken as B = µ0 H, 1 kA/m = 0.001257 T"),
        ("B_ref", "Oe", "taken as B = µ0 H, 1 Oe = 0.0001 T"),
        ("B", "T", ""),
        ("C", "Oe", ""),
    ],
)
def test_what_is_said_of_a_unit(column, unit, words):
    found = remark(column, unit)
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("T", "T", None),
        (" T [ mK ] ", "T", "mK"),
        ("M (emu/g)", "M", "emu/g"),
        ("C [J/(g K)]", "C", "J/(g K)"),
        ("C (J/(g K))", "C", "J/(g K)"),
        ("error", "error", None),
        ("T [mK", "T [mK", None),
        ("T []", "T", ""),
    ],
)
def test_heads_of_columns(text, name, unit):
    assert header(text) == (name, unit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J g^-1 K^-1", "J/K/g"),
        ("m^2 A/g", "A m2/g"),
        ("A m^2 kg^-1", "A m2/kg"),
        ("Am2/kg", "m2 A kg-1"),
        ("millikelvins", "mK"),
        ("10^(-6)", "1e-6"),
        ("E-6", "1e-6"),
    ],
)
def test_one_spelling_for_what_means_the_same(one, other):
    assert spelled(one) == spelled(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J/g K^2", "J/(g K)"),
        ("A m2/g", "A m/g"),
        ("J K/g", "J/(g K)"),
        ("J g", "J/g"),
        ("1e-5", "1e-6"),
    ],
)
def test_other_spellings_for_what_does_not(one, other):
    assert spelled(one) != spelled(other)


@pytest.fixture
def write(tmp_path):
    """Write lines to a file and return its path."""

    def written(*lines):
        path = tmp_path / "data.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


LIMITS = {
    "temperature": ("heat-capacity", "T [K], B [T], C, error", "{}, {k}, 1, 1", 400, 401, "T"),
    "field": ("heat-capacity", "T [K], B [T], C, error", "1.{k}, -{}, 1, 1", 100, 101, "B"),
    "reference": (
        "heat-capacity", "T [K], B [T], C, error, B_ref [T]", "1, {k}, 1, 1, {}", 100, 101, "B_ref",
    ),
    "permittivity": ("permittivity", "T [K], B [T], epsilon, error", "1, {k}, {}, 1", 0.5, 0.51, "epsilon"),
    "loss": (
        "loss", "T [K], B [T], loss, error, frequency [Hz]", "1, {k}, {}, 1, 1", 0.5, 0.51, "loss",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_values_that_no_glass_in_a_cryostat_has(name, write):
    observable, head, row, fine, wrong, column = LIMITS[name]
    head = head.replace(" C,", " C [J/(g K)],").replace(
        "error", "error [J/(g K)]" if " C," in head else "error"
    )
    data = fitting.read(write(head, *(row.format(fine, k=k) for k in range(6))), observable)
    assert len(data) == 6
    with pytest.raises(fitting.MeasurementError, match=f"column '{column}.* cannot be; "):
        fitting.read(write(head, *(row.format(wrong, k=k) for k in range(6))), observable)


HEAD = "T [K], B [T], C [J/(g K)], error [J/(g K)]"


@pytest.mark.parametrize(("spread", "count"), [(0.4, 1), (0.8, 1), (1.6, 2), (5.0, 2)])
def test_temperatures_within_a_percent_are_one(spread, count, write):
    """Two temperatures this many percent apart, each at four fields."""
    rows = [f"{T}, {k}, 1, 1" for T in (1, 1 + spread / 100) for k in range(4)]
    data = fitting.read(write(HEAD, *rows), "heat-capacity")
    assert len(data.curves) == count
    assert np.unique(data.T).size == 2


def test_labels_in_quotes_may_hold_commas(write):
    rows = [f'1, {k}, 1, 1, "up, first"' for k in range(3)]
    rows += [f'1, {k}, 1, 1, "down"' for k in range(3)]
    data = fitting.read(write(HEAD + ", curve", *rows), "heat-capacity")
    assert data.curves == ("up, first", "down")
    assert data.only("down").lines.tolist() == [5, 6, 7]


def test_measurements_cannot_be_changed_by_accident(write):
    """Nor compared number by number: each is itself, and may be kept in a set."""
    data = fitting.read(write(HEAD, *(f"1, {k}, 1, 1" for k in range(5))), "heat-capacity")
    with pytest.raises(FrozenInstanceError):
        data.T = data.B
    assert data in {data}
    assert data != data.where(np.arange(5))


def test_one_temperature_in_one_field_is_one_curve_whose_label_is_not_rounded(write):
    rows = ["1.23456, 0.5, 0, 1, 7"] * 6
    head = "T [K], B [T], epsilon, error, frequency [kHz]"
    data = fitting.read(write(head, *rows), "permittivity")
    assert data.curves == ("1.23456 K",)
    rows = [f"1.23456, {k}, 0, 1, 7" for k in range(6)]
    assert fitting.read(write(head, *rows), "permittivity").curves == ("1.23456 K",)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("T [K]\tB [T]\tC", "one column only; separate columns by commas"),
        ("T [K];B [T];C", "one column only; separate columns by commas"),
        ("T [K]", "column 'B' is missing; add 'B [T]'"),
        (HEAD.replace("B [T]", "B; [T]"), "column 'B' is missing; add 'B [T]'"),
    ],
)
def test_files_with_other_separators(head, words, write):
    with pytest.raises(fitting.MeasurementError) as raised:
        fitting.read(write(head, *["1, 2, 3, 4"] * 6), "heat-capacity")
    assert words in str(raised.value)
    assert ("one column" in str(raised.value)) == ("one column" in words)


@pytest.mark.parametrize(("wrong", "listed"), [(1, 1), (19, 19), (20, 20), (21, 20), (40, 20)])
def test_so_many_faults_are_listed(wrong, listed, write):
    rows = ["1, 2, 3, x"] * wrong + ["1, 2, 3, 4"] * 6
    with pytest.raises(fitting.MeasurementError) as raised:
        fitting.read(write(HEAD, *rows), "heat-capacity")
    lines = str(raised.value).splitlines()
    assert lines[0].endswith(f"{wrong} fault{'s' if wrong > 1 else ''}, nothing was read")
    assert sum("'x' is no number" in line for line in lines) == listed
    assert lines[-1].endswith(" more") == (wrong > listed)
    if wrong > listed:
        assert lines[-1] == f"  and {wrong - listed} more"
