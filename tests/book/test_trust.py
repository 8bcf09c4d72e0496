"""The measured evidence is complete and adds up, and the page on trust shows it; the planter of errors plants them."""

import json
import re

import nbformat
import pytest
from evidence import FILE, ROOT, modules
from judged import judgements, stale_judgements
from mutants import mutants
from mutation import wilson

EVIDENCE = json.loads(FILE.read_text(encoding="utf-8"))
MODULES = set(modules())
PAGE = nbformat.read(ROOT / "book" / "trust.ipynb", as_version=4)


def measured(section):
    return set(EVIDENCE[section]["modules"])


def test_every_module_is_measured_or_named_as_left_out():
    assert measured("coverage") == MODULES, "run `make evidence`"
    named = EVIDENCE["mutation"]["left_out"]
    left = {n for n in MODULES if any(f"{n}.".startswith(f"{prefix}.") for prefix in named)}
    assert measured("mutation") == MODULES - left, "run `make mutation`"
    assert all(len(reason) > 8 for reason in named.values())


@pytest.mark.parametrize("section", ["tests", "coverage", "chapters", "mutation"])
def test_every_section_says_when_and_where(section):
    part = EVIDENCE[section]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", part["date"])
    assert part["processor"]
    assert part["cores"] >= 1
    assert re.fullmatch(r"3\.\d+\.\d+", part["python"])


def test_the_cases_are_the_outcomes_and_none_failed():
    ran = [f for f in EVIDENCE["tests"]["files"].values() if f["seconds"] is not None]
    assert sum(f["cases"] for f in ran) == sum(EVIDENCE["tests"]["outcomes"].values())
    assert set(EVIDENCE["tests"]["outcomes"]) == {"passed"}
    assert all(1 <= f["functions"] <= f["cases"] for f in EVIDENCE["tests"]["files"].values())


def test_coverage_never_misses_more_than_there_is():
    for name, module in EVIDENCE["coverage"]["modules"].items():
        assert 0 <= module["missed"] <= module["statements"], name
        assert 0 <= module["branches_missed"] <= module["branches"], name


def test_the_mutants_add_up():
    mutation = EVIDENCE["mutation"]
    parts = mutation["modules"].values()
    for column in ("mutants", "sampled", "killed", "judged"):
        assert sum(part[column] for part in parts) == mutation[column]
    for name, part in mutation["modules"].items():
        survivors = [s for s in mutation["survivors"] if s["module"] == name]
        assert_scored(part, survivors)
    assert_scored(mutation, mutation["survivors"])
    assert mutation["interval"][0] < mutation["weighted"] < 1


def assert_scored(part, survivors):
    assert len(survivors) == part["sampled"] - part["killed"]
    assert sum("judged" in s for s in survivors) == part["judged"]
    assert part["interval"] == wilson(part["killed"], part["sampled"])
    errors = part["sampled"] - part["judged"]
    assert part["interval_without_judged"] == wilson(part["killed"], errors)


def test_every_judgement_speaks_of_a_mutant_of_today():
    assert not stale_judgements(), "judge the new line, or drop the row"


def test_every_judgement_has_a_reason():
    assert all(len(reason) > 8 for reason in judgements().values())
    assert all(
        len(s.get("judged", "a gap in the tests")) > 8 for s in EVIDENCE["mutation"]["survivors"]
    )


def test_a_judgement_excuses_one_mutant_of_one_line():
    """The same change in the same line twice, in another line, in another function: four mutants, four names."""
    source = "def f(a):\n    b = a[1] + 1\n    return b + 1\n\n\ndef g(a):\n    return b + 1\n"
    named = [(m.function, m.statement, m.change) for m in mutants(source) if m.text == "(2)"]
    assert named == [
        ("f", "b = a[1] + 1", "1 → (2)"),
        ("f", "b = a[1] + 1", "1 → (2) #2"),
        ("f", "return b + 1", "1 → (2)"),
        ("g", "return b + 1", "1 → (2)"),
    ]


def test_every_timed_notebook_is_one_of_the_book():
    timed = EVIDENCE["chapters"]["notebooks"]
    assert all((ROOT / "book" / f"{name}.ipynb").exists() for name in timed)
    assert all(entry["seconds"] > 0 for entry in timed.values())


def test_the_page_shows_the_measured_score():
    shown = "\n".join(
        str(output["data"].get("text/markdown", "")) + str(output["data"].get("text/html", ""))
        for cell in PAGE.cells if cell.cell_type == "code"
        for output in cell.outputs if "data" in output
    )  # fmt: skip
    mutation = EVIDENCE["mutation"]
    assert f"**{mutation['killed']} were killed" in shown
    assert f"of {mutation['sampled'] - mutation['judged']}**" in shown
    assert f"we judge {mutation['judged']} to be no error" in shown
    assert f"random sample of {mutation['sampled']} met" in shown
    assert EVIDENCE["chapters"]["processor"] in shown
    assert all(why in shown for why in mutation["left_out"].values())


def test_the_prose_of_the_page_holds_no_measured_number():
    prose = "\n".join(c.source for c in PAGE.cells if c.cell_type == "markdown")
    prose = re.sub(
        r"```.*?```|\$[^$]*\$|20\d\d, eq\. \d+|Python 3\.11 to 3\.13", "", prose, flags=re.S
    )
    assert not re.findall(r"\d+(?:\.\d+)? ?(?:%|percent|seconds|minutes|tests)|\d{3,}", prose)


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a = b + c", {"a = (b - c)"}),
        ("a = b ** 2", {"a = (b * 2)", "a = b ** (3)", "a = b ** (1)"}),
        ("a = 0.5", {"a = (1.0)"}),
        ("a = b < c", {"a = (b <= c)", "a = (b >= c)"}),
        ("a = not b", {"a = (b)"}),
        ("a = -b", {"a = (b)"}),
        ("a = b and c", {"a = (b or c)"}),
        ("a = np.sin(b)", {"a = (np.cos)(b)"}),
        ("check(a)", {"pass"}),
        ("a *= b", {"a /= b"}),
        ("if a:\n    raise ValueError(2)", {"if a:\n    pass"}),
        ("def f(a: 1 | 2):\n    return a", {"def f(a: 1 | 2):\n    return None"}),
        ('"""A text with 2."""\na = f"{b + 1}"', set()),
        ("ü = 'ä' + c", {"ü = ('ä' - c)"}),
    ],
)
def test_the_mutants_of_a_line(source, changed):
    assert {m.applied_to(source) for m in mutants(source)} == changed


def test_the_interval_of_wilson():
    """Brown, Cai & DasGupta 2001: for none of ten the upper end is z²/(n + z²), and the two ends mirror."""
    assert wilson(0, 10) == [0.0, pytest.approx(3.8415 / 13.8415, abs=1e-4)]
    assert wilson(10, 10) == [pytest.approx(10 / 13.8415, abs=1e-4), 1.0]
    assert wilson(5, 10) == pytest.approx([0.2366, 0.7634], abs=1e-4)
    assert wilson(0, 0) == [0.0, 1.0]
