"""How Sphinx builds these pages: `python -m sphinx -W --keep-going -b html docs docs/_build`.

Warnings are errors: a link or an anchor that does not exist ends the build. Other hosts are not asked.
"""

project = "scimtui"
author = "The scimtui maintainers"
copyright = "The scimtui maintainers, MIT licence"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "scimtui"
nitpicky = True
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
