"""Passes: scans of whole tables, each shared by all erasures and exports that wait for one."""
