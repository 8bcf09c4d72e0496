"""Bad input of the rival theory: argument, value, legal range."""

import numpy as np
import pytest

from etm import rfot, ripplons

NOT_NUMBERS = [np.nan, np.inf, "one", None, 1j, [1.0, np.nan], [[1.0], [1.0, 2.0]]]
MOSAIC = rfot.Mosaic()
OMEGA, COPIES = np.array([0.2, 0.3]), np.array([5, 7])
SPECTRUM = {"omega": OMEGA, "copies": COPIES}
STATES = ripplons.multisets(OMEGA, COPIES, 1.2)
FUNCTIONS = {
    "mismatch": (rfot.mismatch, {"lindemann": 0.1}),
    "Mosaic": (rfot.Mosaic, {"log_time": 39.0, "lindemann": 0.1}),
    "profile": (MOSAIC.profile, {"N": 3.0}),
    "log_states": (MOSAIC.log_states, {"N": 3.0, "V": 2.0}),
    "log_relaxation_time": (
        lambda T, strength: rfot.log_relaxation_time(T, strength, MOSAIC),
        {"T": 1.1, "strength": 10.0},
    ),
    "fragility_index": (lambda strength: rfot.fragility_index(strength, MOSAIC), {"strength": 9.0}),
    "two_level_density": (rfot.two_level_density, {"T_g": 1500.0, "xi": 20.0}),
    "mean_free_path": (rfot.mean_free_path, {"length": 5.8, "x": 1.0}),
    "tunneling_exponent": (rfot.tunneling_exponent, {"barrier_frequency": 0.3, "T_g": 4.4}),
    "fastest_rate": (rfot.fastest_rate, {"E": 0.1, "T": 0.1, "T_g": 4.4}),
    "heat_capacity_factor": (
        rfot.heat_capacity_factor,
        {"tT3": 1.0, "exponent": 0.1, "T_g": 4.4},
    ),
    "frequencies": (ripplons.frequencies, {"length": 5.8, "l_max": 9}),
    "domain_heat_capacity": (
        ripplons.domain_heat_capacity,
        {"energy": 0.1, "T": 0.1, **SPECTRUM},
    ),
    "bump": (ripplons.bump, {"T": 0.1, "T_g": 4.4, **SPECTRUM}),
    "debye": (ripplons.debye, {"T": 0.1}),
    "multisets": (ripplons.multisets, {**SPECTRUM, "highest": 1.0}),
    "scattering_states": (
        ripplons.scattering_states,
        {"frequency": 0.5, "T_g": 4.4, "states": STATES},
    ),
    "excited_states": (
        ripplons.excited_states,
        {"frequency": 0.5, "T": 0.1, "T_g": 4.4, "states": STATES},
    ),
    "conductivity": (ripplons.conductivity, {"T": 0.1, "T_g": 4.4, **SPECTRUM, "path": 150.0}),
}
"""Each function with a good set of arguments."""
FINITE = {("log_states", "V"), ("domain_heat_capacity", "energy"), ("frequencies", "l_max")}
NON_NEGATIVE = {("profile", "N"), ("heat_capacity_factor", "exponent")}
ARGUMENTS = [(f, n) for f, (_, good) in FUNCTIONS.items() for n in good if n != "states"]
POSITIVE = [pair for pair in ARGUMENTS if pair not in FINITE | NON_NEGATIVE]
SINGLE = [("Mosaic", "log_time"), ("Mosaic", "lindemann"), ("heat_capacity_factor", "T_g"),
          ("frequencies", "length"), ("frequencies", "l_max"), ("bump", "T_g"),
          ("multisets", "highest"), ("scattering_states", "T_g"), ("excited_states", "T_g"),
          ("conductivity", "T_g"), ("conductivity", "path")]  # fmt: skip
BROADCAST = [("log_states", "N", "V"), ("log_relaxation_time", "T", "strength"),
             ("two_level_density", "T_g", "xi"), ("mean_free_path", "length", "x"),
             ("tunneling_exponent", "barrier_frequency", "T_g"), ("fastest_rate", "E", "T"),
             ("fastest_rate", "T", "T_g"), ("heat_capacity_factor", "tT3", "exponent"),
             ("domain_heat_capacity", "energy", "T"), ("excited_states", "frequency", "T")]  # fmt: skip


def call(label, **changes):
    function, good = FUNCTIONS[label]
    return function(**(good | changes))


def test_every_public_function_is_here():
    assert set(rfot.__all__) | set(ripplons.__all__) <= set(FUNCTIONS)


@pytest.mark.parametrize("label", FUNCTIONS)
def test_good_arguments_pass(label):
    assert call(label) is not None


@pytest.mark.parametrize("bad", NOT_NUMBERS, ids=repr)
@pytest.mark.parametrize(("label", "name"), ARGUMENTS)
def test_entries_must_be_finite_numbers(label, name, bad):
    with pytest.raises(ValueError, match=rf"^{name} (=.*|has shape.*): (must be|rows must)"):
        call(label, **{name: bad})


@pytest.mark.parametrize("bad", [0.0, -1.0, -1e-300])
@pytest.mark.parametrize(("label", "name"), POSITIVE)
def test_positive_numbers(label, name, bad):
    with pytest.raises(ValueError, match=rf"^{name} = {bad}: must be finite and > 0$"):
        call(label, **{name: bad})


@pytest.mark.parametrize(("label", "name"), sorted(NON_NEGATIVE))
def test_numbers_that_may_be_zero(label, name):
    assert np.isfinite(call(label, **{name: 0.0}))
    with pytest.raises(ValueError, match=rf"^{name} = -0.1: must be finite and >= 0$"):
        call(label, **{name: -0.1})


@pytest.mark.parametrize(("label", "name"), SINGLE)
def test_single_numbers(label, name):
    with pytest.raises(ValueError, match=rf"^{name} .*\(2,\).*: must be a single number$"):
        call(label, **{name: [0.1, 0.2]})


@pytest.mark.parametrize(("label", "one", "other"), BROADCAST)
def test_shapes_that_do_not_broadcast(label, one, other):
    good = FUNCTIONS[label][1]
    with pytest.raises(ValueError, match=r"^\w+ has shape .*: the shapes must broadcast$"):
        call(label, **{one: np.full(2, good[one]), other: np.full(3, good[other])})


@pytest.mark.parametrize("bad", [0.343, 0.5, [0.1, 0.4]])
def test_soft_crystals_have_no_surface(bad):
    with pytest.raises(ValueError, match=r"^lindemann = 0.\d+: must be below 0.342$"):
        rfot.mismatch(bad)
    assert rfot.mismatch(0.341) > 0


def test_a_melted_glass():
    for bad in (4.5, [0.1, 4.5]):
        with pytest.raises(ValueError, match=r"^T = 4.5: must not exceed T_g = 4.4$"):
            call("conductivity", T=bad)


def test_no_liquid_below_the_ideal_transition():
    ideal = 1 / (1 + 10.0 / MOSAIC.log_time)
    for bad in (ideal, 0.5, [1.0, 0.5]):
        with pytest.raises(ValueError, match=r"^T = 0.\d+: must exceed T_K = 0.796516 T_g$"):
            rfot.log_relaxation_time(bad, 10.0, MOSAIC)


@pytest.mark.parametrize("bad", [None, 39.0, rfot.Mosaic])
def test_mosaic_of_the_wrong_class(bad):
    for function in (
        lambda: rfot.log_relaxation_time(1.0, 10.0, bad),
        lambda: rfot.fragility_index(10.0, bad),
    ):
        with pytest.raises(ValueError, match=r"^mosaic = .*: must be of class Mosaic$"):
            function()


@pytest.mark.parametrize("bad", [1, 2.5, -3])
def test_highest_harmonic(bad):
    with pytest.raises(ValueError, match=rf"^l_max = {bad}: must be a whole number >= 2$"):
        ripplons.frequencies(l_max=bad)


@pytest.mark.parametrize("label", ["domain_heat_capacity", "bump", "multisets", "conductivity"])
def test_spectrum_of_the_ripplons(label):
    for bad in ({"omega": OMEGA[:1]}, {"copies": 5}, {"omega": [OMEGA], "copies": [COPIES]}):
        with pytest.raises(ValueError, match=r"^omega, copies have shapes .*: must be \(n,\)$"):
            call(label, **bad)
