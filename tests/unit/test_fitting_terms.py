"""Shapes of the fits where points differ in more than temperature and field, and which points share what."""

from dataclasses import replace

import numpy as np
import pytest

import etm
from etm import dielectric
from etm.fitting import Measurements, model
from etm.fitting.models import QUANTITIES, Term
from etm.fitting.problem import Problem, full_name

CUTS = {"ln_Dmin": np.log(0.02), "ln_D0min": np.log(5e4), "ln_width": np.log(1.6)}
ATS = etm.ATS(0.02, 5e4, 5e4 * np.exp(1.6), 1.0)


def points(observable, T, B=0.0, curve="a", reference=None, **extra):
    """Measurements of one, to be predicted."""
    T, B = (np.array(x, dtype=float) for x in np.broadcast_arrays(T, B))
    curve = np.broadcast_to(curve, T.shape).astype(str)
    extra = {name: np.broadcast_to(x, T.shape).astype(float) for name, x in extra.items()}
    if reference is not None:
        reference = np.broadcast_to(reference, T.shape).astype(float)
    return Measurements(observable, T, B, np.ones(T.shape), 0.1 + 0 * T, curve, reference, extra)


def test_a_sweep_without_a_frequency_has_the_resonant_part_alone():
    data = points("permittivity", [0.03, 0.07, 0.2, 0.5])
    values = CUTS | {"ln_A_ATS": 0.0, "ln_A_TLS": np.log(3.0), "offset": 0.0}
    values |= {"ln_D0min_TLS": np.log(1e-3), "ln_D0max_TLS": np.log(8.0)}
    rest = (7.0, 1.0, 1.0, 1e-3, 8.0)
    resonant, _ = dielectric.two_level_permittivity(data.T, *rest)
    found = model("permittivity", "two-level").predict(values, data)
    np.testing.assert_allclose(found, 3 * resonant, rtol=1e-12)
    strength = 1.5 * 1.6 / 0.02
    resonant, _ = dielectric.ats_permittivity_zero_field(data.T, 7.0, strength, 1.0, 0.02)
    resonant = resonant + dielectric.ats_permittivity(data.T, 0.0, ATS, 1.0)
    found = model("permittivity", "ats").predict(values, data)
    np.testing.assert_allclose(found, resonant, rtol=1e-12)


def test_every_point_has_its_own_frequency():
    frequency = np.array([1e3, 5e3, 1e3, 2e4])
    data = points("loss", [0.03, 0.03, 0.1, 0.2], [0.1, 0.1, 0.0, 0.3], frequency=frequency)
    values = CUTS | {"ln_A_ATS": np.log(2e-5), "ln_Gamma": np.log(3e-10), "offset": 1e-7}
    expected = [
        1e-7 + dielectric.ats_loss(T, B, ATS, 2e-5, 3e-10, 2 * np.pi * f)
        for T, B, f in zip(data.T, data.B, frequency, strict=True)
    ]
    np.testing.assert_allclose(model("loss", "ats").predict(values, data), expected, rtol=1e-9)


def test_echoes_of_several_pulses_are_relative_to_the_coldest_point():
    """Whatever its place and whatever the pulses: each echo over that of its own pulses, cold and without field."""
    T, B = np.array([0.03, 0.05, 0.012, 0.03]), np.array([0.0, 0.1, 0.2, 0.4])
    waits = np.array([2e-6, 5e-6, 2e-6, 5e-6])
    data = points("echo", T, B, frequency=1e9, tau1=1e-7, tau2=2e-7, tau12=waits)
    values = CUTS | {"level": 0.7, "scale": -0.2, "ln_Gamma": np.log(1e-9), "ln_p1F0": np.log(0.45)}
    values |= {"c": 3.0, "phase": np.pi / 2}
    photon = etm.units.REDUCED_PLANCK * 2e9 * np.pi
    expected = 0.7 * np.tanh(photon / (2 * T)) / np.tanh(photon / 0.024)
    for k, wait in enumerate(waits):
        rest = (ATS, etm.pulses.TwoPulses(1e9, 1e-7, 2e-7, wait, np.pi / 2), 0.45, 1e-9, 3e6)
        share = etm.echo.amplitude(T[k], B[k], *rest) / etm.echo.amplitude(0.012, 0.0, *rest)
        expected[k] -= 0.2 * share
    np.testing.assert_allclose(model("echo", "ats").predict(values, data), expected, rtol=1e-9)


def test_a_reference_is_taken_at_the_temperature_and_frequency_of_its_point():
    data = points(
        "loss", [0.03, 0.1, 0.03, 0.1], [0.1, 0.2, 0.3, 0.4], reference=[0.0, 0.05, 0.05, 0.0],
        frequency=[1e3, 1e3, 9e3, 9e3],
    )  # fmt: skip
    values = CUTS | {"ln_A_ATS": np.log(2e-5), "ln_Gamma": np.log(3e-10), "offset": 1e-7}

    def loss(T, B, f):
        return dielectric.ats_loss(T, B, ATS, 2e-5, 3e-10, 2 * np.pi * f)

    expected = [
        1e-7 + loss(T, B, f) - loss(T, there, f)
        for T, B, there, f in zip(
            data.T, data.B, data.reference, data.extra["frequency"], strict=True
        )
    ]
    np.testing.assert_allclose(model("loss", "ats").predict(values, data), expected, rtol=1e-8)


def guesses(observable, T, B, frequency=None, **extra):
    """All first guesses for temperatures and fields, one row each."""
    extra = extra if frequency is None else extra | {"frequency": frequency}
    data = points(observable, T, B, **extra)
    rows = list(model(observable, "ats").candidates(data))
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


T, B = np.array([0.2, 0.4, 0.8]), np.array([0.0, 0.1, 0.4])


def test_first_guesses_are_as_large_as_the_measurements():
    """Temperatures twice as high: cutoffs twice as large; fields twice as strong: half the area will do."""
    plain = guesses("heat-capacity", T, B)
    assert len(plain["ln_Dmin"]) == 18
    hot, strong = guesses("heat-capacity", 2 * T, B), guesses("heat-capacity", T, 2 * B)
    none = guesses("heat-capacity", T, 0 * B)
    for name, shift in (("ln_Dmin", np.log(2)), ("ln_D0min", np.log(2)), ("ln_width", 0.0)):
        np.testing.assert_allclose(hot[name], plain[name] + shift, atol=1e-12)
    np.testing.assert_allclose(strong["ln_D0min"], plain["ln_D0min"] - np.log(2), atol=1e-12)
    np.testing.assert_allclose(strong["ln_Dmin"], plain["ln_Dmin"], atol=1e-12)
    np.testing.assert_array_equal(none["ln_D0min"], guesses("heat-capacity", T, 1.0)["ln_D0min"])
    assert np.exp(plain["ln_Dmin"]).min() < 0.4 / 5
    assert np.exp(plain["ln_Dmin"]).max() == pytest.approx(0.4)
    # the flux splits the levels of the smallest cutoffs by less than the temperature, of the largest by more
    split = etm.units.phase_energy(np.exp(plain["ln_D0min"]), 0.2)
    assert split.min() < 0.4 / 3
    assert split.max() > 0.4


def test_the_guess_of_a_loss_relaxes_once_a_period():
    """Γ/T⁵ = 1/ω at the mean temperature, at the middle frequency."""
    frequency = np.array([1e3, 2e3, 9e3])
    found = np.exp(guesses("loss", T, B, frequency)["ln_Gamma"])
    np.testing.assert_allclose(found / 0.4**5, 1 / (2 * np.pi * 2e3), rtol=1e-12)


def test_the_guess_of_an_echo_relaxes_in_a_few_waiting_times():
    waits = np.array([2e-6, 3e-6, 8e-6])
    found = np.exp(guesses("echo", 0.1 * T, B, 1e9, tau1=1e-7, tau2=1e-7, tau12=waits)["ln_Gamma"])
    photon = etm.units.REDUCED_PLANCK * 2e9 * np.pi
    assert np.all((1 < found / photon**5 / 3e-6) & (found / photon**5 / 3e-6 < 10))


def amplitudes(observable, name, data):
    return [term.amplitude for term in model(observable, name).terms(data)]


@pytest.mark.parametrize("observable", ["loss", "permittivity"])
def test_two_level_systems_are_seen_in_sweeps_alone(observable):
    """More than two temperatures or frequencies a curve, and no field whose value was subtracted."""
    both, ats = ["ln_A_ATS", "ln_A_TLS", "offset"], ["ln_A_ATS", "offset"]
    field = np.array([0.0, 0.1, 0.2, 0.3])
    for temperatures, frequencies, reference, expected in (
        ([1, 2, 3, 4], 1e3, None, both),
        ([1, 1, 1, 1], [1e3, 2e3, 3e3, 4e3], None, both),
        ([1, 1, 2, 3], 1e3, None, both),
        ([1, 1, 2, 2], 1e3, None, ats),
        ([1, 1, 1, 1], 1e3, None, ats),
        ([1, 2, 3, 4], 1e3, 0.0, ats),
    ):
        data = points(observable, temperatures, field, reference=reference, frequency=frequencies)
        assert amplitudes(observable, "ats+two-level", data) == expected
        assert amplitudes(observable, "ats", data) == ats


@pytest.mark.parametrize(
    ("observable", "name", "fitted", "held"),
    [
        ("heat-capacity", "ats+two-level+iron",
         "ln_n_ATS ln_Dmin ln_D0min ln_width ln_n_TLS n_Fe2 n_Fe3 c_phonon", "ln_D0min_TLS"),
        ("magnetization", "ats+iron",
         "ln_n_ATS ln_Dmin ln_D0min ln_width n_Fe2 n_Fe3 chi_L", "E0 T0"),
        ("loss", "ats+two-level",
         "ln_A_ATS ln_Dmin ln_D0min ln_width ln_Gamma ln_A_TLS ln_gamma offset",
         "ln_D0min_TLS ln_D0max_TLS"),
        ("echo", "ats", "level scale ln_Dmin ln_D0min ln_width ln_Gamma", "ln_p1F0 c phase"),
    ],
)  # fmt: skip
def test_what_is_fitted_and_what_is_held_unless_told(observable, name, fitted, held):
    extra = {} if observable in ("heat-capacity", "magnetization") else {"frequency": 1e3}
    if observable == "echo":
        extra |= {"tau1": 1e-7, "tau2": 1e-7, "tau12": 1e-6}
    data = points(observable, np.geomspace(0.02, 1.0, 9), **extra)
    parameters = model(observable, name).parameters(data)
    assert {n for n, p in parameters.items() if p.vary} == set(fitted.split())
    assert {n for n, p in parameters.items() if not p.vary} == set(held.split())


def test_amounts_are_not_negative_and_offsets_are_free():
    for name in ("c_phonon", "n_Fe2", "n_Fe3", "chi_L"):
        assert (QUANTITIES[name].low, QUANTITIES[name].high) == (0.0, np.inf)
    for name in ("offset", "level", "scale"):
        assert (QUANTITIES[name].low, QUANTITIES[name].high) == (-np.inf, np.inf)
    assert (QUANTITIES["phase"].low, QUANTITIES["phase"].high) == (-np.pi, np.pi)
    assert QUANTITIES["offset"].start == QUANTITIES["E0"].start == 0
    for q in QUANTITIES.values():
        assert q.low < q.start < q.high or q.start == q.low == 0


def test_values_that_a_fit_holds_unless_told():
    """Two-level systems from 4 mK to 10 K; 1.26 K and no activation as in 2016; echoes in quadrature, 0.45 D kV/m."""
    expected = {"ln_D0min_TLS": np.log(4e-3), "ln_D0max_TLS": np.log(10.0), "E0": 0.0, "T0": 1.26,
                "ln_p1F0": np.log(0.45), "c": 0.0, "phase": np.pi / 2}  # fmt: skip
    held = {name: q.start for name, q in QUANTITIES.items() if not q.vary}
    assert held == pytest.approx(expected, rel=1e-12)


def test_published_glasses_are_far_inside_the_bounds():
    """By a factor of ten on either side, but for the widths of the distribution."""
    for name in etm.glasses.available():
        glass = etm.glasses.load(name)
        for T in glass.temperatures:
            ats = glass.at(T)
            for key, value in (
                ("ln_Dmin", ats.D_min),
                ("ln_D0min", ats.D0_min),
                ("ln_n_ATS", ats.density),
            ):
                assert (
                    QUANTITIES[key].low + np.log(10)
                    < np.log(value)
                    < QUANTITIES[key].high - np.log(10)
                )


def grid(observable="heat-capacity", curves=("a", "b"), count=4):
    labels = np.repeat(curves, count)
    T = np.tile(np.geomspace(0.3, 3.0, count), len(curves)) * np.repeat(
        range(1, len(curves) + 1), count
    )
    return points(observable, T, 0.5, labels)


def test_names_of_one_set_and_of_two():
    iron = model("heat-capacity", "iron")
    assert set(Problem([grid()], [iron]).labels) == {"n_Fe2", "n_Fe3", "c_phonon"}
    both = [grid(), grid("magnetization")]
    models = [iron, model("magnetization", "iron")]
    assert set(Problem(both, models).labels) == {"n_Fe2", "n_Fe3", "c_phonon", "chi_L"}
    apart = set(Problem(both, models, shared=["n_Fe3"]).labels)
    assert apart == {"n_Fe2_C", "n_Fe2_M", "n_Fe3", "c_phonon_C", "chi_L_M"}
    twice = Problem([grid(), grid()], [iron, iron], shared=[])
    assert {"n_Fe2_C1", "n_Fe2_C2", "c_phonon_C1", "c_phonon_C2"} <= set(twice.labels)
    loss = points("loss", np.geomspace(0.1, 1, 4), frequency=1e3)
    assert "offset" in Problem([loss], [model("loss", "ats")]).labels
    assert "offset_loss" in Problem([loss, grid()], [model("loss", "ats"), iron]).labels
    own = Problem([grid()], [iron], per_curve=["n_Fe2"])
    assert own.labels["n_Fe2_2"] == ("n_Fe2", "b")
    assert set(own.labels) == {"n_Fe2_1", "n_Fe2_2", "n_Fe3", "c_phonon"}
    one = Problem([grid(curves=("a",))], [iron], per_curve=["n_Fe2"])
    assert set(one.labels) == {"n_Fe2", "n_Fe3", "c_phonon"}


def test_a_parameter_of_a_curve_acts_on_it_alone():
    problem = Problem([grid()], [model("heat-capacity", "iron")], per_curve=["n_Fe2"])
    values = {"n_Fe2_1": 1.0, "n_Fe2_2": 1.0, "n_Fe3": 2.0, "c_phonon": 3.0}
    change = problem.predict(values | {"n_Fe2_2": 2.0}) - problem.predict(values)
    assert np.all(change[:4] == 0)
    assert np.all(change[4:] > 0)
    rest = problem.residual(values)
    np.testing.assert_allclose(rest, (problem.predict(values) - 1.0) / 0.1, rtol=1e-12)


def test_names_with_and_without_the_logarithm():
    assert full_name("Dmin") == full_name("ln_Dmin") == "ln_Dmin"
    assert full_name("n_Fe2") == "n_Fe2"
    with pytest.raises(ValueError, match="parameter 'gold': not known here"):
        full_name("gold")
    problem = Problem([grid()], [model("heat-capacity", "ats")], per_curve=["ln_Dmin"])
    assert problem.matching("Dmin") == [("ln_Dmin_1", True), ("ln_Dmin_2", True)]
    assert problem.matching("ln_Dmin_2") == [("ln_Dmin_2", False)]
    assert problem.matching("c_phonon") == [("c_phonon", False)]
    with pytest.raises(ValueError, match="parameter 'E0': not in this fit"):
        problem.matching("E0")


def test_thinning_keeps_at_most_so_many_points_of_a_curve_in_their_order():
    problem = Problem([grid(count=17)], [model("heat-capacity", "iron")])
    for most, kept in ((5, 5), (8, 6), (17, 17), (40, 17)):
        (data,) = problem.thinned(most).measurements
        assert [np.sum(data.curve == c) for c in data.curves] == [kept, kept]
        assert data.curve.tolist() == sorted(data.curve)
        np.testing.assert_array_equal(
            data.T[:2], problem.measurements[0].T[[0, 17 // kept + (17 % kept > 0)]]
        )


def test_shapes_are_computed_once_for_the_same_values():
    calls = []

    def shape(values, data):
        calls.append(values["x"])
        return data.T

    problem = Problem([grid()], [model("heat-capacity", "iron")])
    block = problem.blocks[0]
    block.term, block.uses = Term("n_Fe2", shape, ("x",)), {"x": "x"}
    for x in (1.0, 2.0, 1.0, 2.0, 3.0):
        block.shape({"x": x})
    assert calls == [1.0, 2.0, 3.0]
    for x in range(200):
        block.shape({"x": x})
    assert len(block.kept) == 64
    assert not replace_kept(block).kept


def replace_kept(block):
    """A copy for another process: without what was remembered."""
    state = block.__getstate__()
    copy = object.__new__(type(block))
    copy.__dict__.update(state)
    return copy


def test_the_amplitudes_are_solved_for():
    """Noiseless points of known amounts: one linear step finds them, whatever the start."""
    fitted, data = model("heat-capacity", "ats+iron"), grid(count=12)
    values = CUTS | {
        "ln_Dmin": np.log(0.3),
        "ln_n_ATS": np.log(7e16),
        "n_Fe2": 3.0,
        "n_Fe3": 0.4,
        "c_phonon": 1.7,
    }
    exact = fitted.predict(values, data)
    problem = Problem([replace(data, value=exact, error=0.01 * exact)], [fitted])
    start = values | {"ln_n_ATS": np.log(1e18), "n_Fe2": 1.0, "n_Fe3": 1.0, "c_phonon": 1.0}
    parameters = fitted.parameters(data)
    found = problem.solved(start, parameters)
    assert found == pytest.approx(values, rel=1e-6)
    held = problem.solved(start | {"c_phonon": 1.7}, parameters, held=("c_phonon", "n_Fe3"))
    assert (held["c_phonon"], held["n_Fe3"]) == (1.7, 1.0)
    rest = problem.solved(
        start | {"c_phonon": 1.7, "n_Fe3": 0.4}, parameters, ("c_phonon", "n_Fe3")
    )
    assert rest == pytest.approx(values, rel=1e-6)
    assert problem.amplitudes == {"ln_n_ATS", "n_Fe2", "n_Fe3", "c_phonon"}
    parameters["n_Fe2"].set(max=2.0)
    assert problem.solved(start, parameters)["n_Fe2"] <= 2.0 + 1e-9


def test_a_term_that_is_not_wanted_keeps_a_little():
    """Less iron than none would fit best: it stays at no iron, a little off the bound, so that a fit can leave it."""
    fitted, data = model("heat-capacity", "iron"), grid(count=12)
    exact = fitted.predict({"n_Fe2": -2.0, "n_Fe3": 0.0, "c_phonon": 5.0}, data)
    problem = Problem([replace(data, value=exact, error=0.01 + 0 * exact)], [fitted])
    found = problem.solved({"n_Fe2": 1.0, "n_Fe3": 1.0, "c_phonon": 1.0}, fitted.parameters(data))
    alone = fitted.predict({"n_Fe2": found["n_Fe2"], "n_Fe3": 0.0, "c_phonon": 0.0}, data)
    assert np.linalg.norm(alone) == pytest.approx(0.01 * exact.max(), rel=1e-6)
    alone = fitted.predict({"n_Fe2": 0.0, "n_Fe3": found["n_Fe3"], "c_phonon": 0.0}, data)
    assert np.linalg.norm(alone) == pytest.approx(0.01 * exact.max(), rel=1e-6)
