"""A slider: the values one parameter of a moving figure may take."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import Any

_SYMBOL = re.compile(r"(\w)(?:_(\w+))?")


@dataclass(frozen=True)
class Slider:
    """The values one parameter may take, and how they are written.

    Parameters
    ----------
    label : str
        What stands beside the slider. A single letter with an optional index, such as
        ``"D_min"``, is set as a symbol; anything else is plain text.
    values : sequence
        At least two different values in the order of the slider; finite numbers, or
        text (with ``format="{}"``).
    unit : str, optional
        Unit of the values, for instance ``"K"``.
    format : str, optional
        Format of the readout, with as many digits as tell the values apart.

    Raises
    ------
    ValueError
        If there are fewer than two values, one is not finite, the format does not fit
        them, or two of them read the same.
    """

    label: str
    values: Sequence[Any]
    unit: str = ""
    format: str = "{:g}"

    def __post_init__(self):
        values = tuple(v.item() if hasattr(v, "item") else v for v in self.values)
        object.__setattr__(self, "values", values)
        if not self.label.strip():
            raise ValueError("label of a slider is empty; it must name the parameter")
        if len(values) < 2:
            raise ValueError(
                f"values of slider {self.label!r} has {len(values)} entries; at least 2 are needed"
            )
        for value in values:
            if isinstance(value, Real) and not math.isfinite(value):
                raise ValueError(
                    f"values of slider {self.label!r} contains {value}; all must be finite"
                )
        try:
            readouts = self.readouts
        except (ValueError, TypeError, IndexError, KeyError) as error:
            raise ValueError(
                f"format {self.format!r} of slider {self.label!r} does not fit its values: {error}"
            ) from error
        if len(set(readouts)) < len(readouts):
            raise ValueError(
                f"values of slider {self.label!r} read the same with format {self.format!r}: "
                f"{', '.join(readouts)}; the format must tell them apart"
            )

    @property
    def readouts(self) -> list[str]:
        """The values as the reader sees them, with their unit (list of str)."""
        unit = f"\N{NO-BREAK SPACE}{self.unit}" if self.unit else ""
        return [
            (self.format.format(v) + unit).replace("-", "\N{MINUS SIGN}")
            if isinstance(v, Real)
            else self.format.format(v) + unit
            for v in self.values
        ]

    @property
    def label_html(self) -> str:
        """The label in HTML, a symbol in italics with its index, or plain text (str)."""
        symbol = _SYMBOL.fullmatch(self.label)
        if not symbol:
            return escape(self.label)
        letter, index = symbol.groups()
        return f"<i>{letter}</i>" + (f"<sub>{index}</sub>" if index else "")

    def index(self, value: Any) -> int:
        """Position of a value on the slider.

        Parameters
        ----------
        value : number or str
            One of ``values``; numbers are compared to nine digits.

        Returns
        -------
        int
            Its index in ``values``.

        Raises
        ------
        ValueError
            If the slider has no such value.
        """
        for index, candidate in enumerate(self.values):
            if candidate == value:
                return index
            if isinstance(candidate, Real) and isinstance(value, Real):
                if math.isclose(candidate, value, rel_tol=1e-9, abs_tol=1e-12):
                    return index
        raise ValueError(
            f"start {value!r} is not a value of slider {self.label!r}; it has {', '.join(self.readouts)}"
        )
