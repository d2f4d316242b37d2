"""`python -m scimtui.simulator` is `scimtui simulate`."""

from __future__ import annotations

import runpy

if __name__ == "__main__":
    # by name: the simulator itself imports nothing of the command line
    runpy.run_module("scimtui.cli.simulate", run_name="__main__", alter_sys=True)
