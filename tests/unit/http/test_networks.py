"""The networks of addresses."""

import pytest

from functions.http.networks import network_of, site_of


@pytest.mark.parametrize(
    ("address", "client", "site"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1::9", "2001:db8:1::/64", "2001:db8:1::/48"),
        ("", "", ""),
    ],
)
def test_an_address_is_in_the_network_of_a_client_and_of_a_site(address, client, site):
    assert (network_of(address), site_of(address)) == (client, site)
