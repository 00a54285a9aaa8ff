"""What runs Fanlight: its resources, its deploy and its local stack."""
