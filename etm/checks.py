"""Bad input gets one clear sentence: the argument, its value, the legal range."""

import numpy as np

__all__ = ["choice", "finite", "integer", "ordered", "positive", "non_negative"]


def finite(name, value):
    """Return `value` as a float array, or raise if an entry is not a finite number."""
    return _checked(name, value, np.isfinite, "finite numbers")


def positive(name, value):
    """Return `value` as a float array, or raise if an entry is not finite and > 0."""
    return _checked(name, value, lambda x: np.isfinite(x) & (x > 0), "finite and > 0")


def non_negative(name, value):
    """Return `value` as a float array, or raise if an entry is not finite and >= 0."""
    return _checked(name, value, lambda x: np.isfinite(x) & (x >= 0), "finite and >= 0")


def ordered(low_name, low, high_name, high):
    """Raise unless `low` < `high`."""
    if not low < high:
        raise ValueError(
            f"{low_name} = {low!r} and {high_name} = {high!r}: "
            f"{low_name} must be smaller than {high_name}"
        )


def choice(name, value, allowed):
    """Return `value`, or raise a message that lists what is allowed."""
    if value not in allowed:
        raise ValueError(f"{name} = {value!r}: must be one of {', '.join(map(repr, allowed))}")
    return value


def integer(name, value, low):
    """Return `value` as an int, or raise if it is not a whole number >= `low`."""
    number = float(finite(name, value))
    if number != int(number) or number < low:
        raise ValueError(f"{name} = {value!r}: must be a whole number >= {low}")
    return int(number)


def _checked(name, value, legal, described):
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} = {value!r}: must be {described}") from None
    ok = legal(array)
    if not np.all(ok):
        first = array.flat[int(np.argmin(ok))]
        raise ValueError(f"{name} = {first!s}: must be {described}")
    return array
