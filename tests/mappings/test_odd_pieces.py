"""Whatever shape a part of a file has: it is read and reviewed, or refused by name; nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scimtui.mappings import Inputs, MappingFileError, as_markdown, read_piece, review, scim_request, taken
from tests.mappings.samples import (
    app_user,
    graph_user,
    graph_users,
    okta_app,
    okta_profile,
    okta_saml_app,
    schema,
    stock,
)

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
DOCUMENTS: tuple[Any, ...] = (
    okta_app(),
    okta_saml_app(),
    [okta_app(), okta_saml_app()],
    okta_profile(),
    [app_user(), app_user("00u2")],
    schema(),
    json.loads(stock()),
    json.loads(graph_users(graph_user(1), graph_user(2))),
)


def paths(document: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document that holds something."""
    found = [here] if here else []
    entries: Any = ()
    if isinstance(document, dict):
        entries = document.items()
    elif isinstance(document, list):
        entries = enumerate(document)
    for key, value in entries:
        found += paths(value, (*here, key))
    return found


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = deepcopy(document)
    here = changed
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return changed


@st.composite
def odd_documents(draw: st.DrawFn) -> str:
    document = draw(st.sampled_from(DOCUMENTS))
    path = draw(st.sampled_from(paths(document)))
    return json.dumps(put(document, path, draw(VALUES)))


@given(odd_documents())
@settings(max_examples=300)
def test_one_part_of_another_shape(text: str) -> None:
    try:
        piece = read_piece(text)
    except MappingFileError as error:
        assert error.code and error.what
        return
    inputs, said, _ = taken(Inputs(), piece)
    assert said
    people = taken(inputs, read_piece(graph_users(graph_user(1)))).inputs
    for one in (inputs, people):
        reviewed = review(one.case())
        assert as_markdown(reviewed) and json.dumps(reviewed.as_json())
        if reviewed.sample is not None:
            assert json.dumps(scim_request(reviewed.sample))
