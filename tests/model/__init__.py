"""The feed against an oracle: one machine, on the fakes and on moto."""
