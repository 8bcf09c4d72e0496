"""Parameters at a bound, released from it, and what a profile says of them."""

from dataclasses import replace
from importlib import import_module

import lmfit
import make_examples
import numpy as np
import pytest

from etm import fitting
from etm.fitting.uncertainty import rise_at


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


def test_a_parameter_at_its_bound_is_held_there_and_said(iron):
    """Then the others have errors, and the profile has one open side."""
    less = replace(iron, value=iron.value - fitting.model("heat-capacity", "iron").predict(
        {"n_Fe2": 3.0, "n_Fe3": 0.0, "c_phonon": 0.0}, iron))  # fmt: skip
    found = fitting.fit(less, "iron")
    assert found.converged
    assert found.settled == ("n_Fe2",)
    assert found.parameters["n_Fe2"].value == 0.0
    assert "n_Fe2 ended at its lower bound 0 and was held there" in found.message
    assert found.parameters["n_Fe3"].stderr > 0
    assert fitting.Fit.from_json(found.to_json()).settled == ("n_Fe2",)
    interval = fitting.profile(found, "n_Fe2")
    assert interval.low == -np.inf
    assert 0 < interval.high < 1
    held = fitting.fit(less, "iron", start={"n_Fe2": interval.high}, hold=["n_Fe2"])
    assert held.chi2 - found.chi2 == pytest.approx(1.0, abs=0.03)
    assert fitting.profile(found, "n_Fe3").high > found.parameters["n_Fe3"].value


def test_errors_beside_a_bound_allow_for_being_off_it(iron):
    """They are those of the linear model with all its columns, not of the one without."""
    less = replace(iron, value=iron.value - fitting.model("heat-capacity", "iron").predict(
        {"n_Fe2": 3.0, "n_Fe3": 0.0, "c_phonon": 0.0}, iron))  # fmt: skip
    found = fitting.fit(less, "iron")
    columns = np.array([
        found.predict({name: float(name == one) for name in found.parameters}) / iron.error
        for one in found.parameters
    ])  # fmt: skip
    errors = np.sqrt(np.diag(np.linalg.inv(columns @ columns.T)))
    names = list(found.parameters)
    assert found.settled == ("n_Fe2",)
    for name in ("n_Fe3", "c_phonon"):
        assert found.parameters[name].stderr == pytest.approx(errors[names.index(name)], rel=1e-3)
    held = fitting.fit(less, "iron", start={"n_Fe2": 0.0}, hold=["n_Fe2"])
    assert found.parameters["n_Fe3"].stderr > 1.5 * held.parameters["n_Fe3"].stderr
    assert "errors of the others allow for that" in found.message
    assert "bound" not in held.message


def test_errors_beside_a_bound_are_left_alone_if_only_a_sum_is_known():
    """A free parameter and one at its bound that do the same, up to a little."""
    widened = import_module("etm.fitting.fit")._widened

    class Sum:
        def __init__(self, little):
            self.little = little

        def residual(self, values):
            a, b = values["a"], values["b"]
            return np.array([a + b, a + b + self.little * b, 0.0])

    for little, possible in ((0.0, False), (1e-9, False), (1.0, True)):
        parameters = lmfit.Parameters()
        parameters.add("a", 1.0)
        parameters.add("b", 0.0, min=0.0, vary=False)
        parameters["a"].stderr = 0.5
        assert widened(Sum(little), parameters, {"b": "bound"}) is possible
        # columns (1, 1) and (1, 2): variance of a is 5 / (2·5 - 3²)
        expected = np.sqrt(5.0) if possible else 0.5
        assert parameters["a"].stderr == pytest.approx(expected, rel=1e-6)


def test_a_parameter_that_can_leave_its_bound_does(data, found):
    """At a bound a minimiser feels no slope; released from it, iron that was there is found."""
    freed = fitting.fit(data, "ats+iron", start={"n_Fe3": 0.0}, starts=1)
    assert freed.settled == ()
    assert freed.chi2 == pytest.approx(found.chi2, abs=1e-4)
    assert "n_Fe3 ran into its lower bound 0 on the way; released, it came away from it" in (
        freed.message
    )
    fall = float(freed.message.split("chi2 fell by ")[1].rstrip("."))
    stuck = fitting.fit(data, "ats+iron", start={"n_Fe3": 0.0}, hold=["n_Fe3"])
    assert fall == pytest.approx(stuck.chi2 - found.chi2, rel=1e-2)
    rival = fitting.fit(data, "two-level+iron")
    assert "(released once more, it found nothing better)" in rival.message


def test_a_profile_that_finds_a_better_minimum_says_so(data, found):
    """Its values are start values of a fit that finds it."""
    shifted = found.parameters.copy()
    for name in found.free:
        shifted[name].value += 0.5 * shifted[name].stderr
    false = replace(found, parameters=shifted)
    with pytest.warns(UserWarning, match="n_Fe2: NO INTERVAL.*chi2 is lower by"):
        interval = fitting.profile(false, "n_Fe2")
    assert interval.fall == pytest.approx(false.chi2 - found.chi2, abs=1e-3)
    assert interval.fall > 0.02
    assert np.isnan([interval.low, interval.high]).all()
    assert f"n_Fe2={found.parameters['n_Fe2'].value:.2f}" in str(interval)
    assert f" n_ATS={np.exp(found.parameters['ln_n_ATS'].value):.3g}"[:7] in str(interval)
    again = fitting.fit(data, "ats+iron", start=interval.better)
    assert again.chi2 == pytest.approx(found.chi2, abs=1e-4)
    honest = fitting.profile(again, "n_Fe2")
    assert (honest.fall, honest.better) == (0.0, {})


def test_rise_at_the_ends_of_a_profile_is_that_of_the_profile(found):
    interval = fitting.profile(found, "n_Fe2")
    for end in (interval.low, interval.high):
        assert rise_at(found, "n_Fe2", end) == pytest.approx(1.0, abs=0.03)
    assert rise_at(found, "n_Fe2", interval.best) == pytest.approx(0.0, abs=1e-3)
    with pytest.raises(ValueError, match="name = 'chi_L'"):
        rise_at(found, "chi_L", 1.0)


def test_a_parameter_at_its_bound_counts(data):
    """The data chose to hold it, so the criteria charge for it."""
    rival = fitting.fit(data, "two-level+iron")
    assert len(rival.settled) == 1
    assert rival.count == len(rival.free) + 1 == 2
    assert rival.aic == pytest.approx(rival.chi2 + 4)
    assert rival.bic == pytest.approx(rival.chi2 + 2 * np.log(93))
    assert rival.reduced_chi2 == pytest.approx(rival.chi2 / 91)
    assert "93 points and 2 parameters (1 of them at a bound)" in rival.report()
    assert rival.compare(fitting.fit(data, "ats+iron"))["parameters"].tolist() == [2, 6]
    by_hand = fitting.fit(data, "two-level+iron", start={"n_Fe3": 0.0}, hold=["n_Fe3"])
    assert by_hand.count == 1


def test_no_parameter_is_left_at_a_bound_with_an_error(data):
    """A field in the wrong unit drives one after the other to its bound."""
    found = fitting.fit(replace(data, B=data.B / 1e3), "ats+iron", starts=1)
    for name in found.free:
        p = found.parameters[name]
        assert p.value - p.min > 1e-3, name
