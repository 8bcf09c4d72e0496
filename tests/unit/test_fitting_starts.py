"""What a fit begins with: start values, bounds, what is held, and what is refused before it begins."""

import re
from dataclasses import replace

import numpy as np
import pytest

from etm import fitting
from etm.fitting import Measurements, model

IRON = model("heat-capacity", "iron")
TRUTH = {"n_Fe2": 3.0, "n_Fe3": 1.0, "c_phonon": 2.0}


def measured(count=12, curves=("a",), values=TRUTH):
    """Heat capacities of iron and phonons without noise, errors of one percent."""
    T = np.tile(np.geomspace(0.3, 3.0, count), len(curves))
    B = np.repeat(0.5 * (1 + np.arange(len(curves))), count)
    empty = Measurements("heat-capacity", T, B, 0 * T, 1 + 0 * T, np.repeat(curves, count))
    value = IRON.predict(values, empty)
    return replace(empty, value=value, error=0.01 * value)


def test_the_truth_is_found_from_anywhere():
    for start in ({}, {"n_Fe2": 20.0}, {"n_Fe2": 0.0, "c_phonon": 50.0}):
        found = fitting.fit(measured(), "iron", start=start)
        assert found.converged
        assert found.parameters.valuesdict() == pytest.approx(TRUTH, rel=1e-6)
        assert found.message.startswith("Converged, but chi2 is")  # there is no noise
        assert found.settled == ()


def test_errors_are_those_of_the_normal_equations():
    data = measured()
    found = fitting.fit(data, "iron")
    names = list(TRUTH)
    unit = [IRON.predict({n: float(n == k) for n in names}, data) / data.error for k in names]
    covariance = np.linalg.inv(np.array(unit) @ np.array(unit).T)
    for k, name in enumerate(names):
        p = found.parameters[name]
        assert p.stderr == pytest.approx(np.sqrt(covariance[k, k]), rel=1e-3)
        for j, other in enumerate(names):
            if j != k:
                r = covariance[k, j] / np.sqrt(covariance[k, k] * covariance[j, j])
                assert p.correl[other] == pytest.approx(r, abs=1e-3)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ({"n_Fe2": -1e-9}, "start value n_Fe2 = -1e-09: must be from 0 to inf"),
        ({"Dmin": 30.1}, "start value Dmin = 30.1: must be from 0.0001 to 30"),
        ({"Dmin": 0.0}, "start value Dmin = 0.0: must be from 0.0001 to 30"),
        ({"Dmin": -1.0}, "start value Dmin = -1.0: must be from 0.0001 to 30"),
        ({"ln_Dmin": 3.5}, "start value ln_Dmin = 3.5: must be from -9.21 to 3.4"),
        ({"gold": 1.0}, "parameter 'gold': not in this fit"),
    ],
)
def test_starts_out_of_bounds_are_refused(start, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        fitting.fit(measured(), "ats+iron", start=start)


CUTS = ["Dmin", "D0min", "width", "n_ATS"]


@pytest.mark.parametrize(
    ("start", "name", "value"),
    [
        ({"Dmin": 0.5}, "ln_Dmin", np.log(0.5)),
        ({"ln_Dmin": -0.7}, "ln_Dmin", -0.7),
        ({"Dmin": 30.0}, "ln_Dmin", np.log(30.0)),
        ({"Dmin": 1e-4}, "ln_Dmin", np.log(1e-4)),
        ({"n_ATS": 1e10}, "ln_n_ATS", np.log(1e10)),
    ],
)
def test_a_held_parameter_stays_where_it_began(start, name, value):
    found = fitting.fit(measured(), "ats+iron", start={"n_ATS": 1e10} | start, hold=CUTS)
    assert found.parameters[name].value == pytest.approx(value, rel=1e-12)
    assert set(found.free) == {"n_Fe2", "n_Fe3", "c_phonon"}
    # what was held without a value of its own is named
    assert "Held at values of the program, not yours: " in found.message
    text = found.message.split("not yours: ")[1]
    assert "D0min = " in text
    assert ("Dmin = " in text.replace("D0min", "")) == (name == "ln_n_ATS")
    assert "n_ATS" not in text


def test_starts_reach_every_curve():
    data = measured(curves=("a", "b"))
    start = {"n_Fe2": 3.0, "n_Fe3": 1.0}
    found = fitting.fit(data, "iron", per_curve=["n_Fe2"], start=start, hold=["n_Fe2", "n_Fe3"])
    values = found.parameters.valuesdict()
    assert (values["n_Fe2_1"], values["n_Fe2_2"], values["n_Fe3"]) == (3.0, 3.0, 1.0)
    assert values["c_phonon"] == pytest.approx(2.0, rel=1e-9)
    one = fitting.fit(data, "iron", per_curve=["n_Fe2"], start={"n_Fe2_2": 5.0}, hold=["n_Fe2_2"])
    assert one.parameters["n_Fe2_2"].value == 5.0
    assert one.parameters["n_Fe2_1"].vary


def test_as_many_points_as_parameters_are_too_few():
    with pytest.raises(ValueError, match="3 points and 3 parameters: hold some"):
        fitting.fit(measured(3), "iron")
    assert fitting.fit(measured(4), "iron").points == 4
    assert fitting.fit(measured(3), "iron", hold=["n_Fe3"], start={"n_Fe3": 1.0}).count == 2


def test_sets_models_and_starts_must_fit():
    data = measured()
    with pytest.raises(ValueError, match="2 sets of measurements and 1 models: give one for each"):
        fitting.fit([data, data], ["iron"])
    with pytest.raises(ValueError, match="observable = 'magnetization'"):
        fitting.fit(data, model("magnetization", "iron"))
    with pytest.raises(ValueError, match="starts = 0: must be a whole number >= 1"):
        fitting.fit(data, "iron", starts=0)
    for wrong in ({"shared": ["gold"]}, {"per_curve": ["gold"]}):
        with pytest.raises(ValueError, match="parameter 'gold': not known here"):
            fitting.fit(data, "iron", **wrong)


def test_an_amount_that_would_be_negative_is_held_at_none():
    data = measured(values=TRUTH | {"n_Fe3": -0.5})
    found = fitting.fit(data, "iron")
    assert found.settled == ("n_Fe3",)
    assert found.parameters["n_Fe3"].value == 0
    assert "n_Fe3 ended at its lower bound 0 and was held there" in found.message
    assert found.free == ("n_Fe2", "c_phonon")
    assert found.count == 3


def test_a_logarithm_at_its_bound_is_told_in_plain_numbers():
    """Less than none of the anomalous systems would fit best."""
    cuts = {"Dmin": 0.3, "D0min": 5e4, "width": 1.5}
    ats = {"ln_Dmin": np.log(0.3), "ln_D0min": np.log(5e4), "ln_width": np.log(1.5)}
    data = measured()
    less = model("heat-capacity", "ats").predict(
        ats | {"ln_n_ATS": np.log(1e15), "c_phonon": 0.0}, data
    )
    data = replace(data, value=data.value - less, error=0.001 * data.value)
    found = fitting.fit(data, "ats+iron", start=cuts, hold=list(cuts))
    assert found.settled == ("ln_n_ATS",)
    assert "ln_n_ATS ended at its lower bound 1e+10 and was held there" in found.message
    assert found.parameters["ln_n_ATS"].value == np.log(1e10)


@pytest.mark.parametrize("value", [0.0, 1e-30])
def test_nothing_has_no_logarithm(value):
    """Zero or too little for a density: refused with its plain bounds, without a warning."""
    with pytest.raises(ValueError, match="start value n_ATS = .*: must be from 1e.10 to 1e.22"):
        fitting.fit(measured(), "ats+iron", start={"n_ATS": value})


def test_one_of_several_at_its_bound_is_released_with_the_others_kept():
    """Twice less than none: both are held at their bounds, and the third still has its error."""
    found = fitting.fit(measured(values={"n_Fe2": -3.0, "n_Fe3": -1.0, "c_phonon": 50.0}), "iron")
    assert found.settled == ("n_Fe2", "n_Fe3")
    assert [found.parameters[n].value for n in found.settled] == [0.0, 0.0]
    assert found.free == ("c_phonon",)
    assert found.parameters["c_phonon"].stderr > 0
    assert "Their profiles say" in found.message
    assert found.count == 3


@pytest.mark.parametrize("rise", [1.0, 4.0, 0.25])
def test_the_profile_of_a_single_parameter_is_its_error(rise):
    """Nothing else can make up for it: χ² is a parabola, and the interval so many errors wide."""
    found = fitting.fit(measured(), "iron", start=TRUTH, hold=["n_Fe3", "c_phonon"])
    error = found.parameters["n_Fe2"].stderr
    interval = fitting.profile(found, "n_Fe2", rise)
    wide = np.sqrt(rise) * error
    assert (interval.low, interval.high) == pytest.approx(
        (3.0 - wide, 3.0 + wide), abs=0.01 * error
    )
    assert (interval.best, interval.rise, interval.fall) == (
        found.parameters["n_Fe2"].value,
        rise,
        0.0,
    )
    assert dict(interval.better) == {}
