"""What the command `etm` hands to a fit, without fitting."""

from pathlib import Path

import numpy as np
import pytest

import etm
from etm import cli, fitting

HEAT = ("fit", "C.csv", "--observable", "heat-capacity", "--model")
JOINT = (
    "fit",
    "C.csv",
    "M.csv",
    "--observable",
    "heat-capacity",
    "magnetization",
    "--model",
    "ats+iron",
    "ats",
)


class Stopped(ValueError):
    """In the place of a fit."""


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """Run the command in a folder with two files until so many fits have begun; what they were given."""
    for name, observable in (("C", "heat-capacity"), ("M", "magnetization")):
        text = fitting.example(observable).read_text(encoding="utf-8")
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def run(*arguments, fits=1):
        given = []

        class Found:
            converged = True
            names = staticmethod(lambda name: ())
            report = staticmethod(lambda: "REPORT")
            save = staticmethod(lambda folder, **options: [Path(folder) / "fit.json"])

        def fit(data, models, **options):
            given.append(([m.name for m in models], [len(d) for d in data], options))
            if len(given) == fits:
                raise Stopped("enough")
            return Found

        monkeypatch.setattr("etm.fitting.fit", fit)
        assert cli.main(arguments) == 2
        return given

    return run


def test_nothing_but_the_file_is_told(asked, capsys):
    ((models, sizes, options),) = asked(*HEAT, "ats+iron")
    assert models == ["ats+iron"]
    assert sizes == [len(fitting.read("C.csv", "heat-capacity"))]
    assert options == {"shared": None, "start": {}, "hold": [], "free": [], "per_curve": []}
    assert capsys.readouterr().err == "etm: enough\n"


def test_every_option_arrives(asked):
    ((_, _, options),) = asked(
        *HEAT, "ats+iron", "--start", "Dmin=0.3", "n_Fe2=2e1", "--hold", "n_Fe3", "Dmin",
        "--free", "n_Fe2", "--per-curve", "n_Fe2",
    )  # fmt: skip
    assert options["start"] == {"Dmin": 0.3, "n_Fe2": 20.0}
    assert (options["hold"], options["free"]) == (["n_Fe3", "Dmin"], ["n_Fe2"])
    assert options["per_curve"] == ["n_Fe2"]


@pytest.mark.parametrize(
    ("shared", "expected"),
    [([], None), (["--shared", "none"], []), (["--shared", "n_ATS", "Dmin"], ["n_ATS", "Dmin"])],
)
def test_what_several_files_share(shared, expected, asked):
    ((models, sizes, options),) = asked(*JOINT, *shared)
    assert models == ["ats+iron", "ats"]
    assert len(sizes) == 2
    assert options["shared"] == expected


@pytest.mark.parametrize("name", ["Duran", "duran", "DURAN"])
def test_a_published_glass_gives_the_start_unless_told(name, asked):
    ((_, _, options),) = asked(*HEAT, "ats", "--glass-start", name, "--start", "ln_width=0.5")
    T = fitting.read("C.csv", "heat-capacity").T.mean()
    expected = fitting.from_glass(etm.glasses.load("Duran"), T) | {"ln_width": 0.5}
    assert options["start"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("model", "compare", "rivals"),
    [
        ("ats+iron", [], [["two-level+iron"]]),
        ("ats+iron", ["--compare", "iron"], [["iron"]]),
        ("ats+iron", ["--compare", "none"], []),
        ("two-level+iron", [], []),
    ],
)
def test_the_rival_unless_told_has_no_anomalous_systems(model, compare, rivals, asked, monkeypatch):
    monkeypatch.setattr("etm.fitting.report.comparison_text", lambda *fits: "TABLE")
    given = asked(*HEAT, model, *compare, "--profile", "n_Fe2", fits=2)
    assert [models for models, *_ in given[1:]] == rivals


def test_a_rival_is_told_what_it_knows(asked):
    given = asked(
        *HEAT, "ats+iron", "--start", "Dmin=0.3", "n_Fe2=2", "--hold", "Dmin", "n_Fe2",
        "--free", "D0min", "n_Fe3", "--per-curve", "n_Fe3", "--shared", "n_Fe2", fits=2,
    )  # fmt: skip
    assert given[1][2] == {
        "shared": ["n_Fe2"], "start": {"n_Fe2": 2.0}, "hold": ["n_Fe2"], "free": ["n_Fe3"],
        "per_curve": ["n_Fe3"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*HEAT, "ats", "iron"), "--model: 2 given for 1 file(s); give one for each"),
        ((*JOINT, "--compare", "iron"), "--compare: 1 given for 2 file(s)"),
        ((*HEAT, "ats", "--profile", "E0"), "parameter 'E0': not in this fit"),
        ((*HEAT, "ats", "--per-curve", "gold"), "parameter 'gold': not known here"),
        ((*HEAT, "ats", "--start", "Dmin=cold"), "--start Dmin=cold: write NAME=VALUE"),
        (("fit", "none.csv", *HEAT[2:], "ats"), "none.csv: No such file or directory"),
        ((*HEAT, "ats", "--output", "C.csv"), "C.csv exists and was left as it is"),
        ((*HEAT, "ats", "--output", "C.csv", "--overwrite"), "C.csv is a file, not a folder"),
    ],
)
def test_faults_are_found_before_a_fit(arguments, words, asked, capsys):
    assert asked(*arguments) == []
    err = capsys.readouterr().err
    assert err.startswith("etm: ")
    assert words in err


@pytest.mark.parametrize("missing", ["--observable", "--model"])
def test_what_must_be_said(missing, asked, capsys):
    place = HEAT.index("--observable")
    other = ("--model", "ats") if missing == "--observable" else HEAT[place : place + 2]
    with pytest.raises(SystemExit) as stop:
        cli.main([*HEAT[:place], *other])
    assert stop.value.code == 2
    assert f"required: {missing}" in capsys.readouterr().err


def test_a_fit_tells_where_its_results_are(tmp_path, asked, capsys, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    code = cli.main([*HEAT, "iron", "--compare", "none", "--profile", "n_Fe2"])
    out = capsys.readouterr().out
    folder = Path("C-fit")
    assert code == 0
    assert (
        out.splitlines()[-1]
        == f"Written    {folder / 'fit.json'}, {folder / 'report.txt'}, {folder / 'figure.png'}"
    )
    assert all(len(line) <= 100 for line in out[out.index("Profile") :].splitlines()[:-2])
    assert "Against" not in out


def test_the_list_of_glasses_names_their_sources(capsys):
    assert cli.main(["glasses"]) == 0
    out = capsys.readouterr().out
    for name in etm.glasses.available():
        glass = etm.glasses.load(name)
        start = out.index(f"{name:<8}cutoffs fitted at")
        assert ", ".join(f"{T:g}" for T in glass.temperatures) + " K" in out[start:].splitlines()[0]
        assert [
            line.strip() for line in out[start:].splitlines()[1 : 1 + len(glass.sources)]
        ] == list(glass.sources)


@pytest.mark.parametrize("observable", cli.OBSERVABLES)
def test_an_example_is_the_file_itself(observable, capsys):
    assert cli.main(["example", observable]) == 0
    assert capsys.readouterr().out == fitting.example(observable).read_text(encoding="utf-8")


def test_an_interruption_before_anything_was_written(asked, capsys, monkeypatch):
    def stopped(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("etm.fitting.read", stopped)
    assert cli.main([*HEAT, "ats"]) == 130
    assert capsys.readouterr().err == "etm: interrupted; nothing was written\n"
    assert np.all([path.suffix == ".csv" for path in Path().iterdir()])
