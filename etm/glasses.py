"""Published parameter sets, one glass at a time, with their provenance."""

from dataclasses import dataclass, replace

from etm import tables
from etm.checks import choice
from etm.ensembles import AnomalousTunnelingSystems

__all__ = ["Glass", "Ion", "available", "load"]

_HEAT_CAPACITY_TABLES = {
    "BAS": ("jug2016_table1", "jug2016_table2"),
    "Duran": ("jug2016_table3", "jug2016_table4"),
}
_SPIN = {"Fe2+": 2.0, "Fe3+": 2.5}


@dataclass(frozen=True)
class Ion:
    """A paramagnetic impurity.

    Parameters
    ----------
    name : str
        "Fe2+" or "Fe3+".
    density : float
        Ions per gram [1/g].
    J : float
        Spin; the orbital moment is quenched.
    g : float
        Landé factor.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, Sect. 4.1, item a.
    """

    name: str
    density: float
    J: float
    g: float = 2.0


@dataclass(frozen=True)
class Glass:
    """What the papers fitted for one glass.

    Parameters
    ----------
    name : str
        The name used in the papers.
    populations : dict of float to AnomalousTunnelingSystems
        Anomalous tunneling systems for each fitted temperature [K].
    ions : tuple of Ion
        Paramagnetic impurities.
    molar_mass : float
        Of the mean formula unit [g/mol].
    sources : tuple of str
        The tables all this comes from.

    Notes
    -----
    Source: the tables named in `sources`.
    """

    name: str
    populations: dict[float, AnomalousTunnelingSystems]
    ions: tuple[Ion, ...]
    molar_mass: float
    sources: tuple[str, ...]

    @property
    def temperatures(self) -> tuple[float, ...]:
        """Temperatures [K] at which the cutoffs were fitted, a tuple of float."""
        return tuple(self.populations)

    def at(self, temperature: float, flux_area: float | None = None) -> AnomalousTunnelingSystems:
        """Population fitted at one of `temperatures`.

        Parameters
        ----------
        temperature : float
            One of the fitted temperatures [K].
        flux_area : float, optional
            S_Δ |q/e| [Å²] to be added; the tables do not give it.

        Returns
        -------
        AnomalousTunnelingSystems

        Raises
        ------
        ValueError
            For any other temperature; the message lists the fitted ones.

        Notes
        -----
        Source: the tables named in `sources`.
        """
        choice("temperature", temperature, self.temperatures)
        return replace(self.populations[temperature], flux_area=flux_area)


def available() -> list[str]:
    """Names of the glasses with published parameters.

    Returns
    -------
    list of str

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, Tables 1–4.

    Examples
    --------
    >>> available()
    ['BAS', 'Duran']
    """
    return sorted(_HEAT_CAPACITY_TABLES)


def load(name: str) -> Glass:
    """Published populations of a glass, from the fits of its heat capacity.

    Parameters
    ----------
    name : str
        One of `available()`.  "BAS" is the barium alumino-silicate that the
        papers also call AlBaSiO.

    Returns
    -------
    Glass

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.

    Notes
    -----
    Source: Jug, Bonfanti & Kob 2016, Tables 1–4 and eqs 99–100.

    Examples
    --------
    >>> duran = load("Duran")
    >>> duran.temperatures
    (1.11, 1.23, 1.36)
    >>> duran.at(1.23).D_min
    0.32
    """
    choice("name", name, available())
    concentrations, cutoffs = _HEAT_CAPACITY_TABLES[name]
    density = tables.read(concentrations).set_index("species")["density_per_g"]
    text = tables.read("jug2016_text").set_index(["glass", "quantity"])["value"]
    columns = ["temperature_K", "D_min_K", "D0_min_K_A2", "D0_max_K_A2"]
    populations = {
        T: AnomalousTunnelingSystems(D_min, D0_min, D0_max, float(density["ATS"]))
        for T, D_min, D0_min, D0_max in tables.read(cutoffs)[columns].to_numpy(float).tolist()
    }
    ions = tuple(Ion(ion, float(density[ion]), J) for ion, J in _SPIN.items())
    used = (concentrations, cutoffs, "jug2016_text")
    sources = tuple(tables.describe(table)["source_table"] for table in used)
    return Glass(name, populations, ions, float(text[name, "molar_mass"]), sources)
