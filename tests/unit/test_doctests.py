"""The examples in the docstrings give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import etm

MODULES = ["etm"] + sorted(
    module.name
    for module in pkgutil.walk_packages(etm.__path__, "etm.")
    if not module.name.endswith("__main__")
)
FINDER = doctest.DocTestFinder(exclude_empty=True)


def examples(name):
    return [test for test in FINDER.find(importlib.import_module(name)) if test.examples]


WITH_EXAMPLES = {test.name: test for name in MODULES for test in examples(name)}


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_example(name):
    complaints = []
    runner = doctest.DocTestRunner(verbose=False)
    result = runner.run(WITH_EXAMPLES[name], out=complaints.append)
    assert result.attempted
    assert not result.failed, "".join(complaints)


def test_what_teaches_has_an_example():
    taught = {
        "etm",
        "etm.ensembles.AnomalousTunnelingSystems",
        "etm.glasses.load",
        "etm.heat_capacity.ats",
        "etm.magnetization.ats",
        "etm.tables.read",
        "etm.wells.three_well_gap",
        "etm.explore.figure.moving_figure",
    }
    assert taught <= set(WITH_EXAMPLES)
