"""The extended tunneling model of glasses at low temperature.

Energies are in kelvin (E / k_B), fields in tesla, the product D0 |q/e| S in
K Å², concentrations per gram and heat capacities in J/(g K).  Arguments
broadcast as NumPy does.

>>> import etm
>>> duran = etm.glasses.load("Duran")
>>> C = etm.heat_capacity.ats(1.23, 0.1, duran.at(1.23))
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from etm import (
        alkali,
        attraction,
        clusters,
        dielectric,
        echo,
        fast_centers,
        glasses,
        gruneisen,
        heat_capacity,
        magnetization,
        packing,
        percolation,
        polycluster,
        pulses,
        relaxation,
        relaxational,
        rfot,
        ripplon_coupling,
        ripplon_mixing,
        ripplon_plateau,
        ripplons,
        scaling,
        stretching,
        tables,
        units,
        waiting_time,
        wells,
    )
    from etm.ensembles import ATS, AnomalousTunnelingSystems, TwoLevelSystems

__version__ = "0.1.0"

__all__ = [
    "ATS",
    "AnomalousTunnelingSystems",
    "TwoLevelSystems",
    "alkali",
    "attraction",
    "clusters",
    "dielectric",
    "echo",
    "fast_centers",
    "glasses",
    "gruneisen",
    "heat_capacity",
    "magnetization",
    "packing",
    "percolation",
    "polycluster",
    "pulses",
    "relaxation",
    "relaxational",
    "rfot",
    "ripplon_coupling",
    "ripplon_mixing",
    "ripplon_plateau",
    "ripplons",
    "scaling",
    "stretching",
    "tables",
    "units",
    "waiting_time",
    "wells",
]


def __getattr__(name: str) -> Any:
    """A module is imported when it is first asked for, so `import etm` itself takes no time."""
    if name in ("ATS", "AnomalousTunnelingSystems", "TwoLevelSystems"):
        return getattr(import_module("etm.ensembles"), name)
    if not name.startswith("_") and find_spec(f"etm.{name}"):
        return import_module(f"etm.{name}")
    raise AttributeError(f"module 'etm' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
