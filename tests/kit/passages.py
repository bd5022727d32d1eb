"""Highlighted passages for tests: a hypothesis strategy."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from papertui.model.passages import Passage, in_order

AT = datetime(2026, 4, 30, tzinfo=UTC)
#: Few values, so that two lists often have the same passage with other comments.
PASSAGES: st.SearchStrategy[tuple[Passage, ...]] = st.lists(
    st.builds(
        Passage,
        quote=st.sampled_from(["one", "two", "three\nlines"]),
        at=st.sampled_from([AT, AT + timedelta(minutes=1)]),
        comment=st.sampled_from(["", "Why?", "So."]),
        section=st.sampled_from(["", "2 Method"]),
        part=st.just("S2.p1"),
        before=st.sampled_from(["", "as in"]),
        after=st.just(""),
        place=st.sampled_from([0.0, 0.25]),
    ),
    max_size=3,
    unique_by=lambda one: one.key,
).map(in_order)
