"""A copy of all the data that a user has here: prepared on request, private, and deleted after a
week."""
