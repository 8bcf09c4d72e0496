"""Fits: what they expose, share, hold, report, compare and save."""

import json
import pickle
from dataclasses import replace

import make_examples
import numpy as np
import pytest
from matplotlib import pyplot

from etm import fitting
from etm.fitting import store


@pytest.fixture(scope="module")
def data():
    """Synthetic heat capacities of Duran."""
    return make_examples.measurements("heat-capacity")


@pytest.fixture(scope="module")
def found(data):
    """Their fit."""
    return fitting.fit(data, "ats+iron")


@pytest.fixture(scope="module")
def iron():
    """A linear model: iron and phonons, of zero-field and field points."""
    T, B = make_examples.grid(np.linspace(1, 3, 8), [0.0, 1.0, 3.0])
    plain = make_examples.measurements("heat-capacity")
    clean = replace(plain.where(np.zeros(T.size, int)), T=T, B=B, reference=None,
                    curve=np.full(T.size, "all"), error=np.full(T.size, 1e-7))  # fmt: skip
    value = fitting.model("heat-capacity", "iron").predict(
        {"n_Fe2": 2.0, "n_Fe3": 3.0, "c_phonon": 1.5}, clean
    )
    noise = 1e-7 * np.random.default_rng(5).standard_normal(T.size)
    return replace(clean, value=value + noise)


def test_residuals_are_over_the_errors(found, data):
    residual = found.residual(found.parameters)
    assert residual.shape == (found.points,) == (93,)
    np.testing.assert_allclose(residual, (found.predict() - data.value) / data.error, rtol=1e-10)
    plain = found.models[0].predict(found.parameters, data)
    np.testing.assert_allclose(found.predict(), plain, rtol=1e-10, atol=1e-14)
    assert found.chi2 == pytest.approx(np.sum(residual**2))
    assert found.reduced_chi2 == pytest.approx(found.chi2 / (93 - 6))
    assert found.aic == pytest.approx(found.chi2 + 12)
    assert found.bic == pytest.approx(found.chi2 + 6 * np.log(93))


def test_the_minimum_is_one(found):
    """No step of a tenth of an error lowers χ², and a whole one raises it."""
    for name in found.free:
        p = found.parameters[name]
        for step in (-0.1, 0.1, -1, 1):
            values = found.parameters.valuesdict() | {name: p.value + step * p.stderr}
            rise = np.sum(found.residual(values) ** 2) - found.chi2
            assert rise > 0
            assert rise > 0.9 * step**2


def test_exact_data_are_fitted_exactly():
    clean = make_examples.measurements("heat-capacity", None)
    for per_curve in ((), ("Dmin", "D0min")):
        found = fitting.fit(clean, "ats+iron", per_curve=per_curve)
        truth = make_examples.EXAMPLES["heat-capacity"]["parameters"]
        for name in found.free:
            plain = found.problem.labels[name][0]
            assert found.parameters[name].value == pytest.approx(truth[plain], abs=2e-3)
        assert found.chi2 < 1e-4


def test_processes_can_use_it(found):
    again = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(
        again.residual(found.parameters), found.residual(found.parameters)
    )
    function = pickle.loads(pickle.dumps(found.residual))
    np.testing.assert_array_equal(function(found.parameters), found.residual(found.parameters))
    assert len(pickle.dumps(found)) < 1e5


def test_json_holds_everything(found):
    text = found.to_json()
    again = fitting.Fit.from_json(text)
    assert again.report() == found.report()
    assert again.to_json() == text
    np.testing.assert_allclose(again.residual(again.parameters), found.residual(found.parameters))
    for wrong in ("", "[]", "{}", '{"format": "other"}', "1"):
        with pytest.raises(ValueError, match=r"no fit\.json"):
            fitting.Fit.from_json(wrong)


def test_linear_models_have_their_textbook_errors(iron):
    found = fitting.fit(iron, "iron")
    columns = [
        found.predict({name: float(name == one) for name in found.parameters}) / iron.error
        for one in found.parameters
    ]
    covariance = np.linalg.inv(np.array(columns) @ np.array(columns).T)
    best = covariance @ np.array(columns) @ (iron.value / iron.error)
    errors = [p.stderr for p in found.parameters.values()]
    np.testing.assert_allclose(list(found.parameters.valuesdict().values()), best, rtol=1e-5)
    np.testing.assert_allclose(errors, np.sqrt(np.diag(covariance)), rtol=1e-3)
    r = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert found.parameters["n_Fe2"].correl["n_Fe3"] == pytest.approx(r, abs=1e-3)


@pytest.mark.parametrize("rise", [1.0, 4.0])
def test_profile_of_a_linear_model_is_its_parabola(iron, rise):
    found = fitting.fit(iron, "iron")
    interval = fitting.profile(found, "n_Fe3", rise)
    p = found.parameters["n_Fe3"]
    for end, side in ((interval.low, -1), (interval.high, 1)):
        assert end == pytest.approx(p.value + side * np.sqrt(rise) * p.stderr, rel=2e-2)
    assert "chi2 + " in str(interval)


def test_profile_finds_the_rise_and_refits_the_rest(found):
    interval = fitting.profile(found, "ln_n_ATS")
    assert interval.low < interval.best < interval.high
    for end in (interval.low, interval.high):
        held = fitting.fit(
            found.measurements[0], "ats+iron", start={"ln_n_ATS": end}, hold=["n_ATS"]
        )
        assert held.chi2 - found.chi2 == pytest.approx(1.0, abs=0.03)


def test_profile_is_open_where_nothing_limits(iron):
    found = fitting.fit(iron, "iron")
    p = found.parameters["n_Fe2"]
    wide = fitting.profile(found, "n_Fe2", 4 * (p.value / p.stderr) ** 2)
    assert wide.low == -np.inf
    assert "from open to" in str(wide)
    assert np.isfinite(wide.high)
    held = fitting.fit(iron, "iron", hold=["n_Fe2"])
    with pytest.raises(ValueError, match="name = 'n_Fe2'"):
        fitting.profile(held, "n_Fe2")
    with pytest.raises(ValueError, match="rise"):
        fitting.profile(found, "n_Fe2", 0.0)


def test_report_says_what_a_reader_needs(found):
    lines = found.report()
    for word in ("heat-capacity: ats+iron", "93 points", "Converged.", "n_ATS", "1/g", "Correlations",
                 "reduced chi2", "AIC, BIC", "Fe²⁺"):  # fmt: skip
        assert word in lines
    table = found.table().set_index("name")
    assert table.loc["n_ATS", "value"] == pytest.approx(np.exp(found.parameters["ln_n_ATS"].value))
    relative = found.parameters["ln_n_ATS"].stderr
    assert table.loc["n_ATS", "error"] == pytest.approx(relative * table.loc["n_ATS", "value"])


def test_models_are_compared(found, data):
    rival = fitting.fit(data, "two-level+iron")
    assert "two-level systems drop out" in rival.report()
    table = found.compare(rival)
    assert table["ΔAIC"].tolist() == pytest.approx([0.0, rival.aic - found.aic])
    assert table["ΔBIC"].tolist() == pytest.approx([0.0, rival.bic - found.bic])
    assert table["ΔAIC"][1] > 1000
    other = fitting.fit(replace(data, error=2 * data.error), "iron")
    with pytest.raises(ValueError, match="different measurements"):
        found.compare(other)
    with pytest.raises(ValueError, match="class Fit"):
        found.compare("iron")


def test_start_hold_and_free(data):
    held = fitting.fit(
        data, "ats+iron", start={"n_Fe2": 3.21, "Dmin": 0.32}, hold=["n_Fe2", "Dmin"]
    )
    assert held.parameters["n_Fe2"].value == 3.21
    assert held.parameters["ln_Dmin"].value == pytest.approx(np.log(0.32))
    assert set(held.free) == {"ln_D0min", "ln_width", "ln_n_ATS", "n_Fe3"}
    assert "held" in held.report()
    tls = replace(data, reference=None)
    freed = fitting.fit(tls, "two-level+iron", free=["D0min_TLS"], max_evaluations=20)
    assert "ln_D0min_TLS" in freed.free


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": {"gold": 1.0}}, "'gold': not in this fit.*ln_Dmin"),
        ({"start": {"Dmin": -1.0}}, "Dmin = -1.0: must be from"),
        ({"start": {"Dmin": 1e6}}, "Dmin = 1000000.0: must be from"),
        ({"hold": ["offset"]}, "'offset': not in this fit"),
        ({"per_curve": ["gold"]}, "'gold': not known"),
        ({"starts": 0}, "starts = 0"),
    ],
)
def test_bad_options_are_refused(data, options, words):
    with pytest.raises(ValueError, match=words):
        fitting.fit(data, "ats+iron", **options)


def test_bad_data_for_a_model_are_refused(data):
    with pytest.raises(ValueError, match="6 points and 6 parameters: hold some"):
        fitting.fit(data.where(np.arange(6)), "ats+iron")
    with pytest.raises(ValueError, match="1 sets of measurements and 2 models"):
        fitting.fit(data, ["ats+iron", "iron"])
    with pytest.raises(ValueError, match="observable = 'loss'"):
        fitting.fit(data, fitting.model("loss", "ats"))


def test_a_fit_cut_short_says_so_and_keeps_its_values(data, tmp_path):
    cut = fitting.fit(data, "ats+iron", max_evaluations=3, starts=1)
    assert not cut.converged
    assert "NOT CONVERGED" in cut.report()
    assert "start=" in cut.message
    assert np.all(np.isfinite(list(cut.parameters.valuesdict().values())))
    cut.save(tmp_path / "cut")
    again = fitting.Fit.from_json((tmp_path / "cut" / "fit.json").read_text(encoding="utf-8"))
    assert not again.converged
    resumed = fitting.fit(data, "ats+iron", start=again.parameters.valuesdict())
    assert resumed.converged


def test_degenerate_parameters_are_called_so(iron):
    """Without a field nobody can tell the irons apart, or see them."""
    still = iron.where(iron.B == 0)
    found = fitting.fit(still, "iron")
    assert not found.converged
    assert "NO ERRORS: n_Fe2, n_Fe3 do nothing to these data. Hold them." in found.report()
    held = fitting.fit(still, "iron", hold=["n_Fe2", "n_Fe3"])
    assert held.converged


def test_parameters_known_in_combination_only_are_named(iron):
    """Without a field the heat capacity knows n_ATS ln(D0max/D0min), not the two."""
    sweep = replace(iron.where(iron.B == 0), value=iron.value[iron.B == 0] + 2e-6)
    found = fitting.fit(sweep, "ats", hold=["D0min"])
    assert not found.converged
    assert "DEGENERATE: ln_width, ln_n_ATS are known in combination only" in found.message
    assert fitting.fit(sweep, "ats", hold=["D0min", "width"]).converged


def test_a_fit_that_does_not_fit_says_so(data):
    wrong = fitting.fit(replace(data, error=data.error / 5), "ats+iron")
    assert wrong.converged
    assert wrong.message.startswith("Converged, but the model does not fit: chi2 is 1753")
    assert "noise makes 87 ± 13" in wrong.message
    timid = fitting.fit(replace(data, error=5 * data.error), "ats+iron")
    assert "the errors of measurement are too large" in timid.message
    assert fitting.fit(data, "ats+iron").message == "Converged."


def test_a_forgotten_reference_is_guessed_at(data):
    bare = fitting.fit(replace(data, reference=None), "ats+iron", starts=1, max_evaluations=300)
    assert "column B_ref" in bare.message
    assert "less their values at 8 T" in fitting.fit(data, "iron").report()
    assert "B_ref" not in fitting.fit(data, "iron").message


def test_values_of_the_program_are_named():
    """An echo's apparatus is held at somebody's values: say whose."""
    data = make_examples.measurements("echo")
    data = data.where(np.arange(0, len(data), len(data) // 10))
    fixed = make_examples.EXAMPLES["echo"]
    start = fixed["parameters"] | {"c": 3.825}
    found = fitting.fit(data, "ats", start=start, starts=1, max_evaluations=1)
    assert "not yours: p1F0 = 0.45 D kV/m, phase = 1.571 rad. Give yours" in found.message
    heat = make_examples.measurements("heat-capacity")
    assert "n_Fe3 = 1 1e17/g" in fitting.fit(heat, "iron", hold=["n_Fe3"]).message
    given = fitting.fit(heat, "iron", start={"n_Fe3": 2.0}, hold=["n_Fe3"])
    assert "not yours" not in given.message


def test_points_that_repeat_and_small_curves_are_noted(data):
    twice = data.where(np.r_[0:31, 0:31])
    assert "31 points repeat another one in every digit (line 1, 2, 3, 4, 5 ...)" in (
        fitting.fit(twice, "iron").report()
    )
    few = fitting.fit(data.where(np.r_[0:31, 40, 41]), "iron").report()
    assert "1 curve(s) of fewer than 3 points" in few
    assert "Note" not in fitting.fit(data, "iron").report()


def test_values_are_rounded_to_their_errors(found):
    line = next(x for x in found.report().splitlines() if x.startswith("n_ATS"))
    assert line.split()[1:3] == ["9.43e+16", "4e+15"]


def test_curves_have_offsets_and_cutoffs_of_their_own(data):
    found = fitting.fit(data, "ats+iron", per_curve=["Dmin", "D0min"])
    assert {"ln_Dmin_1", "ln_Dmin_3", "ln_width", "ln_n_ATS"} <= set(found.free)
    assert found.problem.labels["ln_Dmin_2"] == ("ln_Dmin", "1.23 K")
    assert "1.23 K" in found.report()
    assert found.names("Dmin") == ("ln_Dmin_1", "ln_Dmin_2", "ln_Dmin_3")


def test_several_observables_share_what_they_are_told(data):
    moment = make_examples.measurements("magnetization")
    pair, models = [data, moment], ["iron", "iron"]
    apart = fitting.fit(pair, models, shared=[])
    assert {"n_Fe2_C", "n_Fe2_M", "chi_L_M"} <= set(apart.parameters)
    one = fitting.fit(pair, models, shared=["n_Fe2"])
    assert {"n_Fe2", "n_Fe3_C", "n_Fe3_M"} <= set(one.parameters)
    everything = fitting.fit(pair, models)
    assert set(everything.parameters) == {"n_Fe2", "n_Fe3", "chi_L"}
    alone = [fitting.fit(d, "iron").chi2 for d in pair]
    assert apart.chi2 == pytest.approx(sum(alone), rel=1e-6)
    assert apart.chi2 < one.chi2 < everything.chi2
    twice = fitting.fit([data, data], models, shared=["n_Fe2"])
    assert {"n_Fe3_C1", "n_Fe3_C2"} <= set(twice.parameters)
    offsets = fitting.fit([make_examples.measurements(o) for o in ("permittivity", "loss")],
                          ["two-level", "two-level"])  # fmt: skip
    assert {"offset_eps_1", "offset_loss_3"} <= set(offsets.parameters)


def test_a_set_without_guesses_leaves_the_other_its_own(data):
    """A linear model beside one that is not: the guesses of the second still count."""
    moment = make_examples.measurements("magnetization")
    pair = fitting.fit([moment, data], ["iron", "ats+iron"], shared=[])
    assert pair.chi2 == pytest.approx(
        fitting.fit(moment, "iron").chi2 + fitting.fit(data, "ats+iron").chi2, rel=1e-6
    )


def test_saved_once_and_never_over(found, tmp_path):
    folder = tmp_path / "deep" / "results"
    written = found.save(folder)
    assert [path.name for path in written] == ["fit.json", "report.txt", "figure.png"]
    assert all(path.stat().st_size > 500 for path in written)
    assert json.loads((folder / "fit.json").read_text(encoding="utf-8"))["points"] == 93
    before = (folder / "fit.json").read_bytes()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="left as it is"):
        fitting.fit(found.measurements[0], "iron").save(folder)
    assert (folder / "fit.json").read_bytes() == before
    found.save(folder, overwrite=True, others=[found])
    assert "Against" in (folder / "report.txt").read_text(encoding="utf-8")
    assert (folder / "mine.txt").read_text() == "mine"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["results"]
    interval = fitting.profile(found, "n_Fe2")
    found.save(folder, overwrite=True, others=[found], profiles=[interval])
    content = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
    assert content["profiles"][0]["low"] == pytest.approx(interval.low)
    assert content["rivals"][0]["aic"] == pytest.approx(found.aic)
    assert {p["name"]: p["unit"] for p in content["parameters"]}["n_Fe2"] == "1e17/g"
    assert str(interval) in (folder / "report.txt").read_text(encoding="utf-8")
    assert fitting.Fit.from_json(json.dumps(content)).chi2 == pytest.approx(found.chi2)
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError, match="is a file"):
        found.save(tmp_path / "file", overwrite=True)


def test_what_fails_while_saving_leaves_nothing(found, tmp_path, monkeypatch):
    def broken(fit, path):
        raise OSError("no room")

    monkeypatch.setattr(store, "_picture", broken)
    with pytest.raises(OSError, match="no room"):
        found.save(tmp_path / "results")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    found.save(tmp_path / "results")
    before = (tmp_path / "results" / "fit.json").read_bytes()
    monkeypatch.setattr(store, "_picture", broken)
    with pytest.raises(OSError, match="no room"):
        fitting.fit(found.measurements[0], "iron").save(tmp_path / "results", overwrite=True)
    assert (tmp_path / "results" / "fit.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_figures_show_points_model_and_residuals(found, data):
    moment = fitting.fit([data, make_examples.measurements("magnetization")], ["iron", "iron"])
    for one, columns in ((found, 1), (moment, 2)):
        figure = one.figure()
        assert len(figure.axes) == 2 * columns
        top, bottom = figure.axes[0], figure.axes[columns]
        lines = [line for line in top.get_lines() if len(line.get_xdata()) == 80]
        assert len(lines) == 3
        shown = np.concatenate([line.get_ydata() for line in bottom.get_lines()[:3]])
        np.testing.assert_allclose(np.sort(shown), np.sort(-one.residual(one.parameters)[:93]))
        pyplot.close(figure)


def test_decades_of_field_have_a_logarithmic_axis():
    for observable, scale in (("permittivity", "log"), ("heat-capacity", "linear")):
        data = make_examples.measurements(observable)
        figure = fitting.fit(data, "two-level").figure()
        assert figure.axes[0].get_xscale() == scale
        assert "change from" in figure.axes[0].get_title(loc="left")
        pyplot.close(figure)


def test_reports_name_no_folder(found, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(fitting.example("heat-capacity").read_text(encoding="utf-8"), encoding="utf-8")
    report = fitting.fit(fitting.read(path, "heat-capacity"), "iron").report()
    assert "Data       mine.csv: 93 points" in report
    assert str(tmp_path) not in report
