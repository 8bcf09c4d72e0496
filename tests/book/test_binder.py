"""Binder: the Dockerfile that repo2docker writes for this repository, looked at without a daemon."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ("requirements.txt", "runtime.txt", "postBuild", "pyproject.toml", "setup.py")


@pytest.fixture(scope="module")
def dockerfile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("binder")
    for name in CONFIGURATION:
        shutil.copy(ROOT / name, folder)
    tool = Path(sys.executable).with_name("repo2docker")
    command = [tool, "--no-build", "--debug", "--user-id", "1000", "--user-name", "reader", "."]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "conda environment for python=3.11" in result.stderr
    return result.stdout


def commands(dockerfile, kind):
    joined = re.sub(r"\\\n\s*", "", dockerfile)
    return re.findall(rf"^{kind} (.*)", joined, re.M)


def test_python_is_one_that_the_package_and_the_lock_allow():
    version = re.fullmatch(r"python-(3\.\d+)", (ROOT / "runtime.txt").read_text().strip())[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert version in SpecifierSet(project["requires-python"])
    tested = (ROOT / ".github" / "workflows" / "tests.yml").read_text()
    assert f'python-version: "{version}"' in tested


def test_the_dockerfile_installs_the_lock_then_the_package(dockerfile):
    run = commands(dockerfile, "RUN")
    lock, package, last = (
        next(k for k, command in enumerate(run) if command.endswith(end))
        for end in ('pip install --no-cache-dir -r "requirements.txt"', "-dir .", "./postBuild")
    )
    assert lock < package < last
    # The environment that repo2docker froze for this Python.
    assert "py-2d3-2e11-2dlinux" in dockerfile


def test_nothing_else_is_installed(dockerfile):
    """The lock is the one source of the environment, as for `make`."""
    run = commands(dockerfile, "RUN")
    installs = [shlex.split(command)[2:] for command in run if "/pip install" in command]
    assert installs == [
        ["--no-cache-dir", "-r", "requirements.txt"],
        ["--no-cache-dir", "."],
    ]
    assert "environment.yml" not in dockerfile
    assert not (ROOT / "binder").exists()
    assert not (ROOT / ".binder").exists()
    assert not (ROOT / "environment.yml").exists()
    assert not (ROOT / "Dockerfile").exists()


def test_the_reader_is_not_root(dockerfile):
    assert commands(dockerfile, "USER")[-1] == "${NB_USER}"


def test_the_lock_serves_notebooks():
    """What starts on Binder: JupyterLab, the kernel, the widgets; hashes make pip refuse anything else."""
    lock = (ROOT / "requirements.txt").read_text()
    names = re.findall(r"^([a-z0-9._-]+)==", lock, re.M)
    assert {"jupyterlab", "notebook-shim", "ipykernel", "ipywidgets", "jupyter-server"} <= set(
        names
    )
    assert len(re.findall(r"^    --hash=sha256:", lock, re.M)) >= len(names)


def test_post_build_makes_the_package_editable():
    script = ROOT / "postBuild"
    assert script.stat().st_mode & stat.S_IXUSR
    assert os.access(script, os.X_OK)
    text = script.read_text()
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    assert "pip install --no-deps --no-build-isolation -e ." in text
    subprocess.run(["bash", "-n", script], check=True)


def test_the_launch_buttons_ask_for_this():
    settings = (ROOT / "_config.yml").read_text()
    assert "binderhub_url: https://mybinder.org" in settings
    assert "notebook_interface: jupyterlab" in settings
