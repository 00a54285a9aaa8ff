"""Exact counts of what happens too often for a transaction each."""
