"""The HDF5 file of a chain: which fit it belongs to, and what is in it."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np

__all__ = ["backend", "check_same", "extra", "identity", "steps_in", "write_identity"]

GROUP = "etm"
"""Group of the file that says which fit the chain belongs to."""


def extra(name):
    """A module of the extra `posterior`, or an ImportError that says how to get it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(
            f"{name} is missing; samples of a posterior need pip install 'etm[posterior]'"
        ) from error


def backend(file, read_only=False):
    """emcee's view of the file."""
    extra("h5py")
    return extra("emcee").backends.HDFBackend(str(file), read_only=read_only)


def steps_in(file):
    """Steps of the chain in the file."""
    chain = backend(file, read_only=True)
    return int(chain.iteration) if chain.initialized else 0


def write_identity(file, probability, point):
    """Begin a file: names, bounds, and the residuals at a point, by which to know the fit."""
    with extra("h5py").File(file, "w") as h5:
        group = h5.create_group(GROUP)
        group.attrs["names"] = json.dumps(probability.names)
        group["low"], group["high"] = probability.low, probability.high
        group["point"], group["residuals"] = point, probability.residuals(point)


def identity(file):
    """What `write_identity` wrote, a dict.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or it is no chain of a fit.
    """
    if not Path(file).exists():
        raise FileNotFoundError(f"{file}: no such file")
    try:
        with extra("h5py").File(file, "r") as h5:
            group = h5[GROUP]
            return {"names": json.loads(group.attrs["names"])} | {k: group[k][()] for k in group}
    except (OSError, KeyError):
        raise ValueError(f"{file} is no chain of a fit; name another file") from None


def check_same(file, probability):
    """Raise a ValueError that says why, if the file belongs to another fit."""
    found = identity(file)
    remedy = "name another file, or resume with the fit that began it"
    if tuple(found["names"]) != probability.names:
        raise ValueError(
            f"{file} belongs to a fit of {', '.join(found['names'])},"
            f" this one has {', '.join(probability.names)}; {remedy}"
        )
    for key in ("low", "high"):
        if not np.array_equal(found[key], getattr(probability, key)):
            raise ValueError(f"{file} belongs to a fit with other bounds; {remedy}")
    now, then = probability.residuals(found["point"]), found["residuals"]
    if now.shape != then.shape or not np.allclose(now, then, rtol=1e-6, atol=1e-6):
        raise ValueError(f"{file} belongs to a fit of other data or another model; {remedy}")
