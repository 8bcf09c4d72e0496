"""One bad number among good ones is refused by every check of a whole array, and the edges of a range are legal."""

import dataclasses
import importlib
import pkgutil

import numpy as np
import pytest

import etm
from etm import (
    alkali,
    dielectric,
    magnetization,
    packing,
    polycluster,
    relaxation,
    relaxational,
    rfot,
    ripplons,
    scaling,
)

MOSAIC = rfot.Mosaic()
ATS = etm.ATS(0.1, 1e5, 3e5, 1e17)
COOLING = {"barrier": 5e3, "T_c": 1500.0, "tau0": 1e-12}
DISCS = np.array([[0.2, 0.2], [0.7, 0.7]])

MIXED = {
    "alkali": (lambda: alkali.molar_mass([0.1, 1.5]), "x = 1.5"),
    "dielectric": (lambda: dielectric.dipole_correlator(1.0, [0.5, 2.0]), "s = 2.0"),
    "magnetization": (lambda: magnetization.ats_susceptibility([1.0, 1e31], ATS), "T = 1e.31"),
    "packing": (lambda: packing.overlap_energy(DISCS, [0.1, 0.3]), "radii = 0.3"),
    "polycluster": (
        lambda: polycluster.glass_transition([1.0, 1e30], **COOLING),
        "cooling_rate = 1e.30",
    ),
    "relaxation, tunneling": (
        lambda: relaxation.two_level_rate(1.0, [0.5, 2.0], 1.0, 1.0),
        "tunneling = 2.0",
    ),
    "relaxation, D": (lambda: relaxation.ats_rate(1.0, [0.5, 2.0], 1.0, 1.0), "D = 2.0"),
    "relaxational": (
        lambda: relaxational.relaxation_rate(1.0, [0.5, 2.0], 1.0, 1000.0),
        "amplitude = 2.0",
    ),
    "rfot, ratio": (lambda: rfot.mismatch([0.1, 0.4]), "lindemann = 0.4"),
    "rfot, T": (lambda: rfot.log_relaxation_time([0.1, 2.0], 10.0, MOSAIC), "T = 0.1"),
    "ripplons": (
        lambda: ripplons.conductivity([1.0, 2000.0], 1000.0, np.array([1.0]), np.array([5])),
        "T = 2000.0",
    ),
    "scaling": (lambda: scaling.number_ratio_two_states(1e3, 1.0, [0.1, 1.5]), "share = 1.5"),
}


@pytest.mark.parametrize("label", MIXED)
def test_one_bad_number_among_good_ones(label):
    call, message = MIXED[label]
    with pytest.raises(ValueError, match=rf"^{message}: must "):
        call()


def test_the_edges_of_a_range_are_legal():
    assert scaling.scaled(ATS, 1e-90).D_min == pytest.approx(1e-91)
    assert scaling.scaled(ATS, 1e90).D_min == pytest.approx(1e89)
    with pytest.raises(ValueError, match=r"^ratio = 1.5e\+90: must be from 1e-90 to 1e90$"):
        scaling.scaled(ATS, 1.5e90)
    assert dielectric.dipole_correlator(1.0, 1.0) == 1
    assert relaxational.relaxation_rate(1.0, 1.0, 1.0, 1000.0) > 0
    assert relaxation.two_level_rate(1.0, 1.0, 1.0, 1.0) > 0


def values():
    """Every class of the package that only holds values."""
    for module in pkgutil.walk_packages(etm.__path__, "etm."):
        if module.name.endswith("__main__") or module.name.startswith("etm.fitting"):
            continue
        for thing in vars(importlib.import_module(module.name)).values():
            if dataclasses.is_dataclass(thing) and thing.__module__ == module.name:
                yield thing


@pytest.mark.parametrize("kind", list(values()), ids=lambda kind: kind.__name__)
def test_values_cannot_be_changed_after_their_check(kind):
    """A field set later would escape the check of the input."""
    empty = object.__new__(kind)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(empty, dataclasses.fields(kind)[0].name, 1.0)
