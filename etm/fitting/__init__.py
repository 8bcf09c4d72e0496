"""The reader's own measurements: from a CSV file to parameters with errors.

`read` takes a file, `fit` a model's name, and what comes back reports, compares,
draws and saves itself.  Import it by name, `from etm import fitting`: it needs lmfit
and pandas, which `import etm` alone does not load.
"""

from etm.fitting.fit import fit
from etm.fitting.measurements import MeasurementError, Measurements, example, read
from etm.fitting.models import Model, from_glass, model
from etm.fitting.report import comparison_text
from etm.fitting.result import Fit
from etm.fitting.store import refuse
from etm.fitting.uncertainty import Interval, profile

__all__ = [
    "Fit",
    "Interval",
    "MeasurementError",
    "Measurements",
    "Model",
    "comparison_text",
    "example",
    "fit",
    "from_glass",
    "model",
    "profile",
    "read",
    "refuse",
]
