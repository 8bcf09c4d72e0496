"""The extended tunneling model of glasses at low temperature.

Energies are in kelvin (E / k_B), fields in tesla, the product D0 |q/e| S in
K Å², concentrations per gram and heat capacities in J/(g K).  Arguments
broadcast as NumPy does.

>>> import etm
>>> duran = etm.glasses.load("Duran")
>>> C = etm.heat_capacity.ats(1.23, 0.1, duran.at(1.23))
"""

from etm import (
    alkali,
    clusters,
    dielectric,
    echo,
    glasses,
    heat_capacity,
    magnetization,
    packing,
    percolation,
    polycluster,
    pulses,
    relaxation,
    rfot,
    ripplon_coupling,
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
    "clusters",
    "dielectric",
    "echo",
    "glasses",
    "heat_capacity",
    "magnetization",
    "packing",
    "percolation",
    "polycluster",
    "pulses",
    "relaxation",
    "rfot",
    "ripplon_coupling",
    "ripplon_plateau",
    "ripplons",
    "scaling",
    "stretching",
    "tables",
    "units",
    "waiting_time",
    "wells",
]
