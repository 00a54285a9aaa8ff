"""The demo: people and photographs for a fresh local stack."""
