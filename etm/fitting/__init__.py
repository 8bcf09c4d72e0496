"""The reader's own measurements: from a CSV file to parameters with errors.

`read` takes a file, `fit` a model's name, and what comes back reports, compares,
draws and saves itself.  Import it by name, `from etm import fitting`: it needs lmfit
and pandas, which `import etm` alone does not load.
"""

from etm.fitting.fit import Fit, fit
from etm.fitting.measurements import MeasurementError, Measurements, read
from etm.fitting.models import Model, model
from etm.fitting.uncertainty import Interval, profile

__all__ = [
    "Fit",
    "Interval",
    "MeasurementError",
    "Measurements",
    "Model",
    "fit",
    "model",
    "profile",
    "read",
]
