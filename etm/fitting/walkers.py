"""What walkers need: the log-probability of a fit, where to begin, who computes."""

import pickle
from functools import lru_cache, partial

import numpy as np

__all__ = ["LogProbability", "covariance", "first_state", "mapping"]


class LogProbability:
    """-χ²/2 of a fit inside the bounds of its parameters, -∞ beyond.

    Parameters
    ----------
    residual : callable
        residual(values by name) -> ndarray, residuals over their errors.
    parameters : lmfit.Parameters
    """

    def __init__(self, residual, parameters):
        self.residual = residual
        self.values = {name: float(p.value) for name, p in parameters.items()}
        free = [p for p in parameters.values() if p.vary]
        self.names = tuple(p.name for p in free)
        self.best = np.array([p.value for p in free], dtype=float)
        self.low = np.array([p.min for p in free], dtype=float)
        self.high = np.array([p.max for p in free], dtype=float)

    def residuals(self, x):
        """Residuals of the data over their errors.

        Parameters
        ----------
        x : ndarray, shape (n,)
            The free parameters.

        Returns
        -------
        ndarray
        """
        here = self.values | dict(zip(self.names, x.tolist(), strict=True))
        return np.asarray(self.residual(here), dtype=float)

    def __call__(self, x):
        if np.any(x < self.low) or np.any(x > self.high):
            return -np.inf
        square = np.sum(self.residuals(x) ** 2)
        return -square / 2 if np.isfinite(square) else -np.inf

    def packed(self):
        """The same, cheap to send to processes many times.

        Returns
        -------
        callable
        """
        return partial(_call, pickle.dumps(self))


@lru_cache(maxsize=4)
def _unpacked(data):
    return pickle.loads(data)


def _call(data, x):
    return _unpacked(data)(x)


def covariance(parameters):
    """Covariance of the fitted parameters, as far as the fit knows it.

    An error that is not known counts as a hundredth of the value; none is more than a
    tenth of the way between bounds.

    Parameters
    ----------
    parameters : lmfit.Parameters

    Returns
    -------
    ndarray, shape (n, n)
    """
    free = [p for p in parameters.values() if p.vary]
    error = np.array([np.nan if p.stderr is None else p.stderr for p in free], dtype=float)
    known = np.isfinite(error) & (error > 0)
    rough = [0.01 * max(abs(p.value), 1.0) for p in free]
    error = np.minimum(np.where(known, error, rough), [(p.max - p.min) / 10 for p in free])
    correlation = np.array(
        [[1.0 if p is q else (p.correl or {}).get(q.name, 0.0) for q in free] for p in free]
    )
    if not np.all(np.isfinite(correlation)) or np.linalg.eigvalsh(correlation)[0] <= 0:
        correlation = np.eye(len(free))
    return correlation * np.outer(error, error)


class _Gathering:
    """`map` of a Dask client with results instead of futures."""

    def __init__(self, client):
        self.client = client

    def map(self, function, items):
        return self.client.gather(self.client.map(function, items, pure=False))


def mapping(pool):
    """What emcee may call `map` of: the pool itself, or a Dask client's results."""
    if pool is None or (hasattr(pool, "map") and not hasattr(pool, "gather")):
        return pool
    if hasattr(pool, "map"):
        return _Gathering(pool)
    raise ValueError(f"pool = {pool!r}: must have a method map, or be None")


def first_state(emcee, probability, spread, walkers, seed):
    """Walkers drawn around the best values and folded back into the bounds.

    Parameters
    ----------
    emcee : module
    probability : LogProbability
    spread : ndarray, shape (n, n)
        Covariance of the draws.
    walkers : int
    seed : int or None

    Returns
    -------
    emcee.State

    Raises
    ------
    ValueError
        If χ² is not finite at the best values.
    """
    if not np.isfinite(probability(probability.best)):
        raise ValueError("fit: χ² is not finite at its best values; fit again before sampling")
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal(probability.best, spread, size=walkers, method="eigh")
    low, high = probability.low, probability.high
    x = np.where(x < low, 2 * low - x, x)
    x = np.clip(np.where(x > high, 2 * high - x, x), low, high)
    inner = np.random.MT19937(int(rng.integers(2**32))).state["state"]
    return emcee.State(x, random_state=("MT19937", inner["key"], inner["pos"], 0, 0.0))
