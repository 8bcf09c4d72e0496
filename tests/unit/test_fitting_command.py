"""The command `etm`, as a reader runs it."""

import json
import subprocess
import sys

import pytest

import etm
from etm import cli, fitting


def run(folder, *arguments, code=0):
    """Run the command in a folder and return what it printed, and its errors."""
    done = subprocess.run(
        [sys.executable, "-m", "etm", *arguments], cwd=folder, capture_output=True, text=True,
        encoding="utf-8", env=None, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def call(folder, monkeypatch, capsys, *arguments):
    """The same without a new process: exit code, output, errors."""
    monkeypatch.chdir(folder)
    try:
        code = cli.main(arguments)
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    return code, captured.out, captured.err


FIT = ("fit", "data.csv", "--observable", "heat-capacity", "--model", "ats+iron")


@pytest.fixture
def folder(tmp_path):
    """A folder with measurements in it."""
    text = fitting.example("heat-capacity").read_text(encoding="utf-8")
    (tmp_path / "data.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_from_file_to_results_and_never_over_them(folder):
    out, err = run(folder, *FIT, "--compare", "two-level+iron", "--profile", "n_ATS")
    assert err == ""
    for word in (
        "Converged.",
        "n_ATS",
        "Against",
        "two-level+iron",
        "ΔAIC",
        "Profile    n_ATS",
        "Written",
    ):
        assert word in out
    results = folder / "data-fit"
    assert sorted(p.name for p in results.iterdir()) == ["figure.png", "fit.json", "report.txt"]
    assert (results / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((results / "fit.json").read_text(encoding="utf-8"))["converged"]
    assert (results / "report.txt").read_text(encoding="utf-8").rstrip() in out
    before = {p.name: p.stat().st_mtime_ns for p in results.iterdir()}
    out, err = run(folder, *FIT, code=2)
    assert out == ""
    assert "data-fit exists and was left as it is" in err
    assert {p.name: p.stat().st_mtime_ns for p in results.iterdir()} == before
    run(folder, *FIT, "--overwrite", "--glass-start", "duran", "--compare", "none")
    assert (results / "fit.json").stat().st_mtime_ns > before["fit.json"]
    assert "Against" not in (results / "report.txt").read_text(encoding="utf-8")


def test_help_and_version_load_nothing_heavy(tmp_path):
    assert run(tmp_path, "--version")[0].strip() == f"etm {etm.__version__}"
    assert "etm fit data.csv" in run(tmp_path, "--help")[0]
    code = (
        "import sys\nfrom etm import cli\ntry:\n    cli.main(['fit', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({'lmfit', 'pandas', 'matplotlib', 'scipy.optimize'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


FAULTS = {
    "no file": (["fit", "none.csv", *FIT[2:]], "none.csv: No such file"),
    "wrong observable": (
        ["fit", "data.csv", "--observable", "loss", "--model", "ats"],
        "column 'loss' is missing; add 'loss [1]'",
    ),
    "unknown observable": (["fit", "data.csv", "--observable", "sound", "--model", "ats"], "sound"),
    "no model": (["fit", "data.csv", "--observable", "loss"], "--model"),
    "unknown model": ([*FIT[:-1], "gold"], "no component 'gold' for heat-capacity"),
    "two models": ([*FIT, "iron"], "--model: 2 given for 1 file(s)"),
    "unknown rival": ([*FIT, "--compare", "gold"], "no component 'gold'"),
    "profile": ([*FIT, "--profile", "gold"], "'gold': not in this fit"),
    "start": ([*FIT, "--start", "Dmin"], "write NAME=VALUE"),
    "start of nothing": ([*FIT, "--start", "gold=1"], "'gold': not in this fit"),
    "hold": ([*FIT, "--hold", "gold"], "'gold': not in this fit"),
    "glass": ([*FIT, "--glass-start", "window"], "must be one of 'BAS', 'Duran'"),
    "nothing": ([], "command"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_one_sentence_and_leave_nothing(name, folder, monkeypatch, capsys):
    arguments, words = FAULTS[name]
    code, out, err = call(folder, monkeypatch, capsys, *arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert [path.name for path in folder.iterdir()] == ["data.csv"]


def test_a_fault_in_the_file_names_its_line(folder):
    with (folder / "data.csv").open("a", encoding="utf-8") as file:
        file.write("1.2, x, 3, 0.05, 8\n")
    out, err = run(folder, *FIT, code=2)
    assert out == ""
    assert "line 99, column 'B [T]': 'x' is no number; fill it in" in err
    assert [path.name for path in folder.iterdir()] == ["data.csv"]


def test_a_fit_that_does_not_converge_is_kept_with_its_own_exit_code(folder, monkeypatch, capsys):
    options = ("--compare", "none", "--start", "n_Fe2=0", "--hold", "n_Fe2")
    lines = (folder / "data.csv").read_text(encoding="utf-8").splitlines()
    rows = [
        line for line in lines if line.startswith(("#", "T", "1.11, 0,", "1.23, 0,", "1.36, 0,"))
    ]
    (folder / "data.csv").write_text("\n".join([*rows, *rows[-3:]]) + "\n", encoding="utf-8")
    iron = [*FIT[:-1], "iron"]
    text = (folder / "data.csv").read_text(encoding="utf-8").replace("B_ref [T]", "curve")
    (folder / "data.csv").write_text(text, encoding="utf-8")
    code, out, err = call(folder, monkeypatch, capsys, *iron, *options, "--output", "out")
    assert code == 1
    assert "NO ERRORS" in out
    assert (folder / "out" / "fit.json").exists()


def test_a_reader_who_goes_away_loses_nothing(folder):
    """As `etm fit ... | head -1` does."""
    command = [sys.executable, "-m", "etm", *FIT[:-1], "iron", "--compare", "none"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert sorted(p.name for p in (folder / "data-fit").iterdir()) == [
        "figure.png",
        "fit.json",
        "report.txt",
    ]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError("no profile today")])
def test_what_is_done_is_kept_if_the_rest_is_not(folder, monkeypatch, capsys, stop):
    def stopped(*arguments):
        raise stop

    monkeypatch.setattr("etm.fitting.profile", stopped)
    iron = (*FIT[:-1], "iron", "--compare", "none", "--profile", "n_Fe2")
    code, out, err = call(folder, monkeypatch, capsys, *iron)
    assert code == (130 if stop is KeyboardInterrupt else 2)
    assert "what was done until then is in data-fit" in err
    assert (folder / "data-fit" / "fit.json").exists()


def test_profiles_are_written_and_reach_parameters_at_a_bound(folder, monkeypatch, capsys):
    iron = (*FIT[:-1], "iron", "--compare", "none", "--profile", "n_Fe3")
    code, out, err = call(folder, monkeypatch, capsys, *iron)
    assert code == 0
    assert "n_Fe3 ended at its lower bound" in " ".join(out.split())
    assert "Profile    n_Fe3 = 0, from open to" in out
    assert "Profile    n_Fe3" in (folder / "data-fit" / "report.txt").read_text(encoding="utf-8")
    held = (*iron, "--hold", "n_Fe3", "--output", "held")
    code, out, err = call(folder, monkeypatch, capsys, *held)
    assert code == 2
    assert "--profile n_Fe3: it was held" in err


def test_a_better_minimum_met_by_a_profile_is_fitted_again(folder, monkeypatch, capsys):
    """As if the first fit had stopped beside it."""
    whole = fitting.fit

    def beside(*arguments, start, **options):
        found = whole(*arguments, start=start, **options)
        for name in () if start else found.free:
            found.parameters[name].value += 0.5 * found.parameters[name].stderr
        return found

    monkeypatch.setattr("etm.fitting.fit", beside)
    options = ("--compare", "two-level+iron", "--profile", "n_Fe3", "n_Fe2")
    code, out, err = call(folder, monkeypatch, capsys, *FIT, *options)
    assert (code, err) == (0, "")
    first, second = out.split("Fitted again from there")
    assert "n_Fe3: NO INTERVAL, for the fit is not the best one" in " ".join(first.split())
    assert "Profile    n_Fe3 = 2.4" in second
    assert "Profile    n_Fe2 = 3.0" in second
    assert "Against" in second
    stored = json.loads((folder / "data-fit" / "fit.json").read_text(encoding="utf-8"))
    assert stored["converged"]
    assert len(stored["profiles"]) == 2


def test_the_rival_is_held_where_the_model_is(folder, monkeypatch, capsys):
    options = ("--hold", "n_Fe3", "Dmin", "--start", "n_Fe3=2.1", "Dmin=0.32")
    code, out, _ = call(folder, monkeypatch, capsys, *FIT, *options)
    assert code == 0
    rival = out.split("Against")[1].splitlines()[3].split()
    assert rival[:3] == ["heat-capacity:", "two-level+iron", "1"]


def test_several_files_are_fitted_together(folder, monkeypatch, capsys):
    text = fitting.example("magnetization").read_text(encoding="utf-8")
    (folder / "M.csv").write_text(text, encoding="utf-8")
    observables = ("--observable", "heat-capacity", "magnetization", "--model", "iron", "iron")
    code, out, _ = call(folder, monkeypatch, capsys, "fit", "data.csv", "M.csv", *observables,
                        "--shared", "n_Fe2", "--output", "joint", "--compare", "none")  # fmt: skip
    assert code == 0
    assert "n_Fe3_C" in out
    assert "n_Fe3_M" in out


def test_glasses_and_examples_are_printed(tmp_path, monkeypatch, capsys):
    code, out, _ = call(tmp_path, monkeypatch, capsys, "glasses")
    assert code == 0
    assert "Duran" in out
    assert "1.23" in out
    code, out, _ = call(tmp_path, monkeypatch, capsys, "example", "echo")
    assert out == fitting.example("echo").read_text(encoding="utf-8")
