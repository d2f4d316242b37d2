"""From joined records to the entries of a snapshot: each judged, what is counted, what most share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scimtui.directory.judging import Holders
from scimtui.directory.model import Known, Record, SignIn, Verdict
from scimtui.directory.search_text import search_text, tag_names
from scimtui.directory.signin import sign_in
from scimtui.directory.snapshot_writing import Entry
from scimtui.directory.verdicts import verdict
from scimtui.text import fold_search

_MANY = 20


@dataclass(slots=True)
class Assembly:
    """Judges every record once, in the order of names, counting on the way."""

    records: Sequence[Record]
    known: Known
    counts: Counter[str] = field(default_factory=Counter)
    people: int = 0
    _both: int = 0
    _differing: int = 0
    _email_for_sign_in: int = 0

    def entries(self) -> Iterator[Entry]:
        """Everything a snapshot keeps of each person."""
        holders = Holders.of(self.records)
        for record in sorted(self.records, key=_by_name):
            rival = holders.scim_rival(record)
            duplicate = rival is not None or holders.saml_rival(record) is not None
            state = verdict(record, self.known, duplicate=duplicate)
            signing_in = sign_in(record, self.known, rival)
            self._count(record, state, signing_in)
            yield record, state, signing_in, search_text(record, state, signing_in)

    def _count(self, record: Record, state: Verdict, signing_in: SignIn) -> None:
        if record.bot:
            self.counts["bot"] += 1
            return
        self.people += 1
        self.counts.update(tag_names(record, state, signing_in))
        if record.scim_uid is not None and record.saml_uid is not None:
            self._both += 1
            if state is Verdict.DIFFERS:
                self._differing += 1
                if "@" in record.saml_uid and "@" not in record.scim_uid:
                    self._email_for_sign_in += 1

    def patterns(self) -> tuple[str, ...]:
        """What most people have in common, so that the list can say it once."""
        if self._both < _MANY or self._differing * 2 <= self._both:
            return ()
        if self._email_for_sign_in * 2 > self._both:
            return ("sign-in-values-are-emails",)
        return ("most-differ",)


def _by_name(record: Record) -> tuple[bool, str, str]:
    shown = record.name or record.username or record.scim_uid or record.saml_uid or ""
    return not shown, fold_search(shown), record.key
