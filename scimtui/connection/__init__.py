"""The connection test: one check after another, each of which says what it asked and what came back.

    report = await ConnectionTest(Candidate.of(profile, tokens)).run()
    print(report.verdict, report.first_to_fix)

A check is a code, a title, what it needs and one function (`check`); what it can find stands in
`checks.toml`. Nothing but GET is sent.
"""

from __future__ import annotations

from scimtui.connection.addressing import judge_address, judge_group_path
from scimtui.connection.model import Candidate, Exchanged, Line, Outcome, Report, State, Verdict
from scimtui.connection.reporting import Placeholders, as_markdown
from scimtui.connection.testing import CHECKS, ConnectionTest

__all__ = [
    "CHECKS",
    "Candidate",
    "ConnectionTest",
    "Exchanged",
    "Line",
    "Outcome",
    "Placeholders",
    "Report",
    "State",
    "Verdict",
    "as_markdown",
    "judge_address",
    "judge_group_path",
]
