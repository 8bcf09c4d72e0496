"""The line `Result` of a report, sentence by sentence, for outcomes set by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from etm.fitting import Measurements, model
from etm.fitting.problem import Problem
from etm.fitting.verdict import message

T = np.geomspace(0.3, 3.0, 12)
IRON = model("heat-capacity", "iron")
DATA = Measurements(
    "heat-capacity", T, 0.5 + 0 * T, 0 * T, 1e-6 + 0 * T, np.full(12, "a"), np.full(12, 8.0)
)
PROBLEM = Problem([DATA], [IRON])


def outcome(chisqr=10.0, problem=PROBLEM, success=True, errorbars=True, **values):
    """As a minimiser ends."""
    params = problem.models[0].parameters(problem.measurements[0])
    for name, value in values.items():
        params[name].value = value
    return SimpleNamespace(params=params, chisqr=chisqr, success=success, errorbars=errorbars)


def said(result, settled=None, held=(), freed=None, widened=False, problem=PROBLEM):
    return message(problem, result, settled or {}, held, freed or {}, widened)


def test_nothing_but_that_it_converged():
    assert said(outcome()) == "Converged."


@pytest.mark.parametrize(
    ("chisqr", "words"), [(70.0, "does not fit"), (1e-3, "errors of measurement are too large")]
)
def test_a_doubt_follows(chisqr, words):
    found = said(outcome(chisqr))
    assert found.startswith("Converged, but ")
    assert words in found
    assert "noise makes 10 ± 4" in found  # twelve points, two parameters
    stopped = said(outcome(chisqr, success=False))
    assert stopped.startswith("NOT CONVERGED: the minimiser stopped early.")
    assert " Besides, " in stopped
    assert words in stopped


def test_parameters_at_a_bound_are_named_with_what_errors_mean():
    one = said(outcome(), {"n_Fe3": "lower bound 0"})
    assert "n_Fe3 ended at its lower bound 0 and was held there" in one
    assert (
        "Its profile says how far off the bound the data permit; errors of the others hold only there."
        in one
    )
    two = said(outcome(), {"n_Fe3": "lower bound 0", "n_Fe2": "lower bound 0"}, widened=True)
    assert "Their profiles say" in two
    assert "errors of the others allow for that." in two
    assert "profile" not in said(outcome())
    # a settled parameter counts as one
    assert "noise makes 9 ± 4" in said(outcome(70.0), {"n_Fe3": "lower bound 0"})


def test_parameters_that_left_a_bound_are_named():
    found = said(outcome(), freed={"n_Fe3": ("lower bound 0", 3.14159)})
    assert found == (
        "Converged. n_Fe3 ran into its lower bound 0 on the way; released, it came away from it, and chi2"
        " fell by 3.14."
    )


def test_values_of_the_program_are_given_with_their_units():
    extra = {"frequency": 1e9, "tau1": 1e-7, "tau2": 1e-7, "tau12": 1e-6}
    data = Measurements("echo", T, T, 0 * T, 1 + 0 * T, np.full(12, "a"), None,
                        {name: np.full(12, x) for name, x in extra.items()})  # fmt: skip
    problem = Problem([data], [model("echo", "ats")])
    result = outcome(6.0, problem)
    found = said(result, held=("ln_p1F0", "c", "phase"), problem=problem)
    assert found.endswith(
        "Held at values of the program, not yours: p1F0 = 0.45 D kV/m, c = 0 1/(µs K), phase = 1.571 rad."
        " Give yours with start."
    )


def test_parameters_known_in_combination_only():
    result = outcome()
    result.params["n_Fe2"].correl = {"n_Fe3": -1 + 1e-8}
    result.params["n_Fe3"].correl = {"n_Fe2": -1 + 1e-8}
    assert said(result).startswith("DEGENERATE: n_Fe2, n_Fe3 are known in combination only.")


def test_what_does_nothing_is_named():
    """Amounts whose shape vanishes at the measured points: no field, and none to compare with."""
    none = Measurements("magnetization", T, 0 * T, 0 * T, 1e-9 + 0 * T, np.full(12, "a"))
    problem = Problem([none], [model("magnetization", "iron")])
    found = said(outcome(problem=problem, errorbars=False), problem=problem)
    assert found.startswith("NO ERRORS: n_Fe2, n_Fe3, chi_L do nothing to these data. Hold them.")
    weak = Measurements("magnetization", T, 5.0 + 0 * T, 0 * T, 1e-9 + 0 * T, np.full(12, "a"))
    blind = Problem([weak], [model("magnetization", "iron")])
    found = said(outcome(problem=blind, errorbars=False), problem=blind)
    assert found.startswith("NO ERRORS: some parameters are known in combination only.")


def test_what_does_nothing_beside_others_that_do():
    """An activation without a temperature other than its own changes nothing; the rest does, at a bound too."""
    data = Measurements("magnetization", 1.26 + 0 * T, T, 0 * T, 1e-9 + 0 * T, np.full(12, "a"))
    problem = Problem([data], [model("magnetization", "ats")])
    result = outcome(problem=problem, errorbars=False)
    result.params["E0"].vary = True
    for name in ("ln_n_ATS", "ln_Dmin"):
        result.params[name].value = result.params[name].max
    found = said(result, problem=problem)
    assert found.startswith("NO ERRORS: E0 does nothing to these data. Hold it.")
