"""What text is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.errors import Invalid
from functions.text import checked_text

harmless = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50)


@given(harmless)
def test_text_is_kept_as_given(text):
    assert checked_text("caption", text, 50) == text


def test_length_counts_characters_not_bytes():
    assert checked_text("bio", "é" * 5, 5)
    with pytest.raises(Invalid) as refused:
        checked_text("bio", "é" * 6, 5)
    assert refused.value.errors == {"bio": "may have 5 characters, has 6"}


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x7f", "\x85", "\ud800", "\n", "\t"])
def test_control_characters_and_lone_surrogates_are_refused(bad):
    with pytest.raises(Invalid) as refused:
        checked_text("name", f"a{bad}b", 10)
    assert refused.value.errors == {"name": f"has the control character U+{ord(bad):04X}"}


@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\u200b\u2060", "\ufeff", "\n\t"])
def test_what_shows_nothing_is_refused_where_something_has_to_be_seen(blank):
    assert checked_text("bio", blank, 10, lines=True) == blank
    with pytest.raises(Invalid) as refused:
        checked_text("text", blank, 10, lines=True, visible=True)
    assert refused.value.errors == {"text": "shows nothing"}
    assert checked_text("text", f"{blank}.", 10, lines=True, visible=True)


def test_line_ends_and_tabs_are_kept_where_lines_are_allowed():
    assert checked_text("caption", "a\r\n\tb", 10, lines=True) == "a\r\n\tb"
    with pytest.raises(Invalid):
        checked_text("caption", "a\x00b", 10, lines=True)
