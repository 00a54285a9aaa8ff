"""Exact counts of events that are too frequent for a transaction each."""
