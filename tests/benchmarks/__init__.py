"""What scimtui promises to be, measured: `python -m tests.benchmarks` prints one table of one run.

Nothing here is collected by pytest: time is measured, not asserted. It needs Linux (a pty, /proc)
and what pyproject's `bench` extra names, for the comparisons with other clients.
"""
