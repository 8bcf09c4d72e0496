"""Who lives in the glass: two-level systems and anomalous tunneling systems."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from etm.checks import (
    Array,
    Values,
    broadcastable,
    choice,
    finite,
    instance,
    integer,
    non_negative,
    number,
    ordered,
    positive,
)
from etm.units import FLUX_QUANTUM, aharonov_bohm_phase, phase_energy

__all__ = ["ATS", "ORIENTATIONS", "AnomalousTunnelingSystems", "TwoLevelSystems"]

Orientation: TypeAlias = Literal["average", "parallel", "rms"]
ORIENTATIONS: tuple[Orientation, ...] = ("average", "parallel", "rms")


@dataclass(frozen=True)
class TwoLevelSystems:
    """Two-level systems of the standard tunneling model.

    The number of systems per gram with asymmetry Δ >= 0 and tunneling energy
    Δ0 is density · dΔ dΔ0 / Δ0 between the cutoffs of Δ0.

    Parameters
    ----------
    D0_min : float
        Smallest tunneling energy Δ0min [K].
    density : float
        P̄ n [1/(K g)], for Δ >= 0; counting both signs of Δ doubles it.
    D0_max : float, optional
        Largest tunneling energy [K]; infinite unless given.

    Raises
    ------
    ValueError
        Unless 0 < D0_min < D0_max and density > 0.

    Notes
    -----
    Source: Jug 2018, eq. 2.

    Examples
    --------
    >>> glass = TwoLevelSystems(D0_min=1e-4, density=3e16)
    >>> glass.gap_density([1e-5, 0.1]) > 0  # none below the smallest tunneling energy
    array([False,  True])
    """

    D0_min: float
    density: float
    D0_max: float = np.inf

    def __post_init__(self):
        number("D0_min", self.D0_min, positive)
        number("density", self.density, positive)
        if np.ndim(self.D0_max) or self.D0_max != np.inf:
            number("D0_max", self.D0_max, positive)
        ordered("D0_min", self.D0_min, "D0_max", self.D0_max)

    def gap_density(self, E: ArrayLike) -> Values:
        """Number of systems per gram and kelvin with gap E.

        Parameters
        ----------
        E : array_like
            Gap [K].

        Returns
        -------
        ndarray or float
            arcosh(E/Δ0min) - arcosh(E/Δ0max) times the density [1/(K g)];
            zero below Δ0min.

        Notes
        -----
        Source: integral of Jug 2018, eq. 2 at fixed E² = Δ² + Δ0².  The
        constant of eq. 12 is this logarithm taken as a number.
        """
        E = non_negative("E", E)
        below = np.arccosh(np.maximum(E / self.D0_min, 1.0))
        above = np.arccosh(np.maximum(E / self.D0_max, 1.0))
        return self.density * (below - above)


@dataclass(frozen=True)
class AnomalousTunnelingSystems:
    """Anomalous tunneling systems: near-degenerate three-welled potentials.

    The number of systems per gram with rescaled asymmetry D and tunneling
    energy D0 is 2π density · dD/D dD0/D0 for D > D_min and D0 between its
    cutoffs, with the loop normal **S** pointing anywhere.

    Parameters
    ----------
    D_min : float
        Smallest rescaled asymmetry [K].
    D0_min, D0_max : float
        Cutoffs of D0 |q/e| S_Δ [K Å²].
    density : float
        P* n_ATS [1/g].
    flux_area : float, optional
        S_Δ |q/e| [Å²].  It separates D0 from the tabulated product and is
        needed by whatever looks at the third level.

    Raises
    ------
    ValueError
        Unless all numbers are finite and > 0 and D0_min < D0_max.

    Notes
    -----
    Source: Jug 2018, eq. 10, rescaled as in eq. 9.  The prefactor 2π follows
    the papers.  Taken literally, the measure on the plane E1 + E2 + E3 = 0 of
    eqs 10 and 13 gives 2π/√3; the factor is absorbed in the density, here as
    in the published tables.

    Examples
    --------
    >>> duran = AnomalousTunnelingSystems(D_min=0.32, D0_min=5.3e4, D0_max=2.5e5, density=8.88e16)
    >>> float(duran.gap_density(0.3, B=0.0))  # no gap is smaller than D_min
    0.0
    >>> AnomalousTunnelingSystems(-0.32, 5.3e4, 2.5e5, 8.88e16)
    Traceback (most recent call last):
    ValueError: D_min = -0.32: must be finite and > 0
    """

    D_min: float
    D0_min: float
    D0_max: float
    density: float
    flux_area: float | None = None

    def __post_init__(self):
        for name in ("D_min", "D0_min", "D0_max", "density"):
            number(name, getattr(self, name), positive)
        if self.flux_area is not None:
            number("flux_area", self.flux_area, positive)
        ordered("D0_min", self.D0_min, "D0_max", self.D0_max)

    @classmethod
    def flux_area_from_field(cls, B_star: float) -> float:
        """Loop area for which φ = 1 at the field B*.

        Parameters
        ----------
        B_star : float
            The field B* of the papers' high-field correction [T].

        Returns
        -------
        float
            S_Δ |q/e| = (h/e) / (2π B*) [Å²].

        Notes
        -----
        Source: Jug, Bonfanti & Kob 2016, eq. 20: its second form follows from
        its first for exactly this B*.
        """
        return FLUX_QUANTUM / (2 * np.pi * number("B_star", B_star, positive))

    def phase(self, B: ArrayLike) -> Values:
        """Aharonov–Bohm phase of a loop normal to the field.

        Parameters
        ----------
        B : array_like
            Magnetic field [T].

        Returns
        -------
        ndarray or float

        Raises
        ------
        ValueError
            If the population has no `flux_area`.

        Notes
        -----
        Source: Jug 2018, eq. 7.
        """
        if self.flux_area is None:
            raise ValueError(
                "flux_area = None: the phase and the exact three levels need S|q/e| [Å²] > 0"
            )
        return aharonov_bohm_phase(self.flux_area, B)

    def field_energies(
        self, B: ArrayLike, orientation: Orientation = "average"
    ) -> tuple[Values, Values]:
        """Field energies D0 |φ| of the two cutoffs.

        Parameters
        ----------
        B : array_like
            Magnetic field [T], of either sign.
        orientation : {"average", "parallel", "rms"}
            "rms" divides φ by √3; otherwise the loops are normal to the field.

        Returns
        -------
        low, high : ndarray or float
            D0min |φ| and D0max |φ| [K].

        Raises
        ------
        ValueError
            For a field that is not finite or an unknown orientation.

        Notes
        -----
        Source: Jug 2018, text below eq. 13.
        """
        B = np.abs(finite("B", B))
        if choice("orientation", orientation, ORIENTATIONS) == "rms":
            B = B / np.sqrt(3)
        return phase_energy(self.D0_min, B), phase_energy(self.D0_max, B)

    def gap_density(
        self, E: ArrayLike, B: ArrayLike, orientation: Orientation = "average"
    ) -> Values:
        """Number of systems per gram and kelvin with gap E in the field B.

        Parameters
        ----------
        E, B : array_like
            Gap [K] and field [T]; they broadcast.
        orientation : {"average", "parallel", "rms"}
            Exact average over the directions of the loops (default), all loops
            normal to the field (B along **S**), or the papers' shortcut
            φ → φ/√3.

        Returns
        -------
        ndarray or float
            [1/(K g)], zero below the lower edge.

        Raises
        ------
        ValueError
            For entries that are not finite or an unknown orientation.

        Notes
        -----
        Source: Jug 2018, eq. 13; the average over directions in closed form
        is ours and is derived in the chapter on the density of states.
        """
        E, B = non_negative("E", E), finite("B", B)
        broadcastable(E=E, B=B)
        a, b = self.field_energies(B, orientation)
        reach2 = (E - self.D_min) * (E + self.D_min)
        inside = reach2 > (0.0 if orientation == "average" else a * a)
        reach = np.sqrt(np.maximum(reach2, 0.0))
        g = self.density_beyond(self.D_min, reach, a, b, orientation)
        return np.where(inside, g, 0.0)[()]

    def density_beyond(
        self,
        m: Values | float,
        y: Values,
        a: Values,
        b: Values,
        orientation: Orientation = "average",
    ) -> Values:
        """Gap density at E = √(m² + y²), without checks.

        Near a kink of the density, at E² = D_min² + a² and D_min² + b², digits
        would be lost in E; they are kept in y, with m = a or m = b.

        Parameters
        ----------
        m, y : ndarray
            [K], m >= D_min, y > 0.
        a, b : ndarray
            Field energies of the cutoffs [K], from `field_energies`.
        orientation : {"average", "parallel", "rms"}
            E² must be at least D_min² + a² unless directions are averaged.

        Returns
        -------
        ndarray
            [1/(K g)].

        Notes
        -----
        Source: Jug 2018, eq. 13, and its average over directions.
        """
        D2, y2 = self.D_min**2, y * y
        E = np.sqrt(m * m + y2)
        s = np.sqrt(np.maximum(y2 + (m - self.D_min) * (m + self.D_min), 1e-300))
        beyond_a = np.maximum(y2 + (m - a) * (m + a), D2)
        beyond_b = np.maximum(y2 + (m - b) * (m + b), D2)
        with np.errstate(divide="ignore", over="ignore"):
            g = np.log(np.clip(s / a, 1.0, self.D0_max / self.D0_min))
        g += 0.5 * np.log(beyond_a / beyond_b)
        if orientation == "average":
            g += _mean_weight(E, np.minimum(s, a), beyond_a, a)
            g -= _mean_weight(E, np.minimum(s, b), beyond_b, b)
        return 2 * np.pi * self.density * g / E

    def sample(
        self, count: int, rng: np.random.Generator, D_max: float
    ) -> tuple[Array, Array, Array, Array]:
        """Draw systems from the distribution, for Monte Carlo checks.

        Parameters
        ----------
        count : int
            How many systems.
        rng : numpy.random.Generator
            Source of random numbers.
        D_max : float
            Upper end of D [K]; the distribution itself has none.

        Returns
        -------
        D, angle, D0_qS, cosine : ndarray, shape (count,)
            Rescaled asymmetry [K], its direction in the plane ΣE = 0 [rad],
            D0 |q/e| S_Δ [K Å²] and the cosine between **S** and **B**.

        Notes
        -----
        Source: Jug 2018, eq. 10.
        """
        count = integer("count", count, 0)
        instance("rng", rng, np.random.Generator)
        ordered("D_min", self.D_min, "D_max", number("D_max", D_max, positive))
        D = self.D_min * (D_max / self.D_min) ** rng.random(count)
        angle = 2 * np.pi * rng.random(count)
        D0_qS = self.D0_min * (self.D0_max / self.D0_min) ** rng.random(count)
        return D, angle, D0_qS, rng.random(count)


ATS = AnomalousTunnelingSystems


def _mean_weight(E, s, beyond, cutoff):
    """E artanh(s/E) / cutoff, with beyond = E² - s², and 1 where the cutoff is 0."""
    with np.errstate(invalid="ignore"):
        mean = E * np.arcsinh(s / np.sqrt(beyond)) / cutoff
    return np.where(cutoff > 0, mean, 1.0)
