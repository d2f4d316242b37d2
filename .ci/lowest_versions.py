"""Print a constraints file that holds every run-time dependency at its lower bound."""

from __future__ import annotations

import tomllib
from pathlib import Path

project = tomllib.loads(Path(__file__).parent.parent.joinpath("pyproject.toml").read_text("utf-8"))["project"]
for line in project["dependencies"]:
    name, _, bound = line.partition(">=")
    print(f"{name}=={bound}")
