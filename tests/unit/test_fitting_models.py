"""Models of the fits against the plain functions, and which terms a set of measurements can know."""

from dataclasses import replace

import make_examples
import numpy as np
import pytest
from scipy.integrate import quad

import etm
from etm import dielectric, heat_capacity, magnetization
from etm.fitting import Measurements, from_glass, model, terms
from etm.fitting.columns import OBSERVABLES
from etm.fitting.models import COMPONENTS, QUANTITIES
from etm.relaxation import ats_rate

ATS = etm.ATS(0.32, 5.3e4, 2.5e5, 8.88e16)
CUTS = {
    "ln_Dmin": np.log(0.32),
    "ln_D0min": np.log(5.3e4),
    "ln_width": np.log(np.log(2.5e5 / 5.3e4)),
}


def points(observable, T, B, reference=None, **extra):
    """Measurements without values."""
    T, B = (x.ravel() for x in np.broadcast_arrays(np.asarray(T, float), np.asarray(B, float)))
    curve = np.array([f"{t:g} K" for t in T])
    extra = {name: np.full(T.size, value) for name, value in extra.items()}
    reference = None if reference is None else np.full(T.size, reference)
    return Measurements(observable, T, B, 0 * T, 0 * T + 1, curve, reference, extra)


def test_heat_capacity_is_the_sum_of_the_plain_functions():
    data = points("heat-capacity", [[0.8], [1.7]], [0.0, 0.5, 3.0])
    values = CUTS | {"ln_n_ATS": np.log(8.88e16), "n_Fe2": 3.0, "n_Fe3": 2.0, "c_phonon": 1.5}
    values |= {"ln_n_TLS": np.log(1e17), "ln_D0min_TLS": np.log(0.004)}
    expected = heat_capacity.ats(data.T, data.B, ATS)
    expected += heat_capacity.paramagnet(data.T, data.B, 3e17, 2)
    expected += heat_capacity.paramagnet(data.T, data.B, 2e17, 2.5)
    expected += heat_capacity.two_level(data.T, etm.TwoLevelSystems(0.004, 1e17))
    expected += heat_capacity.phonon(data.T, 1.5e-6)
    found = model("heat-capacity", "two-level+ats+iron").predict(values, data)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_reference_field_is_subtracted():
    data = points("heat-capacity", [[0.8], [1.7]], [0.0, 0.5, 3.0], reference=8.0)
    values = CUTS | {"ln_n_ATS": np.log(8.88e16), "n_Fe2": 3.0, "n_Fe3": 0.0}
    expected = heat_capacity.ats(data.T, data.B, ATS) - heat_capacity.ats(data.T, 8.0, ATS)
    expected += heat_capacity.paramagnet(data.T, data.B, 3e17, 2)
    expected -= heat_capacity.paramagnet(data.T, 8.0, 3e17, 2)
    found = model("heat-capacity", "ats+iron").predict(values, data)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_magnetization_and_its_activated_number_of_particles():
    data = points("magnetization", [[2.0], [20.0]], [0.5, 4.0])
    values = CUTS | {"ln_n_ATS": np.log(8.88e16), "n_Fe2": 1.0, "n_Fe3": 2.0, "chi_L": 2.1}
    values |= {"E0": 0.3, "T0": 1.26}
    expected = magnetization.paramagnet(data.T, data.B, 1e17, 2)
    expected += magnetization.paramagnet(data.T, data.B, 2e17, 2.5)
    expected += magnetization.larmor(data.B, 2.1e-6)
    for k, (T, B) in enumerate(zip(data.T, data.B, strict=True)):
        ratio = etm.scaling.number_ratio(T, 0.3, 1.26)
        scaled = etm.ATS(0.32 * ratio, 5.3e4 * ratio**3, 2.5e5 * ratio**3, 8.88e16)
        expected[k] += magnetization.ats(T, B, scaled)
    found = model("magnetization", "ats+iron").predict(values, data)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_a_fit_of_the_number_of_particles_survives_wherever_it_wanders():
    """All corners of the bounds of E0 and T0, at the ends of what has been measured."""
    data = points("magnetization", [[0.01], [20.0], [300.0]], [0.01, 7.0])
    energy, warm = QUANTITIES["E0"], QUANTITIES["T0"]
    for E0 in (energy.low, energy.high):
        for T0 in (warm.low, warm.high):
            values = CUTS | {"ln_n_ATS": np.log(8.88e16), "E0": E0, "T0": T0, "chi_L": 0.0}
            assert np.all(np.isfinite(model("magnetization", "ats").predict(values, data)))


def test_permittivity_and_loss_in_a_field():
    extra = {"frequency": 1e3}
    cold = dict(
        CUTS, ln_Dmin=np.log(0.02), ln_Gamma=np.log(3e-10), ln_A_ATS=np.log(2e-5), offset=1e-4
    )
    ats, omega = etm.ATS(0.02, 5.3e4, 2.5e5, 1.0), 2e3 * np.pi
    rest = (ats, 2e-5, 3e-10, omega)
    data = points("permittivity", [[0.05], [0.1]], [0.01, 0.1])
    resonant = dielectric.ats_permittivity(data.T, data.B, ats, 2e-5)
    found = model("permittivity", "ats").predict(cold, data)
    np.testing.assert_allclose(found, resonant + 1e-4, rtol=1e-12)
    data = points("permittivity", [[0.05], [0.1]], [0.01, 0.1], **extra)
    relaxing = dielectric.ats_permittivity_relaxing(data.T, data.B, *rest)
    found = model("permittivity", "ats").predict(cold, data)
    np.testing.assert_allclose(found, resonant + relaxing + 1e-4, rtol=1e-9)
    data = points("loss", [[0.05], [0.1]], [0.01, 0.1], **extra)
    found = model("loss", "ats").predict(cold, data)
    np.testing.assert_allclose(found, dielectric.ats_loss(data.T, data.B, *rest) + 1e-4, rtol=1e-9)


def test_permittivity_of_a_sweep_is_that_of_the_field_at_no_field():
    """One strength and one Γ hold for both: the averages at B = 0, by plain quadrature."""
    data = replace(
        points("permittivity", [0.05, 0.1, 0.2], 0.0, frequency=1e3), curve=np.array(["a"] * 3)
    )
    values = dict(CUTS, ln_Dmin=np.log(0.02), ln_Gamma=np.log(3e-10), ln_A_ATS=0.0, offset=0.0)
    omega, spread = 2e3 * np.pi, np.log(2.5e5 / 5.3e4)

    def one(D, T):
        phase = omega / ats_rate(D, D, T, 3e-10)
        resonant = np.tanh(D / (2 * T)) / (2 * D)
        return (resonant + np.cosh(min(D / (2 * T), 300)) ** -2 / (4 * T) / (1 + phase**2)) / D

    expected = [
        spread / 2e3 + spread * sum(quad(one, a, b, args=(T,), epsabs=0, epsrel=1e-9, limit=200)[0]
                     for a, b in ((0.02, 0.1), (0.1, 1), (1, 10), (10, 1e3)))
        for T in data.T
    ]  # fmt: skip
    found = model("permittivity", "ats").predict(values, data)
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_two_level_systems_in_sweeps_of_temperature():
    data = replace(points("loss", [0.05, 0.1, 0.2], 0.0, frequency=1e3), curve=np.array(["a"] * 3))
    cut = {"ln_D0min_TLS": np.log(1e-3), "ln_D0max_TLS": np.log(10.0), "ln_gamma": np.log(5e-8)}
    values = cut | {"ln_A_TLS": np.log(1e-3), "offset": 2e-6}
    rest = (2e3 * np.pi, 1e-3, 5e-8, 1e-3, 10.0)
    found = model("loss", "two-level").predict(values, data)
    np.testing.assert_allclose(found, dielectric.two_level_loss(data.T, *rest) + 2e-6, rtol=1e-12)
    data = replace(data, observable="permittivity")
    expected = sum(dielectric.two_level_permittivity(data.T, *rest)) + 2e-6
    found = model("permittivity", "two-level").predict(values, data)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_echo_is_relative_to_the_coldest_point():
    plain = {
        k: v for e in ("parameters", "fixed") for k, v in make_examples.EXAMPLES["echo"][e].items()
    }
    experiment = {"frequency": 1e9, "tau1": 1e-7, "tau2": 2e-7, "tau12": 2e-6}
    data = points("echo", [[0.012], [0.03]], [0.0, 0.5], **experiment)
    found = model("echo", "ats").predict(plain, data)
    assert found[0] == pytest.approx(plain["level"] + plain["scale"], rel=1e-12)
    pulses = etm.pulses.TwoPulses(1e9, 1e-7, 2e-7, 2e-6, plain["phase"])
    low = np.exp(plain["ln_D0min"])
    ats = etm.ATS(np.exp(plain["ln_Dmin"]), low, low * np.exp(np.exp(plain["ln_width"])), 1.0)
    rest = (ats, pulses, 0.45, np.exp(plain["ln_Gamma"]), 3.825e6)
    share = etm.echo.amplitude(0.03, 0.5, *rest) / etm.echo.amplitude(0.012, 0.0, *rest)
    photon = etm.units.REDUCED_PLANCK * 2e9 * np.pi
    level = np.tanh(photon / 0.06) / np.tanh(photon / 0.024)
    assert found[3] == pytest.approx(level - 0.1 * share, rel=1e-9)


def amplitudes(observable, name, data):
    return [term.amplitude for term in model(observable, name).terms(data)]


def test_terms_that_cancel_are_left_out():
    grid = [[1.0], [2.0]], [0.0, 1.0, 2.0]
    data = points("heat-capacity", *grid, reference=8.0)
    assert amplitudes("heat-capacity", "two-level+iron", data) == ["n_Fe2", "n_Fe3"]
    assert amplitudes("heat-capacity", "two-level", data) == ["offset"]
    data = points("heat-capacity", *grid)
    assert amplitudes("heat-capacity", "two-level", data) == ["ln_n_TLS", "c_phonon"]
    data = points("permittivity", *grid)
    assert amplitudes("permittivity", "two-level+ats", data) == ["ln_A_ATS", "offset"]
    assert "ln_Gamma" not in model("permittivity", "ats").parameters(data)
    data = points("echo", *grid, reference=0.0, frequency=1e9, tau1=1e-7, tau2=1e-7, tau12=1e-6)
    assert amplitudes("echo", "two-level", data) == ["offset"]
    assert amplitudes("echo", "ats", data) == ["scale"]


@pytest.mark.parametrize("observable", OBSERVABLES)
def test_parameters_are_those_that_the_model_uses(observable):
    data = make_examples.measurements(observable, None)
    for name in COMPONENTS[observable]:
        fitted = model(observable, name)
        parameters = fitted.parameters(data)
        assert np.all(np.isfinite(fitted.predict(parameters, data)))
        for key, p in parameters.items():
            assert p.min <= QUANTITIES[key].start <= p.max
        for candidate in fitted.candidates(data):
            assert set(candidate) <= set(parameters)


@pytest.mark.parametrize(
    ("observable", "name", "words"),
    [
        ("heat-capacity", "ats+gold", "no component 'gold'.*ats, two-level, iron"),
        ("heat-capacity", "", "no component ''"),
        ("magnetization", "two-level", "join some of ats, iron"),
        ("loss", "ats + ats", "twice"),
        ("sound", "ats", "observable = 'sound'"),
    ],
)
def test_unknown_models_are_refused(observable, name, words):
    with pytest.raises(ValueError, match=words):
        model(observable, name)


def test_measurements_of_another_observable_are_refused():
    with pytest.raises(ValueError, match="observable = 'loss'"):
        model("heat-capacity", "ats").terms(points("loss", 1.0, [0.0, 1.0], frequency=1.0))


def test_start_values_of_a_glass():
    glass = etm.glasses.load("Duran")
    found = terms.population(from_glass(glass, 1.2))
    ats = glass.at(1.23)
    assert (found.D_min, found.D0_min, found.D0_max) == pytest.approx(
        (ats.D_min, ats.D0_min, ats.D0_max)
    )
