"""Deploys a stage into an AWS account, operates it and deletes it."""
