"""One command from this repository to an AWS account, and back."""
