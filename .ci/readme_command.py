"""Print one of the README's two commands: `demo` or `tests`. CI runs what a reader would type."""

from __future__ import annotations

import re
import sys
from pathlib import Path

readme = Path(__file__).parent.parent.joinpath("README.md").read_text("utf-8")
blocks = re.findall(r"<!-- (\w+) -->\n```sh\n(.*?)```", readme, re.DOTALL)
print(dict(blocks)[sys.argv[1]].strip())
