"""A copy of all that somebody has here: prepared on request, private, and gone after a week."""
