"""The networks that an address stands for: the best guess at who sends a request."""

SITE, CLIENT = 48, 64
"""Lengths of IPv6 prefixes. Everybody has at least a /64, and many have a whole /48."""


def network_of(address: str) -> str:
    """Return the network of one client: in IPv6 a /64, else the address."""
    return _within(address, CLIENT)


def site_of(address: str) -> str:
    """Return the largest network that one client may have: in IPv6 a /48, else the address."""
    return _within(address, SITE)


def _within(address: str, length: int) -> str:
    if ":" not in address:
        return address
    from ipaddress import ip_network

    return str(ip_network(f"{address}/{length}", strict=False))
