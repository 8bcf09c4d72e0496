"""The published tables live in `data/` and travel in the wheel as `etm/data`; the rest is in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["etm", "etm.*"]), "etm.data"],
    package_dir={"etm": "etm", "etm.data": "data"},
    package_data={"etm": ["py.typed"], "etm.data": ["*.csv", "*.json", "examples/*.csv"]},
)
