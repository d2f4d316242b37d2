"""What the room offers, and what it costs to open it."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

import scimtui.gitlab
from scimtui.gitlab import errors


def test_all_is_complete_and_sorted() -> None:
    names = scimtui.gitlab.__all__
    assert names == sorted(names, key=lambda name: (name.islower(), name))
    assert set(names) == set(scimtui.gitlab._HOMES)
    tree = ast.parse(Path(inspect.getfile(scimtui.gitlab)).read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scimtui.gitlab")
        for alias in node.names
    }
    assert imported == set(names)
    for name in names:
        thing = getattr(scimtui.gitlab, name)
        assert thing.__name__ == name and inspect.getdoc(thing)
    with pytest.raises(AttributeError, match="nothing"):
        _ = scimtui.gitlab.nothing


@pytest.mark.parametrize("module", ["scimtui.gitlab", "scimtui.gitlab.address", "scimtui.gitlab.secret"])
def test_reading_an_address_costs_no_http_library(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(ran.stdout))
    assert module in loaded
    assert not loaded & {"httpx", "httpcore", "pydantic", "ssl", "asyncio", "truststore"}


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    drawn = errors.__doc__ or ""
    kinds = {
        name: kind
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, errors.GitLabError)
    }
    depths = {}
    for line in drawn.splitlines():
        word = line.strip("│├└─ ").split(" ")[0]
        if word in kinds:
            depths[word] = (len(line) - len(line.lstrip("│├└─ ")) - 4) // 4
    assert depths == {
        name: len(kind.__mro__) - len(errors.GitLabError.__mro__) for name, kind in kinds.items()
    }
    codes = [kind.code for kind in kinds.values()]
    assert len(codes) == len(set(codes)) and all(code == code.lower() for code in codes)
