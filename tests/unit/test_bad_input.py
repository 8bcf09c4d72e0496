"""Bad input gives a ValueError that names the argument, the value and the legal range."""

import numpy as np
import pytest

import etm
from etm import (
    checks,
    dielectric,
    echo,
    glasses,
    heat_capacity,
    magnetization,
    pulses,
    relaxation,
    scaling,
    tables,
    units,
    waiting_time,
    wells,
)

ATS = etm.ATS(0.3, 5e4, 2.5e5, 9e16, flux_area=4e4)
NO_AREA = etm.ATS(0.3, 5e4, 2.5e5, 9e16)
TLS = etm.TwoLevelSystems(0.004, 3e16)
E3, E4 = np.zeros(3), np.zeros(4)
NOT_NUMBERS = [
    np.nan,
    np.inf,
    "one",
    "1.0",
    None,
    1j,
    [1.0, np.nan],
    ["1", 2.0],
    [[1.0], [1.0, 2.0]],
]

FINITE = {
    "B of ats": ("B", lambda x: heat_capacity.ats(1.0, x, ATS)),
    "B of three levels": ("B", lambda x: heat_capacity.ats(1.0, x, ATS, levels=3)),
    "B of magnetization": ("B", lambda x: magnetization.ats(1.0, x, ATS)),
    "B of exact magnetization": ("B", lambda x: magnetization.ats(1.0, x, ATS, levels=3)),
    "B of free_energy": ("B", lambda x: magnetization.free_energy(1.0, x, ATS)),
    "B of entropy": ("B", lambda x: magnetization.entropy(1.0, x, ATS)),
    "B of larmor": ("B", lambda x: magnetization.larmor(x, 4e-6)),
    "B of magnetic ions": ("B", lambda x: magnetization.paramagnet(1.0, x, 1e17, 2)),
    "J of magnetic ions": ("J", lambda x: magnetization.paramagnet(1.0, 1.0, 1e17, x)),
    "g of magnetic ions": ("g", lambda x: magnetization.paramagnet(1.0, 1.0, 1e17, 2, x)),
    "D0_qS of saturation_moment": ("D0_qS", magnetization.saturation_moment),
    "E0 of number_ratio": ("E0", lambda x: scaling.number_ratio(1.0, x, 1.0)),
    "E0 of two states": ("E0", lambda x: scaling.number_ratio_two_states(1.0, x, 0.1)),
    "B of paramagnet": ("B", lambda x: heat_capacity.paramagnet(1.0, x, 1e17, 2)),
    "J of paramagnet": ("J", lambda x: heat_capacity.paramagnet(1.0, 1.0, 1e17, x)),
    "g of paramagnet": ("g", lambda x: heat_capacity.paramagnet(1.0, 1.0, 1e17, 2, x)),
    "B of gap_density": ("B", lambda x: ATS.gap_density(1.0, x)),
    "B of field_energies": ("B", lambda x: ATS.field_energies(x)),
    "B of phase": ("B", lambda x: ATS.phase(x)),
    "B of phase_energy": ("B", lambda x: units.phase_energy(5e4, x)),
    "B of aharonov_bohm_phase": ("B", lambda x: units.aharonov_bohm_phase(5e4, x)),
    "asymmetry of two_well": ("asymmetry", lambda x: wells.two_well(x, 1.0)),
    "tunneling of two_well": ("tunneling", lambda x: wells.two_well(1.0, x)),
    "asymmetry of two_well_levels": ("asymmetry", lambda x: wells.two_well_levels(x, 1.0)),
    "tunneling of two_well_levels": ("tunneling", lambda x: wells.two_well_levels(1.0, x)),
    "asymmetries of three_well": ("asymmetries", lambda x: wells.three_well(x, 1.0, 0.0)),
    "tunneling of three_well": ("tunneling", lambda x: wells.three_well(E3, x, 0.0)),
    "phase of three_well": ("phase", lambda x: wells.three_well(E3, 1.0, x)),
    "asymmetries of levels": ("asymmetries", lambda x: wells.three_well_levels(x, 1.0, 0.0)),
    "tunneling of levels": ("tunneling", lambda x: wells.three_well_levels(E3, x, 0.0)),
    "phase of levels": ("phase", lambda x: wells.three_well_levels(E3, 1.0, x)),
    "asymmetries of gap": ("asymmetries", lambda x: wells.three_well_gap(x, 1.0, 0.0)),
    "phase of gap": ("phase", lambda x: wells.three_well_gap(E3, 1.0, x)),
    "D of weak_field_gap": ("D", lambda x: wells.weak_field_gap(x, 1.0, 0.1)),
    "D0 of weak_field_gap": ("D0", lambda x: wells.weak_field_gap(1.0, x, 0.1)),
    "phase of weak_field_gap": ("phase", lambda x: wells.weak_field_gap(1.0, 1.0, x)),
    "D of polar": ("D", lambda x: wells.asymmetries_from_polar(x, 1.0)),
    "angle of polar": ("angle", lambda x: wells.asymmetries_from_polar(1.0, x)),
    "asymmetries of square": ("asymmetries", lambda x: wells.square_well(x, 1.0, 0.0, 0.0)),
    "nearest of square": ("nearest", lambda x: wells.square_well(E4, x, 0.0, 0.0)),
    "diagonal of square": ("diagonal", lambda x: wells.square_well(E4, 1.0, x, 0.0)),
    "phase of square": ("phase", lambda x: wells.square_well(E4, 1.0, 0.0, x)),
    "asymmetries of tetrahedron": ("asymmetries", lambda x: wells.tetrahedron(x, 1.0, E4)),
    "tunneling of tetrahedron": ("tunneling", lambda x: wells.tetrahedron(E4, x, E4)),
    "phases of tetrahedron": ("face_phases", lambda x: wells.tetrahedron(E4, 1.0, x)),
    "phase_vector": ("phase_vector", wells.tetrahedron_face_phases),
}
DIELECTRIC = {
    "ats_permittivity": (
        dielectric.ats_permittivity,
        {"T": 1.0, "B": 1.0, "ats": ATS, "strength": 1e-5},
    ),
    "ats_loss": (
        dielectric.ats_loss,
        {"T": 1.0, "B": 1.0, "ats": ATS, "strength": 1e-5, "Gamma": 3e-10, "omega": 1e4},
    ),
    "ats_permittivity_zero_field": (
        dielectric.ats_permittivity_zero_field,
        {"T": 1.0, "omega": 1e4, "strength": 1e-3, "Gamma": 4e-6, "D_min": 0.87},
    ),
    "two_level_permittivity": (
        dielectric.two_level_permittivity,
        {"T": 1.0, "omega": 1e4, "strength": 1e-3, "gamma": 5e-8, "D0_min": 0.01, "D0_max": 10.0},
    ),
    "two_level_loss": (
        dielectric.two_level_loss,
        {"T": 1.0, "omega": 1e4, "strength": 1e-3, "gamma": 5e-8, "D0_min": 0.01, "D0_max": 10.0},
    ),
    "dipole_correlator": (dielectric.dipole_correlator, {"E": 1.0, "s": 0.5, "wells": 3}),
    "two_level_rate": (
        relaxation.two_level_rate,
        {"E": 1.0, "tunneling": 0.5, "T": 1.0, "gamma": 5e-8},
    ),
    "ats_rate": (relaxation.ats_rate, {"E": 1.0, "D": 0.5, "T": 1.0, "Gamma": 3e-10}),
    "ats_time_density": (
        relaxation.ats_time_density,
        {"E": 1.0, "tau": 1e-4, "T": 1.0, "B": 1.0, "ats": ATS, "Gamma": 3e-10},
    ),
}
"""Functions of the dielectric response with a good set of arguments."""


def dielectric_cases(legal):
    """The numerical arguments whose legal range is the named one."""
    other = {"B": "finite", "s": "non-negative", "D": "non-negative", "wells": "finite"}
    return {
        f"{name} of {label}": (name, lambda x, f=function, k=good, n=name: f(**(k | {n: x})))
        for label, (function, good) in DIELECTRIC.items()
        for name in good
        if name != "ats" and other.get(name, "positive") == legal
    }


NON_NEGATIVE = {
    "E of gap_density": ("E", lambda x: ATS.gap_density(x, 1.0)),
    "E of two-level gap_density": ("E", lambda x: TLS.gap_density(x)),
    "chi_L of larmor": ("chi_L", lambda x: magnetization.larmor(1.0, x)),
    "coefficient": ("coefficient", lambda x: heat_capacity.phonon(1.0, x)),
    "density of magnetic ions": (
        "density",
        lambda x: magnetization.paramagnet(1.0, 1.0, x, 2),
    ),
    "share of two states": ("share", lambda x: scaling.number_ratio_two_states(9.0, 1.0, x)),
    "density of paramagnet": ("density", lambda x: heat_capacity.paramagnet(1.0, 1.0, x, 2)),
    "ppm": ("ppm", lambda x: units.ppm_to_per_gram(x, 60.0)),
    "density": ("density", lambda x: units.per_gram_to_ppm(x, 60.0)),
    "D0_qS": ("D0_qS", lambda x: units.phase_energy(x, 1.0)),
    "flux_area of phase": ("flux_area", lambda x: units.aharonov_bohm_phase(x, 1.0)),
}
POSITIVE = {
    "T of magnetization": ("T", lambda x: magnetization.ats(x, 1.0, ATS)),
    "T of exact magnetization": ("T", lambda x: magnetization.ats(x, 1.0, ATS, levels=3)),
    "T of ats_susceptibility": ("T", lambda x: magnetization.ats_susceptibility(x, ATS)),
    "T of free_energy": ("T", lambda x: magnetization.free_energy(x, 1.0, ATS)),
    "T of entropy": ("T", lambda x: magnetization.entropy(x, 1.0, ATS)),
    "T of magnetic ions": ("T", lambda x: magnetization.paramagnet(x, 1.0, 1e17, 2)),
    "T of number_ratio": ("T", lambda x: scaling.number_ratio(x, 1.0, 1.0)),
    "T0 of number_ratio": ("T0", lambda x: scaling.number_ratio(1.0, 1.0, x)),
    "T of two states": ("T", lambda x: scaling.number_ratio_two_states(x, 1.0, 0.1)),
    "ratio of scaled": ("ratio", lambda x: scaling.scaled(ATS, x)),
    "T of ats": ("T", lambda x: heat_capacity.ats(x, 1.0, ATS)),
    "T of three levels": ("T", lambda x: heat_capacity.ats(x, 1.0, ATS, levels=3)),
    "T of ats_zero_field": ("T", lambda x: heat_capacity.ats_zero_field(x, ATS)),
    "T of two_level": ("T", lambda x: heat_capacity.two_level(x, TLS)),
    "T of phonon": ("T", lambda x: heat_capacity.phonon(x, 1e-7)),
    "T of paramagnet": ("T", lambda x: heat_capacity.paramagnet(x, 1.0, 1e17, 2)),
    "molar_mass of ppm": ("molar_mass", lambda x: units.ppm_to_per_gram(10.0, x)),
    "molar_mass of density": ("molar_mass", lambda x: units.per_gram_to_ppm(1e17, x)),
    "D_min": ("D_min", lambda x: etm.ATS(x, 5e4, 2e5, 1e16)),
    "D0_min": ("D0_min", lambda x: etm.ATS(0.3, x, 2e5, 1e16)),
    "D0_max": ("D0_max", lambda x: etm.ATS(0.3, 5e4, x, 1e16)),
    "density of ats": ("density", lambda x: etm.ATS(0.3, 5e4, 2e5, x)),
    "B_star": ("B_star", etm.ATS.flux_area_from_field),
    "D0_min of tls": ("D0_min", lambda x: etm.TwoLevelSystems(x, 1e16)),
    "density of tls": ("density", lambda x: etm.TwoLevelSystems(0.1, x)),
    "D_max of sample": ("D_max", lambda x: ATS.sample(3, np.random.default_rng(1), x)),
}
EXPERIMENT = {"frequency": 1e9, "tau1": 1e-7, "tau2": 2e-7, "tau12": 2e-6, "phase": 0.2}
COLD = etm.ATS(0.018, 950.0, 2.1e4, 1e16)
ECHO = {
    "amplitude": (
        echo.amplitude,
        {"T": 0.01, "B": 0.1, "ats": COLD, "pulses": pulses.TwoPulses(**EXPERIMENT), "p1F0": 0.5,
         "Gamma": 1e-13, "c_ats": 1e6},
    ),
    "two_level_amplitude": (
        echo.two_level_amplitude,
        {"T": 0.01, "tls": TLS, "pulses": pulses.TwoPulses(**EXPERIMENT), "p0F0": 0.5,
         "gamma": 1e-10, "c_tls": 1e6},
    ),
    "rabi_frequency": (echo.rabi_frequency, {"D": 0.1, "D0_phase": 0.1, "p1F0": 0.5}),
    "TwoPulses": (pulses.TwoPulses, EXPERIMENT),
    "echo_factor": (
        pulses.echo_factor,
        {"rabi": 1.0, "detuning": 1.0, "tau1": 1.0, "tau2": 1.0},
    ),
    "bloch_vector": (
        pulses.bloch_vector,
        {"rabi": 1.0, "detuning": 1.0, "t": 1.0, "tau1": 1.0, "tau2": 1.0, "tau12": 1.0},
    ),
    "lorentzian_cosine": (waiting_time.lorentzian_cosine, {"a": 1.0, "b": 1.0}),
    "integrated_echo": (
        waiting_time.integrated_echo,
        {"tau12": 1e-6, "tau_phi": 1e-6, "edge": 1e6},
    ),
}  # fmt: skip
ECHO["resonant_amplitude"] = (echo.resonant_amplitude, ECHO["amplitude"][1])
"""Functions of the echo with a good set of arguments."""

ECHO_FINITE = {"B", "c_ats", "c_tls", "phase", "detuning", "t", "b", "edge"}
ECHO_NON_NEGATIVE = {
    *(("echo_factor", name) for name in ("rabi", "tau1", "tau2")),
    *(("bloch_vector", name) for name in ("rabi", "tau1", "tau2", "tau12")),
    ("rabi_frequency", "D"),
    ("rabi_frequency", "D0_phase"),
    ("integrated_echo", "tau12"),
}


def echo_cases(legal):
    """The same for the echo."""
    found = {}
    for label, (function, good) in ECHO.items():
        for name in sorted(set(good) - {"ats", "tls", "pulses"}):
            kind = "non-negative" if (label, name) in ECHO_NON_NEGATIVE else "positive"
            if ("finite" if name in ECHO_FINITE else kind) == legal:
                found[f"{name} of {label}"] = (
                    name,
                    lambda x, f=function, k=good, n=name: f(**(k | {n: x})),
                )
    return found


FINITE |= echo_cases("finite")
NON_NEGATIVE |= echo_cases("non-negative")
POSITIVE |= echo_cases("positive")
FINITE |= dielectric_cases("finite")
NON_NEGATIVE |= dielectric_cases("non-negative")
POSITIVE |= dielectric_cases("positive")


def cases(table, values):
    return [
        pytest.param(name, call, bad, id=f"{label}, {bad}")
        for label, (name, call) in table.items()
        for bad in values
    ]


@pytest.mark.parametrize(
    ("name", "call", "bad"), cases(FINITE | NON_NEGATIVE | POSITIVE, NOT_NUMBERS)
)
def test_entries_must_be_finite_numbers(name, call, bad):
    with pytest.raises(ValueError, match=rf"^{name} (=.*|has shape.*): (must be|rows must)"):
        call(bad)


@pytest.mark.parametrize(("name", "call", "bad"), cases(NON_NEGATIVE | POSITIVE, [-1.0, -1e-300]))
def test_negative_numbers(name, call, bad):
    with pytest.raises(ValueError, match=rf"^{name} = {bad}: must be finite and >=? 0$"):
        call(bad)


@pytest.mark.parametrize(("name", "call", "bad"), cases(POSITIVE, [0.0]))
def test_zero(name, call, bad):
    with pytest.raises(ValueError, match=rf"^{name} = 0.0: must be finite and > 0$"):
        call(bad)


def test_the_message_shows_the_first_bad_entry():
    with pytest.raises(ValueError, match=r"^T = -2.0: must be finite and > 0$"):
        heat_capacity.ats([1.0, -2.0, -3.0], 0.0, ATS)


def test_a_wrong_flux_area():
    for bad in (0.0, -1.0, np.nan, "large", [1.0, 2.0]):
        with pytest.raises(ValueError, match="flux_area"):
            etm.ATS(0.3, 5e4, 2e5, 1e16, flux_area=bad)


@pytest.mark.parametrize("bad", [[1.0, 2.0], [[1.0]]])
@pytest.mark.parametrize(
    "name", ["D_min", "D0_min", "D0_max", "density", "B_star", "D_max", "J", "g", "ratio"]
)
def test_single_numbers(name, bad):
    every = FINITE | POSITIVE
    calls = [call for argument, call in every.values() if argument == name]
    calls = [c for c in calls if c not in (every["B of ats"][1],)]
    for call in calls:
        with pytest.raises(ValueError, match=rf"^{name} has shape .*: must be a single number$"):
            call(bad)


@pytest.mark.parametrize("D0_max", [5e4, 4e4])
def test_cutoffs_of_anomalous_systems_are_ordered(D0_max):
    message = rf"^D0_min = 50000.0 and D0_max = {D0_max}: D0_min must be smaller than D0_max$"
    with pytest.raises(ValueError, match=message):
        etm.ATS(0.3, 5e4, D0_max, 1e16)


def test_cutoffs_of_two_level_systems_are_ordered():
    with pytest.raises(ValueError, match=r"D0_min = 0.1 and D0_max = 0.1: D0_min must be smaller"):
        etm.TwoLevelSystems(0.1, 1e16, 0.1)
    for bad in (np.nan, -np.inf, "inf", [1.0, 2.0]):
        with pytest.raises(ValueError, match="D0_max"):
            etm.TwoLevelSystems(0.1, 1e16, bad)


@pytest.mark.parametrize("bad", ["mean", "", None, 2, ["average"], np.array(["rms", "average"])])
def test_unknown_orientation(bad):
    message = r"^orientation = .*: must be one of 'average', 'parallel', 'rms'$"
    for call in (
        lambda: heat_capacity.ats(1.0, 1.0, ATS, bad),
        lambda: heat_capacity.ats(1.0, 1.0, ATS, bad, levels=3),
        lambda: magnetization.ats(1.0, 1.0, ATS, bad),
        lambda: magnetization.ats(1.0, 0.0, ATS, bad),
        lambda: magnetization.ats([], 1.0, ATS, bad),
        lambda: magnetization.ats(1.0, 0.0, ATS, bad, levels=3),
        lambda: magnetization.free_energy(1.0, 0.0, ATS, bad),
        lambda: magnetization.entropy(1.0, 1.0, ATS, bad),
        lambda: ATS.gap_density(1.0, 1.0, bad),
        lambda: ATS.field_energies(1.0, bad),
    ):
        with pytest.raises(ValueError, match=message):
            call()


@pytest.mark.parametrize("bad", [1, 4, "2", None, [2]])
def test_unknown_levels(bad):
    with pytest.raises(ValueError, match=r"^levels = .*: must be one of 2, 3$"):
        heat_capacity.ats(1.0, 1.0, ATS, levels=bad)
    with pytest.raises(ValueError, match=r"^levels = .*: must be one of 2, 3$"):
        magnetization.ats(1.0, 1.0, ATS, levels=bad)


def test_three_levels_need_a_flux_area():
    with pytest.raises(ValueError, match=r"^flux_area = None: .*three levels need S\|q/e\| .* > 0"):
        heat_capacity.ats(1.0, 1.0, NO_AREA, levels=3)
    with pytest.raises(ValueError, match=r"^flux_area = None: .*three levels need S\|q/e\| .* > 0"):
        magnetization.ats(1.0, 0.0, NO_AREA, levels=3)


@pytest.mark.parametrize("bad", [-0.5, 0.3, 1.25])
def test_spin(bad):
    with pytest.raises(ValueError, match=rf"^2 J = {2 * bad}: must be a whole number >= 0$"):
        heat_capacity.paramagnet(1.0, 1.0, 1e17, bad)
    with pytest.raises(ValueError, match=rf"^2 J = {2 * bad}: must be a whole number >= 0$"):
        magnetization.paramagnet(1.0, 1.0, 1e17, bad)


def test_ranges_of_the_magnetization():
    """Beyond them squares leave the range of floats; at the ends all is well."""
    calls = [
        lambda T, B: magnetization.ats(T, B, ATS),
        lambda T, B: magnetization.ats(T, B, ATS, "parallel", levels=3),
        lambda T, B: magnetization.free_energy(T, B, ATS),
        lambda T, B: magnetization.entropy(T, B, ATS),
        lambda T, B: magnetization.paramagnet(T, B, 1e17, 2.5, 1e300),
    ]
    for call in calls:
        for T in (1e-31, 1e31):
            with pytest.raises(ValueError, match=r"^T = 1e.31: must be from 1e-30 to 1e\+30$"):
                call([1.0, T], 1.0)
        for B in (-1e31, 1e300):
            with pytest.raises(ValueError, match=r"^B = .*: must be from -1e\+30 to 1e\+30$"):
                call(1.0, [0.0, B])
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            for T in (1e-30, 1e30):
                assert np.all(np.isfinite([call(T, B) for B in (0.0, 1e-30, -1e30, 1e30)]))
    with pytest.raises(ValueError, match=r"^B = 1e\+31: must be from -1e\+30 to 1e\+30$"):
        magnetization.larmor(1e31, 4e-6)
    with pytest.raises(ValueError, match=r"^T = 1e\+31: must be from 1e-30 to 1e\+30$"):
        magnetization.ats_susceptibility(1e31, ATS)
    assert np.all(magnetization.ats_susceptibility([1e-30, 1e30], ATS) > 0)
    with pytest.raises(ValueError, match=r"^2 J = 1001: must be from 0 to 1000$"):
        magnetization.paramagnet(1.0, 1.0, 1e17, 500.5)


@pytest.mark.parametrize("bad", ["Duran", None, TLS, 0.3])
def test_population_of_the_wrong_class(bad):
    for call in (
        lambda: heat_capacity.ats(1.0, 1.0, bad),
        lambda: heat_capacity.ats_zero_field(1.0, bad),
        lambda: magnetization.ats(1.0, 1.0, bad),
        lambda: magnetization.ats_susceptibility(1.0, bad),
        lambda: magnetization.free_energy(1.0, 1.0, bad),
        lambda: magnetization.entropy(1.0, 1.0, bad),
        lambda: scaling.scaled(bad, 1.0),
    ):
        with pytest.raises(ValueError, match=r"^ats = .*: must be .*AnomalousTunnelingSystems$"):
            call()
    with pytest.raises(ValueError, match=r"^tls = .*: must be of class TwoLevelSystems$"):
        heat_capacity.two_level(1.0, ATS)


@pytest.mark.parametrize("bad", ["duran", "", None, 3, ["Duran"]])
def test_unknown_glass(bad):
    with pytest.raises(ValueError, match=r"^name = .*: must be one of 'BAS', 'Duran'$"):
        glasses.load(bad)


def test_unknown_temperature_of_a_glass():
    with pytest.raises(ValueError, match=r"^temperature = 2.0: must be one of 1.11, 1.23, 1.36$"):
        glasses.load("Duran").at(2.0)


@pytest.mark.parametrize("read", [tables.read, tables.describe])
@pytest.mark.parametrize("bad", ["table1", "../data/jug2016_table1", None, ["jug2016_table1"]])
def test_unknown_table(read, bad):
    with pytest.raises(ValueError, match=r"^name = .*: must be one of .*'jug2016_table1', "):
        read(bad)


@pytest.mark.parametrize(
    "call",
    [
        lambda: heat_capacity.ats(np.ones(2), np.ones(3), ATS),
        lambda: heat_capacity.ats(np.ones(2), np.ones(3), ATS, levels=3),
        lambda: heat_capacity.paramagnet(np.ones(2), np.ones(3), 1e17, 2),
        lambda: heat_capacity.paramagnet(1.0, np.ones(3), np.ones(2), 2),
        lambda: magnetization.ats(np.ones(2), np.ones(3), ATS),
        lambda: magnetization.ats(np.ones(2), np.ones(3), ATS, levels=3),
        lambda: magnetization.free_energy(np.ones(2), np.ones(3), ATS),
        lambda: magnetization.entropy(np.ones(2), np.ones(3), ATS),
        lambda: magnetization.larmor(np.ones(2), np.ones(3)),
        lambda: magnetization.paramagnet(np.ones(2), np.ones(3), 1e17, 2),
        lambda: magnetization.paramagnet(1.0, np.ones(3), np.ones(2), 2),
        lambda: scaling.number_ratio(np.ones(2), np.ones(3), 1.0),
        lambda: scaling.number_ratio_two_states(np.full(2, 9.0), 1.0, np.zeros(3)),
        lambda: heat_capacity.phonon(np.ones(2), np.ones(3)),
        lambda: ATS.gap_density(np.ones(2), np.ones(3)),
        lambda: units.phase_energy(np.ones(2), np.ones(3)),
        lambda: units.aharonov_bohm_phase(np.ones(2), np.ones(3)),
        lambda: units.ppm_to_per_gram(np.ones(2), np.ones(3)),
        lambda: units.per_gram_to_ppm(np.ones(2), np.ones(3)),
        lambda: wells.two_well(np.ones(2), np.ones(3)),
        lambda: wells.two_well_levels(np.ones(2), np.ones(3)),
        lambda: wells.three_well(np.ones((2, 3)), np.ones(3), 0.0),
        lambda: wells.three_well_levels(np.ones((2, 3)), 1.0, np.ones(3)),
        lambda: wells.three_well_gap(np.ones((2, 3)), np.ones(3), 0.0),
        lambda: wells.weak_field_gap(np.ones(2), np.ones(3), 0.0),
        lambda: wells.asymmetries_from_polar(np.ones(2), np.ones(3)),
        lambda: wells.square_well(np.ones((2, 4)), np.ones(3), 0.0, 0.0),
        lambda: wells.tetrahedron(np.ones((2, 4)), 1.0, np.zeros((3, 4))),
    ],
)
def test_shapes_that_do_not_broadcast(call):
    with pytest.raises(ValueError, match=r"^\w+.* has shape \(.*: the shapes must broadcast$"):
        call()


@pytest.mark.parametrize("bad", [0.0, np.zeros(2), np.zeros((3, 5))])
@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("asymmetries", lambda x: wells.three_well(x, 1.0, 0.0)),
        ("asymmetries", lambda x: wells.three_well_levels(x, 1.0, 0.0)),
        ("asymmetries", lambda x: wells.three_well_gap(x, 1.0, 0.0)),
        ("asymmetries", lambda x: wells.square_well(x, 1.0, 0.0, 0.0)),
        ("asymmetries", lambda x: wells.tetrahedron(x, 1.0, E4)),
        ("face_phases", lambda x: wells.tetrahedron(E4, 1.0, x)),
        ("phase_vector", wells.tetrahedron_face_phases),
    ],
)
def test_number_of_wells(name, call, bad):
    with pytest.raises(ValueError, match=rf"^{name} has shape .*: the last axis must have length"):
        call(bad)


def test_bad_samples():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match=r"^count = -1: must be a whole number >= 0$"):
        ATS.sample(-1, rng, 10.0)
    with pytest.raises(ValueError, match=r"^rng = 1: must be of class Generator$"):
        ATS.sample(3, 1, 10.0)
    with pytest.raises(ValueError, match=r"^D_min = 0.3 and D_max = 0.2: D_min must be smaller"):
        ATS.sample(3, rng, 0.2)


@pytest.mark.parametrize("label", DIELECTRIC)
def test_single_numbers_of_the_dielectric_response(label):
    function, good = DIELECTRIC[label]
    single = {"strength", "gamma", "Gamma", "D_min", "D0_min", "D0_max", "wells"} & set(good)
    if label == "ats_loss":
        single.add("omega")
    for name in single:
        with pytest.raises(
            ValueError, match=rf"^{name} has shape \(2,\): must be a single number$"
        ):
            function(**(good | {name: [3.0, 3.0]}))


@pytest.mark.parametrize("label", DIELECTRIC)
def test_shapes_of_the_dielectric_response(label):
    function, good = DIELECTRIC[label]
    arrays = [name for name in ("T", "B", "omega", "E", "s", "D", "tunneling", "tau")
              if name in good and (name, label) != ("omega", "ats_loss")]  # fmt: skip
    for name in arrays[1:]:
        with pytest.raises(ValueError, match=r"^\w+.* has shape \(.*: the shapes must broadcast$"):
            function(**(good | {arrays[0]: np.ones(2), name: np.full(3, good[name])}))


@pytest.mark.parametrize("label", ["two_level_permittivity", "two_level_loss"])
@pytest.mark.parametrize("D0_max", [0.01, 0.001])
def test_cutoffs_of_the_dielectric_response_are_ordered(label, D0_max):
    function, good = DIELECTRIC[label]
    message = rf"^D0_min = 0.01 and D0_max = {D0_max}: D0_min must be smaller than D0_max$"
    with pytest.raises(ValueError, match=message):
        function(**(good | {"D0_max": D0_max}))


@pytest.mark.parametrize("label", ["ats_permittivity", "ats_loss"])
@pytest.mark.parametrize("bad", ["mean", "", None, 2, ["average"], np.array(["rms", "average"])])
def test_unknown_options_of_the_dielectric_response(label, bad):
    function, good = DIELECTRIC[label]
    with pytest.raises(ValueError, match=r"^orientation = .*: must be one of 'average', "):
        function(**good, orientation=bad)
    with pytest.raises(ValueError, match=r"^geometry = .*: must be one of 'isotropic', 'parallel'"):
        function(**good, geometry=bad)
    for empty in ({"B": 0.0}, {"T": []}):
        with pytest.raises(ValueError, match=r"^geometry = "):
            function(**(good | empty), geometry=bad)


@pytest.mark.parametrize("label", ["ats_permittivity", "ats_loss", "ats_time_density"])
@pytest.mark.parametrize("bad", ["Duran", None, TLS, 0.3])
def test_dielectric_population_of_the_wrong_class(label, bad):
    function, good = DIELECTRIC[label]
    with pytest.raises(ValueError, match=r"^ats = .*: must be .*AnomalousTunnelingSystems$"):
        function(**(good | {"ats": bad}))


@pytest.mark.parametrize("bad", [1, 0, -3, 2.5])
def test_number_of_wells_of_a_correlator(bad):
    with pytest.raises(ValueError, match=rf"^wells = {bad}: must be a whole number >= 2$"):
        dielectric.dipole_correlator(1.0, 0.5, bad)


@pytest.mark.parametrize(
    ("label", "name"),
    [("dipole_correlator", "s"), ("ats_rate", "D"), ("two_level_rate", "tunneling")],
)
def test_nothing_exceeds_the_gap(label, name):
    function, good = DIELECTRIC[label]
    with pytest.raises(ValueError, match=rf"^{name} = 1.5: must not exceed the gap E$"):
        function(**(good | {name: 1.5}))
    with pytest.raises(ValueError, match=rf"^{name} = 0.3: must not exceed the gap E$"):
        function(**(good | {"E": [2.0, 0.2], name: [[1.0, 0.1], [1.0, 0.3]]}))


@pytest.mark.parametrize("bad", [0.0, -0.0, [1.0, 0.0]])
def test_no_density_of_times_without_a_field(bad):
    function, good = DIELECTRIC["ats_time_density"]
    with pytest.raises(ValueError, match=r"^B = 0.0: must not be 0, where each gap has one"):
        function(**(good | {"B": bad}))


@pytest.mark.parametrize("label", ["amplitude", "resonant_amplitude", "two_level_amplitude"])
def test_echo_of_the_wrong_class(label):
    function, good = ECHO[label]
    population = "tls" if "tls" in good else "ats"
    for name in (population, "pulses"):
        for bad in ("BAS", None, 0.3, good["pulses" if name == population else population]):
            with pytest.raises(ValueError, match=rf"^{name} = .*: must be of class \w+$"):
                function(**(good | {name: bad}))


@pytest.mark.parametrize("label", ["amplitude", "resonant_amplitude"])
@pytest.mark.parametrize("bad", ["mean", "", None, ["average"]])
def test_unknown_orientation_of_the_echo(label, bad):
    function, good = ECHO[label]
    with pytest.raises(ValueError, match=r"^orientation = .*: must be one of 'average', 'par"):
        function(**(good | {"orientation": bad}))


@pytest.mark.parametrize("label", ["amplitude", "two_level_amplitude"])
def test_pulses_too_long_for_the_gaps_that_count(label):
    function, good = ECHO[label]
    slow = {"Gamma": 1e6} if label == "amplitude" else {"gamma": 1e6}
    with pytest.raises(ValueError, match=r"^tau1 = 1e-07 and tau2 = 2e-07: must be shorter, as"):
        function(**(good | slow))
    long = pulses.TwoPulses(**(EXPERIMENT | {"tau1": 1.0}))
    with pytest.raises(ValueError, match=r"^tau1 = 1.0 and tau2 = 2e-07: .* up to 1.\d+e\+07 rad$"):
        function(**(good | {"pulses": long}))


def test_single_numbers_of_the_echo():
    for label in ("amplitude", "resonant_amplitude", "two_level_amplitude", "TwoPulses"):
        function, good = ECHO[label]
        for name in set(good) - {"T", "B", "ats", "tls", "pulses"}:
            with pytest.raises(ValueError, match=rf"^{name} has shape \(2,\): must be a single n"):
                function(**(good | {name: [1e-9, 2e-9]}))


def test_shapes_of_the_echo_that_do_not_broadcast():
    for label in ("amplitude", "resonant_amplitude", "rabi_frequency", "echo_factor",
                  "bloch_vector", "lorentzian_cosine"):  # fmt: skip
        function, good = ECHO[label]
        first, second = list(good)[:2]
        with pytest.raises(ValueError, match=rf"^{first} has shape \(2,\), {second} has shape"):
            function(**(good | {first: [1.0, 2.0], second: [1.0, 2.0, 3.0]}))


def test_nothing_drives_and_nothing_turns():
    with pytest.raises(ValueError, match=r"^D = 0.0 and D0_phase = 0.0: one of them"):
        echo.rabi_frequency([1.0, 0.0], 0.0, 1.0)
    with pytest.raises(ValueError, match=r"^rabi = 0.0 and detuning = 0.0: one of them"):
        pulses.echo_factor([1.0, 0.0], 0.0, 1.0, 1.0)


def test_good_numbers_of_any_kind_pass():
    big = 10**20
    assert checks.finite("x", big) == 1e20
    np.testing.assert_array_equal(checks.positive("x", [1, True, np.float32(0.5)]), [1, 1, 0.5])
    assert checks.finite("x", []).shape == (0,)
