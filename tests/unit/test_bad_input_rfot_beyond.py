"""Bad input of coupled, mixed and attracting ripplons: argument, value, legal range."""

import numpy as np
import pytest

from etm import (
    attraction,
    fast_centers,
    gruneisen,
    relaxational,
    ripplon_coupling,
    ripplon_mixing,
    ripplon_plateau,
)
from etm.ripplon_coupling import Coupling

NOT_NUMBERS = [np.nan, np.inf, "one", None, 1j, [1.0, np.nan], [[1.0], [1.0, 2.0]]]
MODULES = [
    ripplon_coupling,
    ripplon_plateau,
    ripplon_mixing,
    fast_centers,
    attraction,
    gruneisen,
    relaxational,
]
COUPLING = Coupling(2.0)
OMEGA, COPIES = np.array([0.2, 0.3]), np.array([5, 7])
SPECTRUM = {"omega": OMEGA, "copies": COPIES}
COUNTS = np.ones(101)
MIXED = {"omega": OMEGA, "mixing": np.array([0.1, -0.2])}
SPREAD = {"B": 230.0, "T_g": 4.4, "exponent": 0.1, "lowest": 1e-5, "highest": 0.1}


def with_coupling(function):
    return lambda **good: function(coupling=COUPLING, **good)


FUNCTIONS = {
    "Coupling": (
        Coupling,
        {"T_g": 2.0, "cutoff": 1.8, "length": 5.8, "smearing": 0.1},
    ),
    "damping": (COUPLING.damping, {"frequency": 0.1}),
    "shift": (COUPLING.shift, {"frequency": 0.1}),
    "profile": (COUPLING.profile, {"frequency": 0.1, "omega": 0.2}),
    "resonance": (COUPLING.resonance, {"omega": 0.2}),
    "norm": (COUPLING.norm, {"omega": 0.2}),
    "lines": (with_coupling(ripplon_coupling.lines), SPECTRUM),
    "density": (with_coupling(ripplon_coupling.density), {"frequency": 0.1, **SPECTRUM}),
    "bump": (with_coupling(ripplon_coupling.bump), {"T": 0.1, **SPECTRUM}),
    "on_steps": (
        ripplon_plateau.on_steps,
        {"nodes": OMEGA, "weights": COPIES, "step": 0.1, "n": 5},
    ),
    "states": (ripplon_plateau.states, {"modes": np.ones(4)}),
    "absorbers": (
        ripplon_plateau.absorbers,
        {"counts": COUNTS, "step": 0.02, "T": 0.1, "T_g": 2.0, "reach": 1.0},
    ),
    "conductivity": (
        with_coupling(ripplon_plateau.conductivity),
        {"T": 0.1, **SPECTRUM, "path": 150.0, "reach": 1.0, "step": 0.01},
    ),
    "hamiltonian": (ripplon_mixing.hamiltonian, {"amplitude": 0.1, "bias": 0.1, **MIXED}),
    "bare_bias": (ripplon_mixing.bare_bias, {"dressed": 0.1, **MIXED}),
    "dressed_slope": (ripplon_mixing.dressed_slope, {"dressed": 0.1, **MIXED}),
    "dressed_bias": (ripplon_mixing.dressed_bias, {"bare": 0.1, **MIXED}),
    "mixing_constant": (ripplon_mixing.mixing_constant, {**SPECTRUM, "power": 2}),
    "renormalized_amplitude": (ripplon_mixing.renormalized_amplitude, {"bare": 0.1, "B": 230.0}),
    "normalization": (fast_centers.normalization, SPREAD),
    "ordinary_scatterers": (
        fast_centers.ordinary_scatterers,
        {"E": 0.1, "exponent": 0.1, "lowest": 1e-5},
    ),
    "mean_free_path": (
        fast_centers.mean_free_path,
        {"E": 0.1, **SPREAD, "length": 5.8, "T": 0.1},
    ),
    "fast conductivity": (fast_centers.conductivity, {"T": 0.1, **SPREAD, "length": 5.8}),
    "heat_capacity_factor": (
        fast_centers.heat_capacity_factor,
        {"tT3": 0.1, "exponent": 0.1, "T_g": 4.4},
    ),
    "virtual": (attraction.virtual, {"gap_i": 0.1, "gap_j": 0.2, "T": 0.1}),
    "ripplon_attraction": (
        attraction.ripplon_attraction,
        {"bias_i": 0.1, "bias_j": 0.2, "omega_i": 0.1, "omega_j": 0.2, "T": 0.1},
    ),
    "mixed_attraction": (
        attraction.mixed_attraction,
        {"bias_i": 0.1, "omega_i": 0.1, "bias_j": 0.2, "T": 0.1},
    ),
    "ripplon_pairs": (
        lambda length, omega, copies: attraction.ripplon_pairs(length, (omega, copies)),
        {"length": 5.8, **SPECTRUM},
    ),
    "mixed_pairs": (
        lambda length, T_g, omega, copies: attraction.mixed_pairs(length, T_g, (omega, copies)),
        {"length": 5.8, "T_g": 4.4, **SPECTRUM},
    ),
    "two_level_pairs": (attraction.two_level_pairs, {"T": 0.1, "length": 5.8, "T_g": 4.4}),
    "breakdown_temperature": (
        attraction.breakdown_temperature,
        {"mixed": 0.1, "T_g": 4.4},
    ),
    "expansion": (gruneisen.expansion, {"T": 0.1, "ripplons": 1.0, "mixed": 1.0}),
    "gruneisen": (gruneisen.gruneisen, {"expansion": -1.0, "T": 0.1, "T_g": 4.4}),
    "linear_expansion": (
        gruneisen.linear_expansion,
        {"expansion": -1.0, "modulus": 1e10, "xi": 20.0},
    ),
    "bulk_modulus": (gruneisen.bulk_modulus, {"density": 2200.0, "speed": 4100.0}),
    "relaxation_rate": (
        relaxational.relaxation_rate,
        {"E": 0.1, "amplitude": 0.1, "T": 0.1, "T_g": 4.4},
    ),
    "sound_change": (relaxational.sound_change, {"frequency": 1e-6, "T": 0.1, "T_g": 4.4}),
    "direct_bound": (gruneisen.direct_bound, {"lindemann": 0.1}),
}
"""Each function with a good set of arguments."""
MIXERS = ("bare_bias", "dressed_slope", "dressed_bias", "hamiltonian")
SPREADERS = ("normalization", "mean_free_path", "fast conductivity")
FINITE = {
    ("on_steps", "n"),
    ("mixing_constant", "power"),
    ("hamiltonian", "amplitude"),
    ("hamiltonian", "bias"),
    ("bare_bias", "dressed"),
    ("dressed_slope", "dressed"),
    ("dressed_bias", "bare"),
    *((label, "mixing") for label in MIXERS),
    ("expansion", "ripplons"),
    ("expansion", "mixed"),
    ("gruneisen", "expansion"),
    ("linear_expansion", "expansion"),
}
NON_NEGATIVE = {
    *((label, "B") for label in SPREADERS),
    *((label, "exponent") for label in SPREADERS),
    ("ordinary_scatterers", "exponent"),
    ("heat_capacity_factor", "exponent"),
    ("renormalized_amplitude", "bare"),
    ("Coupling", "smearing"),
    ("damping", "frequency"),
    ("shift", "frequency"),
    ("states", "modes"),
    ("absorbers", "counts"),
}
ARGUMENTS = [(f, n) for f, (_, good) in FUNCTIONS.items() for n in good]
POSITIVE = [pair for pair in ARGUMENTS if pair not in FINITE | NON_NEGATIVE]
SINGLE = [
    *(("Coupling", name) for name in ("T_g", "cutoff", "length", "smearing")),
    ("resonance", "omega"),
    ("norm", "omega"),
    ("on_steps", "step"),
    ("on_steps", "n"),
    *(("absorbers", name) for name in ("step", "T", "T_g", "reach")),
    *(("conductivity", name) for name in ("path", "reach", "step")),
    ("hamiltonian", "amplitude"),
    ("hamiltonian", "bias"),
    ("mixing_constant", "power"),
    *((label, name) for label in SPREADERS for name in SPREAD),
    ("mean_free_path", "length"),
    ("fast conductivity", "length"),
    *(("ordinary_scatterers", name) for name in ("exponent", "lowest")),
    *(("heat_capacity_factor", name) for name in ("exponent", "T_g")),
    ("ripplon_pairs", "length"),
    ("sound_change", "T_g"),
    *((label, name) for label in ("mixed_pairs", "two_level_pairs") for name in ("length", "T_g")),
    *(("breakdown_temperature", name) for name in ("mixed", "T_g")),
    *(("expansion", name) for name in ("ripplons", "mixed")),
]
BROADCAST = [
    ("profile", "frequency", "omega"),
    ("renormalized_amplitude", "bare", "B"),
    ("mean_free_path", "E", "T"),
    ("relaxation_rate", "E", "amplitude"),
    ("relaxation_rate", "E", "T"),
    ("sound_change", "frequency", "T"),
    ("virtual", "gap_i", "gap_j"),
    ("virtual", "gap_j", "T"),
    ("ripplon_attraction", "bias_i", "omega_i"),
    ("ripplon_attraction", "bias_j", "T"),
    ("mixed_attraction", "bias_i", "T"),
    ("gruneisen", "expansion", "T"),
    ("linear_expansion", "expansion", "xi"),
    ("bulk_modulus", "density", "speed"),
]
CHOICES = [
    (lambda x: Coupling(2.0, damped=x), "damped"),
    (lambda x: ripplon_plateau.absorbers(COUNTS, 0.02, 0.1, 2.0, x), "excited"),
    (
        lambda x: ripplon_plateau.conductivity(0.1, COUPLING, OMEGA, COPIES, excited=x),
        "excited",
    ),
    (lambda x: attraction.ripplon_pairs(5.8, pairs=x), "pairs"),
    (lambda x: attraction.two_level_pairs(0.1, 5.8, 4.4, pairs=x), "pairs"),
    (lambda x: gruneisen.gruneisen(-1.0, 0.1, 4.4, heat=x), "heat"),
]


def call(label, **changes):
    function, good = FUNCTIONS[label]
    return function(**(good | changes))


def test_every_public_function_is_here():
    for module in MODULES:
        assert set(module.__all__) <= set(FUNCTIONS)


@pytest.mark.parametrize("label", FUNCTIONS)
def test_good_arguments_pass(label):
    assert call(label) is not None


@pytest.mark.parametrize("bad", NOT_NUMBERS, ids=repr)
@pytest.mark.parametrize(("label", "name"), ARGUMENTS)
def test_entries_must_be_finite_numbers(label, name, bad):
    if bad is None and (label, name) == ("mean_free_path", "T"):
        assert call(label, T=None) < call(label)  # without the temperature
        return
    with pytest.raises(ValueError, match=rf"^{name} (=.*|has shape.*): (must be|rows must)"):
        call(label, **{name: bad})


@pytest.mark.parametrize("bad", [0.0, -1.0, -1e-300])
@pytest.mark.parametrize(("label", "name"), POSITIVE)
def test_positive_numbers(label, name, bad):
    with pytest.raises(ValueError, match=rf"^{name} = {bad}: must be finite and > 0$"):
        call(label, **{name: bad})


@pytest.mark.parametrize(("label", "name"), sorted(NON_NEGATIVE))
def test_numbers_that_may_not_be_negative(label, name):
    shape = np.shape(FUNCTIONS[label][1][name])
    with pytest.raises(ValueError, match=rf"^{name} = -0.1: must be finite and >= 0$"):
        call(label, **{name: np.full(shape, -0.1)[()]})


@pytest.mark.parametrize(("label", "name"), SINGLE)
def test_single_numbers(label, name):
    with pytest.raises(ValueError, match=rf"^{name} .*\(2,\).*: must be a single number$"):
        call(label, **{name: [0.1, 0.2]})


@pytest.mark.parametrize(("label", "one", "other"), BROADCAST)
def test_shapes_that_do_not_broadcast(label, one, other):
    good = FUNCTIONS[label][1]
    with pytest.raises(ValueError, match=r"^\w+ has shape .*: the shapes must broadcast$"):
        call(label, **{one: np.full(2, good[one]), other: np.full(3, good[other])})


@pytest.mark.parametrize(("function", "name"), CHOICES)
def test_choices(function, name):
    with pytest.raises(ValueError, match=rf"^{name} = 'no': must be one of "):
        function("no")


@pytest.mark.parametrize("label", ["lines", "bump", "density", "mixing_constant", "ripplon_pairs"])
def test_spectra(label):
    with pytest.raises(ValueError, match=r"^omega, copies have shapes \(2,\), \(3,\): must be"):
        call(label, copies=np.ones(3))


def test_shapes():
    with pytest.raises(ValueError, match=r"^nodes, weights have shapes \(2,\), \(3,\): must be"):
        call("on_steps", weights=np.ones(3))
    with pytest.raises(ValueError, match=r"^modes has shape \(2, 2\): must be \(n,\)$"):
        call("states", modes=np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"^counts has shape \(2, 2\): must be \(n,\)$"):
        call("absorbers", counts=np.ones((2, 2)))
    with pytest.raises(ValueError, match="must reach 1, 51"):
        call("absorbers", counts=np.ones(50), step=0.02)
    assert call("absorbers", counts=np.ones(51), step=0.02).shape == (50,)


@pytest.mark.parametrize("label", MIXERS)
def test_ripplons_to_mix_with(label):
    with pytest.raises(ValueError, match=r"^omega, mixing have shapes \(2,\), \(3,\): must be"):
        call(label, mixing=np.ones(3))


def test_ranges_of_fast_centers():
    with pytest.raises(ValueError, match=r"^dressed = 0.2: must be below the lowest ripplon 0.2$"):
        call("bare_bias", dressed=[0.1, 0.2])
    for label in (*SPREADERS, "ordinary_scatterers", "heat_capacity_factor"):
        with pytest.raises(ValueError, match=r"^exponent = 2.0: must be below 2$"):
            call(label, exponent=2)
    with pytest.raises(
        ValueError, match=r"^lowest = 0.1 and highest = 0.1: lowest must be smaller"
    ):
        call("normalization", lowest=0.1)
    with pytest.raises(ValueError, match=r"^E = 1e-05: must exceed lowest = 1e-05$"):
        call("mean_free_path", E=[0.1, 1e-5])


def test_special_ranges():
    with pytest.raises(ValueError, match=r"^smearing = 0.6: must not exceed 0.5$"):
        Coupling(2.0, smearing=0.6)
    sharp = Coupling(2.0, smearing=0.0)
    with pytest.raises(ValueError, match=r"^frequency = .*: must not be the sharp cutoff$"):
        sharp.shift(sharp.ramp[1])
    with pytest.raises(ValueError, match=r"^coupling = .*: must be of class Coupling$"):
        ripplon_coupling.lines(2.0, OMEGA, COPIES)
