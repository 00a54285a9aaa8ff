"""Packages a whole stage as one SAM template, for teams whose CI deploys templates."""
