from __future__ import annotations

from scimtui.findings import Finding, Severity, gravest_first


def test_gravest_come_first_and_equals_keep_their_order() -> None:
    findings = [
        Finding(code, severity, code)
        for code, severity in (
            ("a", Severity.INFO),
            ("b", Severity.ERROR),
            ("c", Severity.INFO),
            ("d", Severity.OK),
            ("e", Severity.WARNING),
        )
    ]
    assert [finding.code for finding in gravest_first(findings)] == ["b", "e", "a", "c", "d"]


def test_json_keys_are_the_stable_ones() -> None:
    keys = list(Finding("x", Severity.OK, "t").as_json())
    assert keys == ["code", "severity", "title", "seen", "why", "fix", "source"]
