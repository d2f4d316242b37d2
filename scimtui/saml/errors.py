"""Why a captured sign-in can't be read. No message ever holds a part of the capture."""

from __future__ import annotations


class CaptureError(ValueError):
    """Nothing can be read out of this.

    Attributes:
        code: kebab-case, e.g. `no-response`, `masked`, `dtd`, `too-deep`.
        what: what it is, in one sentence.
        fix: what to do instead.
    """

    def __init__(self, code: str, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.fix = fix
