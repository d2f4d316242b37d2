"""The attribute mapping review: importers, expressions, rules, the recommended mapping.

    reviewed = review(Case(read_mapping(text), NameId(source="user.objectid")))
    print(reviewed.has_errors, [one.finding.code for one in reviewed.findings])

Works without profile, token or network. What a rule needs and was not given is told as not checked.
"""

from __future__ import annotations

from scimtui.mappings.captured import name_id_of
from scimtui.mappings.case import Answers, Case, Stored
from scimtui.mappings.changing import (
    FLOWS,
    RowError,
    checked_row,
    fault_of,
    kind_of,
    of_provider,
    with_row,
    without_row,
)
from scimtui.mappings.encodings import Decoded, decoded
from scimtui.mappings.impact import Fate, Impact, impact
from scimtui.mappings.inputs import Inputs, read_piece, taken, with_second
from scimtui.mappings.model import OKTA_PROFILE, AttributeMapping, Kind, MappingFileError, NameId, Row, key_of
from scimtui.mappings.name_ids import unread
from scimtui.mappings.people import answers_from, guessed, stored_of
from scimtui.mappings.questions import AnswerError, Question, answer_to, answered, questions
from scimtui.mappings.reading import read_mapping
from scimtui.mappings.recommended import (
    Recommended,
    recommended_at,
    recommended_for,
    recommended_mapping,
)
from scimtui.mappings.request import scim_request
from scimtui.mappings.review import GROUPS, Judged, Review, ReviewedRow, review
from scimtui.mappings.review_forms import as_csv, as_markdown
from scimtui.mappings.sending import USED_AS, Sent, row_result, send
from scimtui.mappings.tables import as_table_csv, as_table_toml
from scimtui.mappings.trial import Trial
from scimtui.mappings.user_exports import read_users
from scimtui.mappings.users import User, Users, sample

__all__ = [
    "FLOWS",
    "GROUPS",
    "OKTA_PROFILE",
    "USED_AS",
    "AnswerError",
    "Answers",
    "AttributeMapping",
    "Case",
    "Decoded",
    "Fate",
    "Impact",
    "Inputs",
    "Judged",
    "Kind",
    "MappingFileError",
    "NameId",
    "Question",
    "Recommended",
    "Review",
    "ReviewedRow",
    "Row",
    "RowError",
    "Sent",
    "Stored",
    "Trial",
    "User",
    "Users",
    "answer_to",
    "answered",
    "answers_from",
    "as_csv",
    "as_markdown",
    "as_table_csv",
    "as_table_toml",
    "checked_row",
    "decoded",
    "fault_of",
    "guessed",
    "impact",
    "key_of",
    "kind_of",
    "name_id_of",
    "of_provider",
    "questions",
    "read_mapping",
    "read_piece",
    "read_users",
    "recommended_at",
    "recommended_for",
    "recommended_mapping",
    "review",
    "row_result",
    "sample",
    "scim_request",
    "send",
    "stored_of",
    "taken",
    "unread",
    "with_row",
    "with_second",
    "without_row",
]
