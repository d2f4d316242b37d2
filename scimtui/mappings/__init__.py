"""The attribute mapping review: importers, expressions, rules, the recommended mapping.

    reviewed = review(Case(read_mapping(text), NameId(source="user.objectid")))
    print(reviewed.has_errors, [one.finding.code for one in reviewed.findings])

Works without profile, token or network. What a rule needs and was not given is told as not checked.
"""

from __future__ import annotations

from scimtui.mappings.case import Answers, Case, Stored
from scimtui.mappings.model import AttributeMapping, Kind, MappingFileError, NameId, Row
from scimtui.mappings.reading import read_mapping
from scimtui.mappings.recommended import recommended, recommended_mapping
from scimtui.mappings.review import GROUPS, Judged, Review, ReviewedRow, review
from scimtui.mappings.review_forms import as_csv, as_markdown
from scimtui.mappings.users import User, Users, read_users, sample

__all__ = [
    "GROUPS",
    "Answers",
    "AttributeMapping",
    "Case",
    "Judged",
    "Kind",
    "MappingFileError",
    "NameId",
    "Review",
    "ReviewedRow",
    "Row",
    "Stored",
    "User",
    "Users",
    "as_csv",
    "as_markdown",
    "read_mapping",
    "read_users",
    "recommended",
    "recommended_mapping",
    "review",
    "sample",
]
