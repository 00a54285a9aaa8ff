"""Runs Fanlight: its AWS resources, the deploy and the local stack."""
