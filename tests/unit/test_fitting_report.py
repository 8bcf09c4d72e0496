"""What a fit says, keeps and draws, from parameters set by hand: no minimiser is run."""

import json
from dataclasses import replace
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy import stats

from etm.fitting import Fit, Measurements, model
from etm.fitting.picture import fine
from etm.fitting.problem import Problem
from etm.fitting.verdict import doubt, tied

VALUES = {"n_Fe2": (3.14159, 0.021), "n_Fe3": (0.4, None), "c_phonon": (1.7, 0.3)}


def measured(observable="heat-capacity", curves=("a", "b"), T=(0.3, 0.6, 1.2, 2.4), **more):
    """Measurements over temperature, a curve a field; values zero."""
    labels, T = np.repeat(curves, len(T)), np.tile(np.array(T, dtype=float), len(curves))
    B = np.repeat(0.5 * (1 + np.arange(len(curves))), T.size // len(curves))
    lines = np.arange(2, 2 + T.size)
    known = {"path": "folder/C.csv", "lines": lines, "notes": ("a note",)}
    return Measurements(observable, T, B, 0 * T, 1e-6 + 0 * T, labels, **(known | more))


def made(values=VALUES, sets=None, name="iron", settled=(), per_curve=(), shift=2.0):
    """A fit whose residuals are `shift` at every point."""
    sets = [measured()] if sets is None else sets
    models = [model(data.observable, name) for data in sets]
    problem = Problem(sets, models, per_curve=per_curve)
    parameters = models[0].parameters(sets[0])
    for other, data in zip(models[1:], sets[1:], strict=True):
        parameters.update(other.parameters(data))
    for full in problem.labels:
        if full not in parameters:
            parameters.add(full, 1.0, min=0.0)
    for full in [*parameters]:
        if full not in problem.labels:
            del parameters[full]
    for full, (value, error) in values.items():
        parameters[full].set(value=value, vary=error is not None)
        parameters[full].stderr = error
    model_there = problem.predict(parameters.valuesdict())
    ends = np.cumsum([len(data) for data in sets])[:-1]
    shifted = [
        replace(data, value=there - shift * data.error)
        for data, there in zip(sets, np.split(model_there, ends), strict=True)
    ]
    return Fit(problem.on(shifted), parameters, True, "Converged.", settled)


def test_criteria_are_those_of_the_residuals():
    fit = made(settled=("n_Fe3",))
    assert (fit.points, fit.count, fit.free) == (8, 3, ("n_Fe2", "c_phonon"))
    assert fit.chi2 == pytest.approx(32.0, rel=1e-9)
    assert fit.reduced_chi2 == pytest.approx(32 / 5, rel=1e-9)
    assert fit.aic == pytest.approx(38.0, rel=1e-9)
    assert fit.bic == pytest.approx(32 + 3 * np.log(8), rel=1e-9)
    np.testing.assert_allclose(fit.residual(fit.parameters), 2.0, rtol=1e-6)
    more = fit.parameters.valuesdict() | {"c_phonon": 2.7}
    change = fit.predict(more) - fit.predict()
    np.testing.assert_allclose(change, 1e-6 * fit.measurements[0].T ** 3, rtol=1e-9)


def test_errors_of_logarithms_are_relative():
    data = measured()
    fit = made(
        {"ln_n_ATS": (np.log(5e16), 0.02), "c_phonon": (1.7, 0.3), "ln_width": (0.1, None)},
        [data],
        "ats",
    )
    table = fit.table().set_index("name")
    assert table.loc["n_ATS", "value"] == pytest.approx(5e16, rel=1e-12)
    assert table.loc["n_ATS", "error"] == pytest.approx(1e15, rel=1e-9)
    assert table.loc["c_phonon", "error"] == 0.3
    assert np.isnan(table.loc["width", "error"])
    assert np.isnan(table.loc["Dmin", "error"])  # fitted, but its error is not known
    assert table["held"].tolist() == [n == "width" for n in table.index]


@pytest.mark.parametrize(
    ("value", "error", "shown"),
    [
        (3.14159, 0.021, "3.142"),
        (3.14159, 0.21, "3.14"),
        (3.14159, 30.0, "3.1"),
        (3.14159, 0.0021, "3.1416"),
        (314.159, 2.1, "314.2"),
        (2.0, 0.01, "2.000"),
        (0.0, 0.01, "0"),
    ],
)
def test_a_value_has_one_digit_more_than_its_error(value, error, shown):
    report = made(VALUES | {"n_Fe2": (value, error)}).report()
    row = next(line for line in report.splitlines() if line.startswith("n_Fe2"))
    assert row.split()[1:3] == [shown, f"{error:.2g}"]


def test_the_report_line_by_line():
    lines = made(settled=("n_Fe3",)).report().splitlines()
    assert lines[0] == "Model      heat-capacity: iron"
    assert lines[1] == "Data       C.csv: 8 points, 2 curve(s)"
    assert lines[2] == "Note       a note"
    assert lines[3:6] == [
        "Result     Converged.",
        "",
        "parameter              value       error  unit",
    ]
    rows = {line.split()[0]: line.split()[1:4] for line in lines[6:9]}
    assert rows == {
        "n_Fe2": ["3.142", "0.021", "1e17/g"],
        "n_Fe3": ["0.4", "held", "1e17/g"],
        "c_phonon": ["1.70", "0.3", "µJ/(g"],
    }
    assert lines[-3] == "chi2           32.00 for 8 points and 3 parameters (1 of them at a bound)"
    assert lines[-2] == "reduced chi2   6.400"
    assert lines[-1] == "AIC, BIC       38.00, 38.24  (chi2 + 2 k, chi2 + k ln N)"
    assert made().report().splitlines()[-3].endswith("8 points and 2 parameters")


def test_what_is_noted_about_the_points():
    grid = measured(curves=("a", "b", "c"), T=(0.5, 1.0))
    assert "3 curve(s) of fewer than 3 points" in made(sets=[grid]).report()
    assert "fewer than" not in made(sets=[measured(T=(0.5, 1.0, 2.0))]).report()
    one = made({"n_Fe2": (1.0, 0.1), "n_Fe3": (1.0, None), "c_phonon": (1.0, None)},
               [measured(curves=("a",), T=(0.5, 1.0))])  # fmt: skip
    assert "fewer than" not in one.report()
    rows = np.array([0, 1, 1, 2, 3, 3, 3, 4, 5, 6, 7])
    twice = made(sets=[measured().where(rows)]).report()
    assert "3 points repeat another one in every digit (line 3, 5)" in twice
    assert (
        "(line 2, 3, 4, 5, 6 ...)"
        in made(sets=[measured().where(np.repeat(np.arange(8), 2))]).report()
    )
    assert (
        "(line 2, 3, 4, 5, 6)"
        in made(sets=[measured().where(np.r_[np.arange(8), np.arange(5)])]).report()
    )


def test_a_reference_is_said_and_what_drops_out_of_it():
    data = measured(reference=np.repeat([3.0, 8.0], 4))
    fit = made({"n_Fe2": (1.0, 0.1)}, [data], "two-level+iron")
    assert "8 points, 2 curve(s), less their values at 3, 8 T" in fit.report()
    assert "two-level systems drop out of this heat-capacity" in fit.report()
    assert "drop out" not in made({"n_Fe2": (1.0, 0.1)}, [data]).report()
    assert "drop out" not in made({"n_Fe2": (1.0, 0.1)}, name="two-level+iron").report()


def correlated(fit, pairs):
    for (one, other), r in pairs.items():
        for name, second in ((one, other), (other, one)):
            p = fit.parameters[name]
            p.correl = (p.correl or {}) | {second: r}
    return fit


def test_correlations_are_listed_from_the_strongest():
    values = VALUES | {"n_Fe3": (0.4, 0.1)}
    pairs = {("n_Fe2", "n_Fe3"): 0.61, ("n_Fe2", "c_phonon"): -0.9, ("n_Fe3", "c_phonon"): 0.5}
    report = correlated(made(values), pairs).report()
    start = report.index("Correlations beyond 0.5")
    assert report[start:].splitlines()[1:4] == [
        "  -0.900  n_Fe2, c_phonon",
        "  +0.610  n_Fe2, n_Fe3",
        "",
    ]
    assert "Correlations" not in correlated(made(values), {("n_Fe2", "n_Fe3"): 0.49}).report()


@pytest.mark.parametrize(
    ("count", "words"), [(20, None), (21, "  and 1 weaker ones, all in fit.json")]
)
def test_so_many_correlations_are_listed(count, words):
    fit = made({}, [measured(curves=tuple("abcdef"))], per_curve=["n_Fe2"])
    names = list(fit.parameters)
    every = [(a, b) for k, a in enumerate(names) for b in names[k + 1 :]][:count]
    lines = correlated(fit, dict.fromkeys(every, 0.7)).report().splitlines()
    assert sum(line.startswith("  +0.700") for line in lines) == 20
    assert (words in lines) if words else not any("weaker" in line for line in lines)


def test_tied_parameters():
    fit = correlated(made(VALUES | {"n_Fe3": (0.4, 0.1)}), {("n_Fe2", "n_Fe3"): -(1 - 1e-7)})
    assert tied(fit.parameters) == ["n_Fe2", "n_Fe3"]
    assert tied(correlated(made(), {("n_Fe2", "n_Fe3"): 0.99999}).parameters) == []


@pytest.mark.parametrize("freedom", [1, 10, 300])
def test_a_chi2_in_doubt_has_a_chance_of_one_in_a_million(freedom):
    data = [SimpleNamespace(observable="loss", reference=None)]
    high, low = stats.chi2.isf([2e-6, 0.5e-6], freedom)
    assert doubt(high, freedom, data) == ""
    assert doubt(low, freedom, data).startswith(
        f"the model does not fit: chi2 is {low:.0f}, noise makes"
    )
    small, smaller = stats.chi2.ppf([2e-6, 0.5e-6], freedom)
    assert doubt(small, freedom, data) == ""
    assert "the errors of measurement are too large" in doubt(smaller, freedom, data)
    assert f"{freedom} ± {np.sqrt(2 * freedom):.0f}" in doubt(low, freedom, data)
    assert doubt(1e9, 0, data) == ""
    bare = [SimpleNamespace(observable="heat-capacity", reference=None)]
    assert "a column B_ref" in doubt(low, freedom, bare)
    assert "B_ref" not in doubt(low, freedom, data)


def test_models_are_compared_by_their_distance_from_the_best():
    one, other = made(), made(VALUES | {"n_Fe3": (0.5, 0.2)})
    other = Fit(one.problem, other.parameters, True, "", ())
    table = one.compare(other)
    assert table["parameters"].tolist() == [2, 3]
    assert table["ΔAIC"].min() == table["ΔBIC"].min() == 0
    assert table["ΔAIC"].iloc[1] == pytest.approx(other.aic - one.aic)
    assert table["ΔBIC"].iloc[1] == pytest.approx(other.bic - one.bic)
    for strange in (made(shift=1.0), made(sets=[measured(T=(1.0, 2.0))])):
        with pytest.raises(ValueError, match="different measurements"):
            one.compare(strange)
    data = one.measurements[0]
    for column in ("value", "error"):
        changed = replace(data, **{column: np.r_[1.0, getattr(data, column)[1:]]})
        with pytest.raises(ValueError, match="different measurements"):
            one.compare(Fit(one.problem.on([changed]), one.parameters, True, "", ()))
    with pytest.raises(ValueError, match="other"):
        one.compare("iron")


def test_a_fit_is_read_back_as_it_was():
    data = measured(
        "magnetization", reference=np.repeat([0.0, 2.0], 4), extra={"tau1": np.arange(8.0)}
    )
    fit = made(
        {"n_Fe2": (1.0, 0.1), "n_Fe3": (2.0, None)}, [data], settled=("n_Fe3",), per_curve=["chi_L"]
    )
    fit = correlated(fit, {("n_Fe2", "chi_L_1"): 0.3})
    text = fit.to_json()
    again = Fit.from_json(text)
    assert again.to_json() == text
    assert again.report() == fit.report()
    assert again.settled == ("n_Fe3",)
    kept, read = fit.measurements[0], again.measurements[0]
    for name in ("T", "B", "value", "error", "curve", "reference", "lines"):
        np.testing.assert_array_equal(getattr(read, name), getattr(kept, name))
    np.testing.assert_array_equal(read.extra["tau1"], np.arange(8.0))
    assert (read.path, read.notes, read.observable) == (kept.path, kept.notes, "magnetization")
    for name, p in fit.parameters.items():
        q = again.parameters[name]
        assert (q.value, q.min, q.max, q.vary, q.stderr, q.correl) == (
            p.value,
            p.min,
            p.max,
            p.vary,
            p.stderr,
            p.correl,
        )
    plain = Fit.from_json(made(sets=[measured(lines=None)]).to_json()).measurements[0]
    assert (plain.lines, plain.reference) == (None, None)


def test_the_json_is_plain_to_read_and_holds_no_number_that_is_none():
    assert "µJ/(g K⁴)" in made().to_json()
    strange = made()
    strange.parameters["n_Fe2"].value = np.nan
    with pytest.raises(ValueError, match="Out of range float"):
        strange.to_json()


def test_the_json_says_it_for_other_programs():
    content = json.loads(made(settled=("n_Fe3",)).to_json())
    assert (content["points"], content["settled"], content["converged"]) == (8, ["n_Fe3"], True)
    assert content["chi2"] == pytest.approx(32.0)
    iron = content["parameters"][0]
    assert (iron["name"], iron["unit"], iron["stderr"], iron["max"]) == (
        "n_Fe2",
        "1e17/g",
        0.021,
        None,
    )
    assert (iron["min"], iron["vary"]) == (0.0, True)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "{}", '{"format": "etm fit 2"}'])
def test_other_texts_are_no_fit(text):
    with pytest.raises(ValueError, match="no fit.json of this package"):
        Fit.from_json(text)


@pytest.fixture
def drawn():
    """Draw fits, and close the figures after the test."""
    figures = []

    def draw(fit):
        figures.append(fit.figure())
        return figures[-1].axes

    yield draw
    for figure in figures:
        plt.close(figure)


def test_a_picture_of_two_sets(drawn):
    sets = [measured(), measured("magnetization", reference=np.full(8, 2.0))]
    axes = drawn(made({}, sets))
    assert len(axes) == 4
    for top, bottom, data, unit, words in zip(
        axes[:2], axes[2:], sets, (1e6, 1e6), ("iron", "iron; change from 2 T"), strict=True
    ):
        assert top.get_title(loc="left") == words
        assert (bottom.get_xlabel(), bottom.get_ylabel()) == ("$T$ (K)", "(data − fit)/σ")
        assert [t.get_text() for t in top.get_legend().get_texts()] == ["a", "b"]
        zero = [line for line in bottom.lines if line.get_linestyle() == "-"]
        assert zero[0].get_ydata() == [0, 0]
        left = [line.get_ydata() for line in bottom.lines if line.get_linestyle() != "-"]
        np.testing.assert_allclose(np.concatenate(left), -2.0, rtol=1e-6)
        model_lines = [line for line in top.lines if len(line.get_xdata()) == 80]
        assert len(model_lines) == 2
        assert np.ptp(model_lines[0].get_xdata()) == pytest.approx(np.ptp(data.T))
        points = next(line for line in top.lines if len(line.get_xdata()) == 4)
        np.testing.assert_array_equal(points.get_xdata(), data.T[:4])
        gap = np.interp(data.T[1], *model_lines[0].get_data()) - points.get_ydata()[1]
        assert gap == pytest.approx(2e-6 * unit, rel=0.3)
    assert axes[0].get_ylabel() != axes[1].get_ylabel()
    assert axes[0].get_position().height > 2 * axes[2].get_position().height


@pytest.mark.parametrize(
    "observable", ["heat-capacity", "permittivity", "loss", "echo", "magnetization"]
)
def test_axes_show_what_their_labels_say(observable, drawn):
    """Micro-units or millionths, in a picture of one curve; two sets make it twice as wide."""
    extra = {name: np.full(4, 1e-6) for name in ("tau1", "tau2", "tau12")} | {
        "frequency": np.full(4, 1e9)
    }
    data = measured(observable, curves=("a",), T=(0.02, 0.03, 0.05, 0.09), extra=extra)
    fit = made(
        {}, [data], {"magnetization": "iron", "heat-capacity": "iron"}.get(observable, "two-level")
    )
    top, _ = drawn(fit)
    micro = "µ" in top.get_ylabel() or "10^{-6}" in top.get_ylabel()
    assert micro == (observable != "echo")
    points = next(line for line in top.lines if len(line.get_xdata()) == 4)
    np.testing.assert_allclose(
        points.get_ydata(), fit.measurements[0].value * (1e6 if micro else 1)
    )
    wide = drawn(made({}, [measured(), measured("magnetization")]))[0].figure.get_size_inches()
    np.testing.assert_allclose(wide / top.figure.get_size_inches(), [2, 1])


def test_legends_end_where_they_would_hide_the_points(drawn):
    for count, shown in ((12, True), (13, False)):
        top, _ = drawn(made({}, [measured(curves=tuple("abcdefghijklm"[:count]))]))
        assert (top.get_legend() is not None) == shown


@pytest.mark.parametrize(("last", "scale"), [(29.0, "linear"), (31.0, "log")])
def test_axes_of_many_decades_are_logarithmic(last, scale, drawn):
    top, _ = drawn(made(sets=[measured(T=(1.0, 2.0, last))]))
    assert top.get_xscale() == scale


def test_three_sets_keep_their_own_points(drawn):
    sets = [
        measured(),
        measured("magnetization", T=(1.0, 2.0, 3.0)),
        measured(T=(5.0, 6.0, 7.0, 8.0, 9.0)),
    ]
    axes = drawn(made({}, sets))
    for bottom, count in zip(axes[3:], (4, 3, 5), strict=True):
        drawn_points = [
            len(line.get_xdata()) for line in bottom.lines if line.get_linestyle() != "-"
        ]
        assert drawn_points == [count, count]


def test_points_along_a_curve():
    """Over what takes more values; everything else as it was measured there."""
    T = np.array([1.0, 1.0, 1.0, 2.0, 2.0, 2.0])
    B = np.array([4.0, 0.0, 1.0, 0.0, 2.0, 3.0])
    data = replace(
        measured(T=(1.0, 2.0, 3.0)), T=T, B=B, reference=2 * B, extra={"tau1": np.array([1, 2, 9, 4, 5, 6.0])}
    )  # fmt: skip
    line = fine(data)
    assert len(line) == 160
    first = line.only("a")
    np.testing.assert_allclose(first.B, np.linspace(0, 4, 80), atol=1e-12)
    np.testing.assert_allclose(first.reference, 2 * first.B, atol=1e-12)
    assert (set(first.T), set(first.extra["tau1"]), set(line.only("b").T)) == ({1.0}, {2.0}, {2.0})
    np.testing.assert_allclose(line.only("b").B, np.linspace(0, 3, 80), atol=1e-12)
    decades = fine(replace(data, B=np.array([400.0, 0.5, 1.0, 0.6, 2.0, 3.0])))
    assert decades.B[1] / decades.B[0] == pytest.approx(decades.B[79] / decades.B[78])
