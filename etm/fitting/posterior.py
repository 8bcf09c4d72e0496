"""Samples of the posterior of a fit: walkers that can be stopped, resumed and spread.

Needs the extra `posterior` (emcee, h5py, tqdm; corner and matplotlib for the picture).
"""

import warnings
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from etm.checks import Array, integer
from etm.fitting.chain_file import (
    backend,
    check_same,
    extra,
    identity,
    steps_in,
    write_identity,
)
from etm.fitting.result import Fit
from etm.fitting.walkers import LogProbability, covariance, first_state, mapping

if TYPE_CHECKING:
    import matplotlib.figure

__all__ = ["Posterior", "sample"]

LONG_ENOUGH = 50
"""Autocorrelation times that a chain should last, as emcee advises."""

FEWEST_STEPS = 10
"""Steps below which no autocorrelation time is estimated."""


@dataclass(frozen=True, eq=False)
class Posterior:
    """A chain of walkers, and what it says about the parameters.

    Parameters
    ----------
    names : tuple of str
        The fitted parameters.
    chain : ndarray, shape (steps, walkers, n)
        Their values, in the units of the fit.
    log_probability : ndarray, shape (steps, walkers)
        -χ²/2 of each.
    file : str
        The HDF5 file of the chain.
    """

    names: tuple
    chain: np.ndarray
    log_probability: np.ndarray
    file: str = ""

    @classmethod
    def read(cls, file: str | PathLike[str]) -> "Posterior":
        """A chain from its file, finished or not.

        Parameters
        ----------
        file : path_like
            As `sample` writes it.

        Returns
        -------
        Posterior

        Raises
        ------
        FileNotFoundError, ValueError
            If there is no such file, or it holds no chain.
        ImportError
            Without emcee and h5py.
        """
        names = identity(file)["names"]
        if steps_in(file) == 0:
            raise ValueError(f"{file} holds no step yet; call sample(..., resume=True)")
        chain = backend(file, read_only=True)
        return cls(tuple(names), chain.get_chain(), chain.get_log_prob(), str(file))

    @property
    def steps(self) -> int:
        """Steps of every walker."""
        return self.chain.shape[0]

    @cached_property
    def autocorrelation(self) -> Array:
        """Steps after which a walker has forgotten where it was, an estimate.

        Returns
        -------
        ndarray, shape (n,)
            nan while walkers have not moved, or there are fewer than 10 steps.
        """
        if self.steps < FEWEST_STEPS:
            return np.full(len(self.names), np.nan)
        with np.errstate(invalid="ignore"):
            return extra("emcee").autocorr.integrated_time(self.chain, tol=0)

    @property
    def burn_in(self) -> int:
        """Steps left out at the start, twice the longest autocorrelation time, at most half of all."""
        longest = np.max(self.autocorrelation)
        half = self.steps // 2
        return min(half, int(np.ceil(2 * longest))) if np.isfinite(longest) else half

    @property
    def samples(self) -> pd.DataFrame:
        """The steps after the burn-in, one row for each walker and step.

        Returns
        -------
        pandas.DataFrame
            A column for each parameter.
        """
        kept = self.chain[self.burn_in :]
        return pd.DataFrame(kept.reshape(-1, len(self.names)), columns=list(self.names))

    @property
    def caution(self) -> str:
        """What is wrong with the chain and what to do, or an empty text."""
        longest = np.max(self.autocorrelation)
        if not np.isfinite(longest):
            return (
                f"{self.steps} steps: too few to see the walkers forget where they began;"
                " ask for more steps with resume=True"
            )
        if self.steps < LONG_ENOUGH * longest:
            slowest = self.names[int(np.argmax(self.autocorrelation))]
            return (
                f"{self.steps} steps are {self.steps / longest:.0f} autocorrelation times of"
                f" {slowest}; below {LONG_ENOUGH} the intervals, and the time itself, are rough"
                " and more likely too small than too large;"
                " ask for more steps with resume=True"
            )
        return ""

    def summary(self) -> pd.DataFrame:
        """Median and the interval of 68 % of each parameter.

        Returns
        -------
        pandas.DataFrame
            median, the quantiles low (15.87 %) and high (84.13 %), and the autocorrelation
            time in steps, one row for each parameter.
        """
        low, median, high = self.samples.quantile([0.158655, 0.5, 0.841345]).to_numpy()
        columns = {"median": median, "low": low, "high": high}
        columns["autocorrelation"] = self.autocorrelation
        return pd.DataFrame(columns, index=list(self.names))

    def corner(self, **options: Any) -> "matplotlib.figure.Figure":
        """Every parameter and every pair of them as histograms.

        Parameters
        ----------
        **options
            For `corner.corner`, such as truths or labels.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        ImportError
            Without corner and matplotlib.
        """
        options = {"labels": list(self.names), "quantiles": [0.158655, 0.5, 0.841345]} | options
        return extra("corner").corner(self.samples.to_numpy(), **options)


def sample(
    fit: Fit,
    walkers: int | None = None,
    steps: int = 2000,
    file: str | PathLike[str] = "chain.h5",
    pool: Any = None,
    progress: bool = True,
    seed: int | None = None,
    resume: bool = False,
) -> Posterior:
    """Sample the posterior of a fit with emcee's walkers.

    The log-probability is -χ²/2 within the bounds of the fitted parameters and -∞ beyond:
    priors are flat in the fitted parametrization, which for a name that begins with `ln_`
    means flat in the logarithm.  Errors of measurement count as quoted.  A parameter that
    the data do not bound is bounded by its prior alone, and its interval says so.

    Every step goes to the file at once.  Ctrl-C leaves it readable; the same call with
    `resume=True` goes on to the wanted number of steps.

    Parameters
    ----------
    fit : Fit
        Or anything with `parameters` (lmfit.Parameters without constraints) and
        `residual(values by name)`, the residuals over their errors, shape (n,).
    walkers : int, optional
        At least twice the number of fitted parameters; by default four times, and 32 at least.
    steps : int
        Steps of every walker in all, those of an earlier call included.
    file : path_like
        HDF5 file of the chain.
    pool : optional
        Anything with `map`: a concurrent.futures executor, a multiprocessing pool, or a
        Dask client, whose futures are gathered.  The fit must be picklable for processes.
    progress : bool
        Whether to show a progress bar.
    seed : int, optional
        The same seed gives the same chain, on any pool.  Ignored if a chain is resumed.
    resume : bool
        Go on with the chain in the file; without a file a new one is begun.

    Returns
    -------
    Posterior

    Raises
    ------
    FileExistsError
        If the file is there and `resume` is not asked for.
    ValueError
        If no parameter varies, numbers are out of range, the fit is not finite at its
        best values, or the file belongs to another fit.
    ImportError
        Without the extra `posterior`.

    Warns
    -----
    UserWarning
        If the chain is shorter than 50 autocorrelation times.
    """
    emcee, tqdm = extra("emcee"), extra("tqdm")
    probability = LogProbability(fit.residual, fit.parameters)
    n = len(probability.names)
    if n == 0:
        raise ValueError("fit: no parameter varies; free one before sampling")
    steps, file = integer("steps", steps, 1), Path(file)
    if walkers is not None:
        walkers = integer("walkers", walkers, 2 * n)
    pool = mapping(pool)
    done = _steps_done(file, probability, walkers, resume)
    chain = backend(file)
    state = None
    if done == 0:
        walkers = walkers or max(4 * n, 32)
        state = first_state(emcee, probability, covariance(fit.parameters), walkers, seed)
        write_identity(file, probability, state.coords[0])
    else:
        walkers = int(chain.shape[0])
    function = probability if pool is None else probability.packed()
    sampler = emcee.EnsembleSampler(
        walkers, n, function, pool=pool, backend=chain, moves=_moves(emcee)
    )
    sampler.log_prob_fn = function  # emcee's wrapper prints a traceback at every Ctrl-C
    if done < steps:
        state = sampler.get_last_sample() if state is None else state
        advance = sampler.sample(state, iterations=steps - done, skip_initial_state_check=True)
        try:
            with tqdm.tqdm(total=steps, initial=done, disable=not progress, unit="step") as bar:
                for _ in advance:
                    bar.update()
        except BaseException as error:
            error.add_note(f"{steps_in(file)} steps are in {file}; resume=True goes on")
            raise
    posterior = Posterior.read(file)
    if posterior.caution:
        warnings.warn(posterior.caution, stacklevel=2)
    return posterior


def _moves(emcee):
    """Steps along differences of walkers, and some through a third one, as emcee advises."""
    return [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]


def _steps_done(file, probability, walkers, resume):
    """Steps to go on from; raise if the file is not to be touched."""
    if not file.exists():
        return 0
    if not resume:
        raise FileExistsError(
            f"{file} exists; resume=True goes on with it, another name begins anew"
        )
    check_same(file, probability)
    done = steps_in(file)
    there = backend(file).shape[0] if done else walkers
    if walkers not in (None, there):
        raise ValueError(f"walkers = {walkers}: {file} has {there} of them; leave walkers out")
    return done
