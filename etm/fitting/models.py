"""What can be fitted: models as sums of terms, their parameters, units and first guesses.

Densities of tunneling systems, strengths, cutoffs and elastic constants are fitted as
natural logarithms, `ln_...`; amounts of iron, phonons, diamagnetism and offsets as they are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from etm.checks import Array, choice
from etm.fitting import terms
from etm.fitting.columns import OBSERVABLES
from etm.fitting.measurements import Measurements
from etm.glasses import Glass
from etm.units import PHASE_ENERGY, REDUCED_PLANCK

if TYPE_CHECKING:
    import lmfit

__all__ = ["Model", "Quantity", "Term", "from_glass", "model"]


@dataclass(frozen=True)
class Quantity:
    """A parameter: start value, bounds, whether it is fitted, its unit and meaning.

    Parameters
    ----------
    start, low, high : float
    vary : bool
    unit, meaning : str
        The unit is that of exp(value) if the name begins with `ln_`.
    """

    start: float
    low: float
    high: float
    vary: bool
    unit: str
    meaning: str


def _log(start, low, high, unit, meaning, vary=True):
    return Quantity(np.log(start), np.log(low), np.log(high), vary, unit, meaning)


QUANTITIES = {
    "ln_n_ATS": _log(5e16, 1e10, 1e22, "1/g", "P*n, density of ATS"),
    "ln_Dmin": _log(0.3, 1e-4, 30.0, "K", "smallest asymmetry of ATS"),
    "ln_D0min": _log(5e4, 1e1, 1e8, "K Å²", "lower cutoff of D0|q/e|S of ATS"),
    "ln_width": _log(1.5, 0.05, 15.0, "1", "ln(D0max/D0min) of ATS"),
    "ln_n_TLS": _log(1e17, 1e8, 1e24, "1/(K g)", "density of two-level systems"),
    "ln_D0min_TLS": _log(4e-3, 1e-9, 1.0, "K", "lower cutoff of two-level systems", False),
    "ln_D0max_TLS": _log(10.0, 1.0, 1e3, "K", "upper cutoff of two-level systems", False),
    "c_phonon": Quantity(1.0, 0.0, np.inf, True, "µJ/(g K⁴)", "phonons, C/T³"),
    "n_Fe2": Quantity(1.0, 0.0, np.inf, True, "1e17/g", "Fe²⁺"),
    "n_Fe3": Quantity(1.0, 0.0, np.inf, True, "1e17/g", "Fe³⁺"),
    "chi_L": Quantity(1.0, 0.0, np.inf, True, "µA m²/(g T)", "Larmor diamagnetism"),
    "E0": Quantity(0.0, -5.0, 5.0, False, "K", "activation of the number of particles"),
    "T0": Quantity(1.26, 0.1, 1e3, False, "K", "temperature at which the cutoffs hold"),
    "ln_A_ATS": _log(1e-5, 1e-14, 1e3, "K", "strength of ATS"),
    "ln_Gamma": _log(3e-10, 1e-30, 1e10, "s K⁵", "elastic constant of ATS"),
    "ln_A_TLS": _log(1e-3, 1e-12, 1e2, "1", "strength of two-level systems"),
    "ln_gamma": _log(5e-8, 1e-20, 1e6, "s K³", "elastic constant of two-level systems"),
    "offset": Quantity(0.0, -np.inf, np.inf, True, "as the data", "offset"),
    "level": Quantity(1.0, -np.inf, np.inf, True, "as the data", "echo of two-level systems"),
    "scale": Quantity(0.0, -np.inf, np.inf, True, "as the data", "echo of ATS, cold, B = 0"),
    "ln_p1F0": _log(0.45, 1e-4, 1e3, "D kV/m", "dipole times microwave field", False),
    "c": Quantity(0.0, -1e3, 1e3, False, "1/(µs K)", "spectral diffusion"),
    "phase": Quantity(np.pi / 2, -np.pi, np.pi, False, "rad", "phase of the reference"),
}  # fmt: skip
"""All parameters, by name."""

CUTOFFS = ("ln_Dmin", "ln_D0min", "ln_width")
COMPONENTS = {
    "heat-capacity": ("ats", "two-level", "iron"),
    "permittivity": ("ats", "two-level"),
    "loss": ("ats", "two-level"),
    "echo": ("ats", "two-level"),
    "magnetization": ("ats", "iron"),
}


@dataclass(frozen=True)
class Term:
    """One term of a model: an amplitude times a shape.

    Parameters
    ----------
    amplitude : str
        Its parameter; the amplitude is its exponential if it begins with `ln_`.
    shape : callable
        shape(values, measurements) -> ndarray, shape (n,).
    uses : tuple of str
        Parameters of the shape.
    """

    amplitude: str
    shape: Callable
    uses: tuple = ()

    def size(self, value: float) -> float:
        """The amplitude for a value of its parameter."""
        return np.exp(value) if self.amplitude.startswith("ln_") else value

    def at(self, values: Mapping[str, Any], data: Measurements) -> Array:
        """The shape, less that in the reference field.

        Parameters
        ----------
        values : mapping of str to float
        data : Measurements

        Returns
        -------
        ndarray, shape (n,)
        """
        if data.reference is None or self.amplitude == "offset":
            return self.shape(values, data.at(data.B))
        columns = np.stack([data.T, data.reference, *data.extra.values()])
        _, first, back = np.unique(columns, axis=1, return_index=True, return_inverse=True)
        there = data.at(data.reference).where(first)
        return self.shape(values, data.at(data.B)) - self.shape(values, there)[back.ravel()]


@dataclass(frozen=True)
class Model:
    """A sum of terms for one observable.

    Parameters
    ----------
    observable : str
    name : str
        Components joined by +, such as "ats+iron".
    """

    observable: str
    name: str

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the components, in a fixed order."""
        return tuple(c for c in COMPONENTS[self.observable] if c in self.name.split("+"))

    def terms(self, data: Measurements) -> "tuple[Term, ...]":
        """The terms that these measurements can know of.

        Terms that a subtracted reference field, or a free offset, takes away are left out.

        Parameters
        ----------
        data : Measurements

        Returns
        -------
        tuple of Term
        """
        choice("observable", data.observable, (self.observable,))
        return tuple(_TERMS[self.observable](self.components, data))

    def parameters(self, data: Measurements) -> "lmfit.Parameters":
        """The parameters for these measurements, before any guess.

        Parameters
        ----------
        data : Measurements

        Returns
        -------
        lmfit.Parameters
        """
        import lmfit

        result = lmfit.Parameters()
        for name in dict.fromkeys(n for t in self.terms(data) for n in (*t.uses, t.amplitude)):
            q = QUANTITIES[name]
            result.add(name, q.start, vary=q.vary, min=q.low, max=q.high)
        return result

    def predict(self, params: Mapping[str, Any], data: Measurements) -> Array:
        """The model at the measured points.

        Parameters
        ----------
        params : lmfit.Parameters or mapping of str to float
            With the names of `parameters`.
        data : Measurements

        Returns
        -------
        ndarray, shape (n,)
        """
        values = params.valuesdict() if hasattr(params, "valuesdict") else params
        total = np.zeros(len(data))
        for term in self.terms(data):
            total += term.size(values[term.amplitude]) * term.at(values, data)
        return total

    def candidates(self, data: Measurements) -> Iterator[dict[str, float]]:
        """First guesses of what the model is not linear in, from scales of the measurements.

        Parameters
        ----------
        data : Measurements

        Yields
        ------
        dict of str to float
        """
        uses = {name for term in self.terms(data) for name in term.uses}
        if "ln_Dmin" not in uses:
            yield {}
            return
        T = np.exp(np.mean(np.log(data.T)))
        field = np.abs(data.B[data.B != 0])
        B = np.exp(np.mean(np.log(field))) if field.size else 1.0
        for low, reach, width in product((0.1, 0.3, 1.0), (0.2, 0.6, 2.0), (1.5, 4.0)):
            guess = {
                "ln_Dmin": np.log(low * T),
                "ln_D0min": np.log(reach * T / (PHASE_ENERGY * B)),
                "ln_width": np.log(width),
            }
            if "ln_Gamma" in uses:
                guess["ln_Gamma"] = self._slowness(data, T)
            yield {n: np.clip(v, QUANTITIES[n].low, QUANTITIES[n].high) for n, v in guess.items()}

    def _slowness(self, data, T):
        omega = 2 * np.pi * np.median(data.extra["frequency"])
        if self.observable == "echo":
            return np.log(3 * (REDUCED_PLANCK * omega) ** 5 * np.median(data.extra["tau12"]))
        return np.log(T**5 / omega)


def model(observable: str, name: str) -> Model:
    """A model by its name.

    Parameters
    ----------
    observable : {"heat-capacity", "permittivity", "loss", "echo", "magnetization"}
    name : str
        Components joined by +: ats, two-level and, where ions count, iron.  The phonons of
        a heat capacity in absolute units, the offset of each dielectric curve, the
        two-level part of an echo and the diamagnetism of a magnetization come by themselves.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        For an unknown observable or component, or one named twice.
    """
    known = COMPONENTS[choice("observable", observable, tuple(OBSERVABLES))]
    parts = [part.strip() for part in str(name).split("+")]
    for part in parts:
        if part not in known:
            raise ValueError(
                f"model = {name!r}: no component {part!r} for {observable}; join some of"
                f" {', '.join(known)} by +"
            )
    if len(set(parts)) < len(parts):
        raise ValueError(f"model = {name!r}: names a component twice; name each once")
    return Model(observable, "+".join(parts))


def from_glass(glass: Glass, T: float) -> dict[str, float]:
    """Start values of the cutoffs from a published glass.

    Parameters
    ----------
    glass : etm.glasses.Glass
    T : float
        The fitted temperature nearest to this one [K] is taken.

    Returns
    -------
    dict of str to float
        ln_Dmin, ln_D0min, ln_width.
    """
    ats = glass.at(min(glass.temperatures, key=lambda t: abs(t - T)))
    width = np.log(ats.D0_max / ats.D0_min)
    values = (np.log(ats.D_min), np.log(ats.D0_min), np.log(width))
    return dict(zip(CUTOFFS, values, strict=True))


def _sweeps(data):
    """Whether some curve runs over temperature or frequency and has no reference field."""
    if data.reference is not None:
        return False
    frequency = data.extra.get("frequency", np.zeros(len(data)))
    points = zip(data.curve, data.T, frequency, strict=True)
    return len(set(points)) > 2 * len(data.curves)


def _heat_capacity(components, data):
    absolute = data.reference is None
    if "ats" in components:
        yield Term("ln_n_ATS", terms.heat_ats, CUTOFFS)
    if "two-level" in components and absolute:
        yield Term("ln_n_TLS", terms.heat_two_level, ("ln_D0min_TLS",))
    if "iron" in components:
        yield Term("n_Fe2", partial(terms.heat_ions, 2.0))
        yield Term("n_Fe3", partial(terms.heat_ions, 2.5))
    if absolute:
        yield Term("c_phonon", terms.heat_phonon)
    elif components == ("two-level",):
        yield Term("offset", terms.ones)


def _magnetization(components, data):
    if "ats" in components:
        yield Term("ln_n_ATS", terms.moment_ats, (*CUTOFFS, "E0", "T0"))
    if "iron" in components:
        yield Term("n_Fe2", partial(terms.moment_ions, 2.0))
        yield Term("n_Fe3", partial(terms.moment_ions, 2.5))
    yield Term("chi_L", terms.moment_larmor)


def _permittivity(components, data):
    timed = "frequency" in data.extra
    if "ats" in components:
        uses = (*CUTOFFS, "ln_Gamma") if timed else CUTOFFS
        yield Term("ln_A_ATS", partial(terms.permittivity_ats, _sweeps(data)), uses)
    if "two-level" in components and _sweeps(data):
        uses = ("ln_gamma",) if timed else ()
        uses = (*uses, "ln_D0min_TLS", "ln_D0max_TLS")
        yield Term("ln_A_TLS", terms.permittivity_two_level, uses)
    yield Term("offset", terms.ones)


def _loss(components, data):
    if "ats" in components:
        yield Term("ln_A_ATS", terms.loss_ats, (*CUTOFFS, "ln_Gamma"))
    if "two-level" in components and _sweeps(data):
        uses = ("ln_gamma", "ln_D0min_TLS", "ln_D0max_TLS")
        yield Term("ln_A_TLS", terms.loss_two_level, uses)
    yield Term("offset", terms.ones)


def _echo(components, data):
    coldest = data.T.min()
    if data.reference is None:
        yield Term("level", partial(terms.echo_two_level, coldest))
    elif "ats" not in components:
        yield Term("offset", terms.ones)
    if "ats" in components:
        uses = (*CUTOFFS, "ln_Gamma", "ln_p1F0", "c", "phase")
        yield Term("scale", partial(terms.echo_ats, coldest), uses)


_TERMS = {
    "heat-capacity": _heat_capacity,
    "permittivity": _permittivity,
    "loss": _loss,
    "echo": _echo,
    "magnetization": _magnetization,
}
