"""Why somebody can or can't sign in: what was sent, held against what GitLab stores.

sent = Presented(name_id="u7", email="ada@acme.example")
diagnosis = diagnose(sent, stored_around(sent, snapshot))
print(diagnosis.outcome, diagnosis.banner, diagnosis.steps)
"""

from scimtui.diagnosis.model import Diagnosis, Outcome, Presented, Step, Stored
from scimtui.diagnosis.person import Case, Offer, Surroundings, case_of, partner_of
from scimtui.diagnosis.presented import presented_by
from scimtui.diagnosis.rules import diagnose
from scimtui.diagnosis.stored import stored_around

__all__ = [
    "Case",
    "Diagnosis",
    "Offer",
    "Outcome",
    "Presented",
    "Step",
    "Stored",
    "Surroundings",
    "case_of",
    "diagnose",
    "partner_of",
    "presented_by",
    "stored_around",
]
