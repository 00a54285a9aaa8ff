"""The whole of a stage as one SAM template, for teams whose CI deploys templates."""
