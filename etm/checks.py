"""Bad input gets one clear sentence: the argument, its value, the legal range."""

from collections.abc import Callable, Collection
from numbers import Real
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "broadcastable",
    "choice",
    "finite",
    "instance",
    "integer",
    "non_negative",
    "number",
    "ordered",
    "positive",
]

Array: TypeAlias = NDArray[np.float64]
"""Numbers of any shape."""

Values: TypeAlias = NDArray[np.float64] | np.float64
"""What a function of arrays gives: a single number where all arguments are."""

Thing = TypeVar("Thing")


def finite(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array, or raise if an entry is not a finite number."""
    return _checked(name, value, np.isfinite, "finite numbers")


def positive(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array, or raise if an entry is not finite and > 0.

    Examples
    --------
    >>> positive("T", [1.0, 0.0])
    Traceback (most recent call last):
    ValueError: T = 0.0: must be finite and > 0
    """
    return _checked(name, value, lambda x: np.isfinite(x) & (x > 0), "finite and > 0")


def non_negative(name: str, value: ArrayLike) -> Array:
    """Return `value` as a float array, or raise if an entry is not finite and >= 0."""
    return _checked(name, value, lambda x: np.isfinite(x) & (x >= 0), "finite and >= 0")


def number(name: str, value: ArrayLike, check: Callable[[str, ArrayLike], Array] = finite) -> float:
    """Return `value` as a float, or raise if it fails `check` or is an array."""
    array = check(name, value)
    if array.ndim:
        raise ValueError(f"{name} has shape {array.shape}: must be a single number")
    return float(array)


def integer(name: str, value: ArrayLike, low: int) -> int:
    """Return `value` as an int, or raise if it is not a whole number >= `low`."""
    whole = number(name, value)
    if whole != int(whole) or whole < low:
        raise ValueError(f"{name} = {value!s}: must be a whole number >= {low}")
    return int(whole)


def ordered(low_name: str, low: float, high_name: str, high: float) -> None:
    """Raise unless `low` < `high`."""
    if not low < high:
        raise ValueError(
            f"{low_name} = {low} and {high_name} = {high}: {low_name} must be smaller than {high_name}"
        )


def choice(name: str, value: Any, allowed: Collection[Thing]) -> Thing:
    """Return `value`, or raise a message that lists what is allowed."""
    if np.ndim(value) or value not in allowed:
        raise ValueError(f"{name} = {value!r}: must be one of {', '.join(map(repr, allowed))}")
    return value


def instance(name: str, value: object, kind: type[Thing]) -> Thing:
    """Return `value`, or raise if it is not of the class `kind`."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} = {value!r}: must be of class {kind.__name__}")
    return value


def broadcastable(**arrays: ArrayLike) -> None:
    """Raise unless the shapes of the named arrays broadcast."""
    try:
        np.broadcast_shapes(*map(np.shape, arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} has shape {np.shape(x)}" for name, x in arrays.items())
        raise ValueError(f"{shapes}: the shapes must broadcast") from None


def _checked(name, value, legal, described):
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} = {value!r}: rows must be of equal length") from None
    real = array.dtype.kind in "fiub" or all(isinstance(x, Real) for x in array.flat)
    if not real:
        raise ValueError(f"{name} = {value!r}: must be {described}")
    array = array.astype(float)
    ok = legal(array)
    if not np.all(ok):
        first = array.flat[int(np.argmin(ok))]
        raise ValueError(f"{name} = {first}: must be {described}")
    return array
