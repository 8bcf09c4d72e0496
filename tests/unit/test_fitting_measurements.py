"""Files of measurements: units, curves, and one message for all faults with line and remedy."""

import make_examples
import numpy as np
import pytest

from etm import fitting, tables
from etm.fitting.columns import OBSERVABLES, UNITS, factor, header, remark

HEAD = "T [mK], B [kOe], C [µJ/(g K)], error [nJ/(g K)]"
ROWS = ["100, 0, 1.5, 2", "200, 1, 2.5, 2", "100, 2, 3.5, 2", "200, 3, 1e1, 2", "200, -4, -5, 2"]


@pytest.fixture
def write(tmp_path):
    """Write lines to a file and return its path."""

    def written(*lines, name="data.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


def faults(path, observable="heat-capacity"):
    """The lines of the message about a file."""
    with pytest.raises(fitting.MeasurementError) as raised:
        fitting.read(path, observable)
    assert str(path) in str(raised.value)
    return str(raised.value).splitlines()


def test_a_file_in_other_units(write):
    data = fitting.read(
        write("# a comment", HEAD, "", *ROWS[:3], "# 1, 2", *ROWS[3:]), "heat-capacity"
    )
    np.testing.assert_allclose(data.T, [0.1, 0.2, 0.1, 0.2, 0.2], rtol=1e-15)
    np.testing.assert_allclose(data.B, [0, 0.1, 0.2, 0.3, -0.4], rtol=1e-15)
    np.testing.assert_allclose(data.value, [1.5e-6, 2.5e-6, 3.5e-6, 1e-5, -5e-6], rtol=1e-15)
    np.testing.assert_allclose(data.error, 2e-9, rtol=1e-15)
    assert data.lines.tolist() == [4, 5, 6, 8, 9]
    assert data.curves == ("0.1 K", "0.2 K")
    assert data.reference is None
    assert len(data.only("0.1 K")) == 2


def test_curves_are_fields_where_fields_are_fewer(write):
    rows = [f"{T}, {B}, 1, 1" for B in (1, 2) for T in (2, 3, 4)]
    data = fitting.read(write("T [K], B [T], M [emu/g], error [emu/g]", *rows), "magnetization")
    assert data.curves == ("1 T", "2 T")
    np.testing.assert_allclose(data.value, 1e-3)


def test_labels_reference_and_experiment(write):
    head = "curve, T [K], B [T], A, error, B_ref [mT], frequency [GHz], tau1 [ns], tau2 [us], tau12 [μs]"
    rows = [f"run {k % 2}, 1, {k}, 1, 0.1, 50, 2, 100, 0.2, 3" for k in range(6)]
    data = fitting.read(write(head, *rows), "echo")
    assert data.curves == ("run 0", "run 1")
    np.testing.assert_allclose(data.reference, 0.05)
    found = {name: column[0] for name, column in data.extra.items()}
    assert found == pytest.approx({"frequency": 2e9, "tau1": 1e-7, "tau2": 2e-7, "tau12": 3e-6})


@pytest.mark.parametrize(
    ("text", "column", "size"),
    [
        ("C [J/(g K)]", "C", 1.0),
        ("C [ µJ / (g·K) ]", "C", 1e-6),
        ("C [μJ/g/K]", "C", 1e-6),
        ("C [mJ/(kg K)]", "C", 1e-6),
        ("M [A m²/g]", "M", 1.0),
        ("M [A·m^2/kg]", "M", 1e-3),
        ("B [kG]", "B", 0.1),
        ("B [Oe]", "B", 1e-4),
        ("loss", "loss", 1.0),
        ("epsilon [ppm]", "epsilon", 1e-6),
        ("A [%]", "A", 0.01),
        ("tau12 [µs]", "tau12", 1e-6),
        *(
            (f"C [{u}]", "C", 1e-3)
            for u in (
                "mJ/gK",
                "mJ/(g K)",
                "mJ/g/K",
                "mJ g^-1 K^-1",
                "mJ/(g·K)",
                "mJ/g K",
                "mJ g⁻¹ K⁻¹",
                "mJ·g-1·K-1",
                "mJ g$^{-1}$ K$^{-1}$",
                "mJ/(K g)",
                "J/kgK",
            )
        ),
        ("C (\u00b5J/gK)", "C", 1e-6),
        ("C (\u03bcJ/(g K))", "C", 1e-6),
        ("C [uJ/gK]", "C", 1e-6),
        ("T (Kelvin)", "T", 1.0),
        ("T [millikelvin]", "T", 1e-3),
        ("B [Tesla]", "B", 1.0),
        ("B [kA/m]", "B", 4e-4 * np.pi),
        ("M [emu g^-1]", "M", 1e-3),
        ("M [Am²/kg]", "M", 1e-3),
        ("epsilon [10^-6]", "epsilon", 1e-6),
        ("epsilon [10⁻⁶]", "epsilon", 1e-6),
        ("loss [‰]", "loss", 1e-3),
        ("frequency [kilohertz]", "frequency", 1e3),
    ],
)
def test_spellings_of_units(text, column, size):
    name, unit = header(text)
    assert name == column
    assert factor(column, unit) == pytest.approx(size, rel=1e-15)


@pytest.mark.parametrize(
    ("column", "unit", "words"),
    [
        ("C", "J/(mol K)", "per mole: divide by the molar mass"),
        ("C", "mJ/cm^3/K", "per volume: divide by the density"),
        ("C", "J/K", "not per gram: divide by the mass"),
        ("C", "J/(g K2)", ""),
        ("C", "MJ/(g K)", ""),
        ("M", "emu", "not per gram: divide by the mass"),
        ("M", "emu/mol", "per mole"),
        ("M", "emu/cm3", "per volume"),
        ("T", "°C", "no kelvin"),
        ("T", "mk", ""),
        ("B", "t", ""),
        ("epsilon", "pF", "relative change"),
    ],
)
def test_units_that_are_none_are_refused_with_the_remedy(column, unit, words):
    assert factor(column, unit) is None
    assert words in remark(column, unit)
    assert bool(words) == bool(remark(column, unit))


def test_a_refused_unit_names_remedy_and_legal_ones(write):
    head = HEAD.replace("µJ/(g K)", "mJ/(mol K)")
    message = faults(write(head, *ROWS))
    assert "unit 'mJ/(mol K)', per mole: divide by the molar mass" in message[1]
    assert message[1].endswith(", ".join(UNITS["C"]))
    message = faults(write(head.replace("error", "noise"), *ROWS))
    assert message[2].endswith("name it one of T, B, C, error, curve, B_ref")


def test_a_magnetic_field_H_is_said_to_be_taken_as_B(write):
    data = fitting.read(write(HEAD, *ROWS), "heat-capacity")
    assert data.notes == (
        "B is given in kOe, a unit of H: taken as B = µ0 H, 1 kOe = 0.1 T; what the sample itself"
        " adds is left out",
    )
    plain = HEAD.replace("kOe", "kG").replace("1.5", "1.0")
    tesla = fitting.read(write(plain, *ROWS), "heat-capacity")
    assert tesla.notes == ()
    np.testing.assert_array_equal(tesla.B, data.B)
    report = fitting.fit(data, "iron").report()
    assert "Note       B is given in kOe" in report
    assert fitting.Fit.from_json(fitting.fit(data, "iron").to_json()).report() == report


def test_every_unit_is_read_as_it_is_offered():
    for column, units in UNITS.items():
        for unit, size in units.items():
            assert factor(column, header(f"{column} [{unit}]")[1]) == size


def test_every_unit_is_on_the_page():
    page = (tables.DATA.parent / "book" / "api" / "fitting.md").read_text(encoding="utf-8")
    for units in UNITS.values():
        for unit in units:
            assert f"`{unit.replace('u', 'µ', 1) if unit.startswith('u') else unit}`" in page


FAULTS = {
    "unknown unit": ([HEAD.replace("mK", "mF"), *ROWS], ["line 1", "'T'", "'mF'", "K, mK, uK"]),
    "no unit": ([HEAD.replace(" [kOe]", ""), *ROWS], ["line 1", "'B'", "no unit", "kOe"]),
    "missing column": (
        [HEAD.rsplit(",", 1)[0], *(r.rsplit(",", 1)[0] for r in ROWS)],
        ["line 1", "'error' is missing", "add 'error [J/(g K)]'"],
    ),
    "double column": (
        [HEAD + ", B [T]", *(r + ", 1" for r in ROWS)],
        ["line 1", "'B'", "twice", "remove or rename"],
    ),
    "unknown column": (
        [HEAD + ", B_reff [T]", *(r + ", 1" for r in ROWS)],
        ["line 1", "'B_reff [T]'", "not known", "B_ref"],
    ),
    "NaN": (["# x", HEAD, *ROWS, "100, nan, 1, 1"], ["line 8", "B [kOe]", "'nan'", "#"]),
    "empty": ([HEAD, *ROWS, "100, 1, , 1"], ["line 7", "C [µJ/(g K)]", "empty", "fill it in"]),
    "a word": ([HEAD, "cold, 1, 1, 1", *ROWS], ["line 2", "T [mK]", "'cold'", "fill it in"]),
    "infinite": ([HEAD, "100, inf, 1, 1", *ROWS], ["line 2", "B [kOe]", "'inf'"]),
    "negative T": ([HEAD, "-100, 1, 1, 1", *ROWS], ["line 2", "T [mK]", "-100", "> 0"]),
    "error of 0": ([HEAD, *ROWS, "100, 1, 1, 0"], ["line 7", "error", "0 must be > 0"]),
    "long row": ([HEAD, *ROWS, "100, 1, 1, 1, 1"], ["line 7", "5 entries under 4", "complete"]),
    "short row": ([HEAD, *ROWS, "100, 1, 1"], ["line 7", "3 entries under 4"]),
    "no curves": (
        [HEAD, *(f"{100 + 10 * k}, {k}, 1, 1" for k in range(6))],
        ["every point", "add a column 'curve'"],
    ),
    "few points": ([HEAD, *ROWS[:4]], ["4 points", "at least 5", "add"]),
    "semicolons": ([HEAD.replace(",", ";"), *ROWS], ["line 1", "commas"]),
    "decimal commas": (
        [HEAD.replace(",", ";"), *(r.replace(",", ";").replace(".", ",") for r in ROWS)],
        ["line 1", "commas", "decimal point"],
    ),
    "field unit": ([HEAD, *ROWS, "100, 2000, 1, 1"], ["line 7", "B [kOe]", "200 T cannot be"]),
    "temperature unit": (
        [HEAD.replace("mK", "K"), *ROWS, "500, 1, 1, 1"],
        ["line 7", "T [K]", "500 K cannot be", "check the unit"],
    ),
    "bracket": ([HEAD.replace("[mK]", "[mK"), *ROWS], ["line 1", "'T [mK'", "not known"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_names_line_column_and_remedy(name, write):
    lines, words = FAULTS[name]
    message = faults(write(*lines))
    assert any(all(word in line for word in words) for line in message[1:]), message


def test_permittivity_itself_is_refused_with_the_remedy(write):
    head = "T [mK], B [T], epsilon [1], error [1]"
    rows = [f"100, {k}, 6.1{k}, 1e-5" for k in range(1, 7)]
    message = faults(write(head, *rows), "permittivity")
    assert len(message) == 7
    assert "6.11 cannot be; epsilon is the relative change Δε/ε" in message[1]
    small = [f"100, {k}, 1.{k}e-5, 1e-6" for k in range(1, 7)]
    assert len(fitting.read(write(head, *small), "permittivity")) == 6


def test_a_thermometer_that_jitters_makes_no_new_curves(write):
    jitter = (-0.3, 0.1, 0.2, 0.0, 0.3, -0.2)
    rows = [f"{T + d}, {k}, 1, 1" for T in (77, 88) for k, d in enumerate(jitter)]
    data = fitting.read(write(HEAD, *rows), "heat-capacity")
    assert len(data.curves) == 2
    assert [np.sum(data.curve == c) for c in data.curves] == [6, 6]
    np.testing.assert_allclose(data.T[:2], [0.0767, 0.0771])  # each keeps its own
    scan = [f"{T}, {B}, 1, 1" for B in (1, 2) for T in np.arange(100, 104, 0.5)]
    assert fitting.read(write(HEAD, *scan), "heat-capacity").curves == ("0.1 T", "0.2 T")


def test_every_frequency_has_its_curves(write):
    head = "T [mK], B [T], epsilon, error, frequency [kHz]"
    rows = [f"{T}, {B}, 0, 1e-6, {f}" for f in (1, 9) for T in (50, 90) for B in range(6)]
    data = fitting.read(write(head, *rows), "permittivity")
    assert data.curves == tuple(f"{T} K, {f} Hz" for f in (1000, 9000) for T in (0.05, 0.09))


def test_faults_are_listed_by_line(write):
    message = faults(write(HEAD, "x, 1, 1, 1", "100, 1, x, 1", "x, 1, 1, 0", *ROWS))
    assert [line.split(",")[0].strip() for line in message[1:]] == [
        "line 2",
        "line 3",
        "line 4",
        "line 4",
    ]


def test_rows_of_a_wrong_length_are_one_fault(write):
    message = faults(write(HEAD, *(row + "," for row in ROWS)))
    assert len(message) == 2
    assert "lines 2, 3, 4, 5, 6: 5 entries under 4 heads" in message[1]


def test_all_faults_of_a_file_are_in_one_message(write):
    message = faults(write(HEAD, "100, x, 1, 1", "-5, 1, nan, 1", "100, 1, 1, 1"))
    assert message[0].endswith("4 faults, nothing was read")
    assert len(message) == 5


def test_many_faults_are_counted(write):
    message = faults(write(HEAD, *["100, x, 1, 1"] * 50))
    assert len(message) == 22
    assert message[-1] == "  and 30 more"


def test_files_that_are_no_text(tmp_path):
    (tmp_path / "latin.csv").write_bytes(HEAD.encode("latin-1"))
    assert "line 1: not UTF-8" in faults(tmp_path / "latin.csv")[0]
    (tmp_path / "latin.csv").write_bytes(("# a\n# b\n" + HEAD).encode("latin-1"))
    assert "line 3: not UTF-8; save" in faults(tmp_path / "latin.csv")[0]
    (tmp_path / "empty.csv").write_text("# nothing\n\n")
    assert "no line but comments" in faults(tmp_path / "empty.csv")[0]
    with pytest.raises(FileNotFoundError):
        fitting.read(tmp_path / "nowhere.csv", "loss")


def test_unknown_observables_and_curves_are_refused(write):
    with pytest.raises(ValueError, match="observable = 'sound': must be one of"):
        fitting.read(write(HEAD, *ROWS), "sound")
    data = fitting.read(write(HEAD, *ROWS), "heat-capacity")
    with pytest.raises(ValueError, match="curve = '3 K'"):
        data.only("3 K")


@pytest.mark.parametrize("observable", OBSERVABLES)
def test_examples_are_reproduced_and_say_that_they_are_synthetic(observable):
    text = fitting.example(observable).read_text(encoding="utf-8")
    assert text == make_examples.text(observable)
    assert text.startswith("# SYNTHETIC")
    data, made = (
        fitting.read(fitting.example(observable), observable),
        make_examples.measurements(observable),
    )
    assert data.curves == made.curves
    np.testing.assert_allclose(data.T, made.T, rtol=1e-5)
    np.testing.assert_allclose(data.B, made.B, rtol=1e-5)
    assert np.abs(data.value - made.value).max() < 0.01 * made.error.min()
