"""What came of a fit: parameters with errors, criteria, a report, a figure, files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lmfit
import numpy as np
import pandas as pd

from etm.checks import Array, instance
from etm.fitting import store
from etm.fitting.measurements import Measurements
from etm.fitting.models import QUANTITIES, Model
from etm.fitting.problem import Problem
from etm.fitting.report import comparison, report

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["Fit"]


@dataclass
class Fit:
    """Parameters fitted to measurements.

    Parameters
    ----------
    problem : Problem
        The measurements, models and names.
    parameters : lmfit.Parameters
        Best values, standard errors and correlations.
    converged : bool
        Whether the minimum was found.
    message : str
        What the minimiser said, and the remedy if it did not converge.
    settled : tuple of str
        Parameters that ended at a bound and were held there.
    """

    problem: Problem
    parameters: lmfit.Parameters
    converged: bool
    message: str
    settled: tuple = ()

    @property
    def measurements(self) -> tuple[Measurements, ...]:
        """The measurements, a tuple."""
        return self.problem.measurements

    @property
    def models(self) -> tuple[Model, ...]:
        """The models, a tuple."""
        return self.problem.models

    @property
    def free(self) -> tuple[str, ...]:
        """Names of the fitted parameters."""
        return tuple(name for name, p in self.parameters.items() if p.vary)

    @property
    def count(self) -> int:
        """Number of parameters that the data chose, be they fitted or held at a bound."""
        return len(self.free) + len(self.settled)

    @property
    def points(self) -> int:
        """Number of points."""
        return self.problem.value.size

    @property
    def chi2(self) -> float:
        """Sum of the squared residuals over their errors."""
        return float(np.sum(self.residual(self.parameters) ** 2))

    @property
    def reduced_chi2(self) -> float:
        """χ² per degree of freedom."""
        return self.chi2 / (self.points - self.count)

    @property
    def aic(self) -> float:
        """Akaike's criterion for known errors, χ² + 2 k."""
        return self.chi2 + 2 * self.count

    @property
    def bic(self) -> float:
        """The Bayesian criterion for known errors, χ² + k ln N."""
        return self.chi2 + self.count * np.log(self.points)

    def names(self, name: str) -> tuple[str, ...]:
        """Full names of the parameters, fitted or ended at a bound, that a plain name means.

        Parameters
        ----------
        name : str
            Such as "Dmin", "ln_Dmin" or "Dmin_2".

        Returns
        -------
        tuple of str

        Raises
        ------
        ValueError
            For a name that is not in the fit.
        """
        known = (*self.free, *self.settled)
        return tuple(full for full, _ in self.problem.matching(name) if full in known)

    def residual(self, params: Mapping[str, Any]) -> Array:
        """(model - measurement) / error at all points.

        Parameters
        ----------
        params : lmfit.Parameters or mapping of str to float
            Values by the names of `parameters`.

        Returns
        -------
        ndarray, shape (points,)
        """
        return self.problem.residual(_values(params))

    def predict(self, params: Mapping[str, Any] | None = None) -> Array:
        """The model at all points, in the units of the measurements.

        Parameters
        ----------
        params : lmfit.Parameters or mapping of str to float, optional
            The best values unless given.

        Returns
        -------
        ndarray, shape (points,)
        """
        return self.problem.predict(_values(self.parameters if params is None else params))

    def table(self) -> pd.DataFrame:
        """The parameters as a table, logarithms taken off.

        Returns
        -------
        pandas.DataFrame
            name, where it belongs, value, error, unit, meaning; the error is NaN if the
            parameter was held, or the fit gave none.
        """
        rows = []
        for name, p in self.parameters.items():
            plain, where = self.problem.labels[name]
            q, log = QUANTITIES[plain], plain.startswith("ln_")
            value = np.exp(p.value) if log else p.value
            error = np.nan if p.stderr is None or not p.vary else p.stderr * (value if log else 1)
            name = name.removeprefix("ln_")
            rows.append((name, where, value, error, q.unit, q.meaning, not p.vary))
        return pd.DataFrame(
            rows, columns=["name", "where", "value", "error", "unit", "meaning", "held"]
        )

    def report(self) -> str:
        """Values, errors, correlations, χ², AIC, BIC as text.

        Returns
        -------
        str
        """
        return report(self)

    def compare(self, *others: "Fit") -> pd.DataFrame:
        """This fit against others of the same measurements.

        Parameters
        ----------
        *others : Fit

        Returns
        -------
        pandas.DataFrame
            A line a fit: fitted parameters, χ², AIC, BIC, and how much the last two are above
            the smallest.

        Raises
        ------
        ValueError
            If the measurements differ.
        """
        for other in others:
            instance("other", other, Fit)
        return comparison(self, *others)

    def figure(self) -> "matplotlib.figure.Figure":
        """Measurements, model and residuals.

        Returns
        -------
        matplotlib.figure.Figure
        """
        from etm.fitting.picture import draw

        return draw(self)

    def save(
        self,
        folder: str | PathLike[str],
        overwrite: bool = False,
        others: Sequence["Fit"] = (),
        profiles: Sequence[Any] = (),
    ) -> list[Path]:
        """Write fit.json, report.txt and figure.png, all or nothing.

        Parameters
        ----------
        folder : path_like
        overwrite : bool, optional
            Whether files of an earlier fit may be replaced.
        others : sequence of Fit, optional
            Fits that the report compares this one with.
        profiles : sequence of Interval, optional
            Intervals of `profile`, written with the rest.

        Returns
        -------
        list of pathlib.Path
            What was written; without matplotlib there is no figure.

        Raises
        ------
        FileExistsError
            If the folder exists, unless `overwrite`.
        """
        return store.save(self, folder, overwrite, others, profiles)

    def to_json(self) -> str:
        """Everything, the measurements included, as JSON.

        Returns
        -------
        str
        """
        return store.to_json(self)

    @classmethod
    def from_json(cls, text: str) -> "Fit":
        """The fit that `to_json` wrote.

        Parameters
        ----------
        text : str

        Returns
        -------
        Fit

        Raises
        ------
        ValueError
            For a text that is none.
        """
        return cls(*store.from_json(text))


def _values(params):
    return params.valuesdict() if hasattr(params, "valuesdict") else params
