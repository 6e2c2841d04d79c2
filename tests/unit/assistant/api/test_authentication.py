"""Whom a limit counts as one caller."""

from __future__ import annotations

import pytest

from assistant.api.middleware.authentication import is_loopback, network_of


def network(address: str) -> str:
    return network_of({"client": (address, 40000)})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:0:1::7", "2001:db8:0:1:ffff::8", True),  # one household
        ("2001:db8:0:1::7", "2001:db8:0:2::7", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8", False),
    ],
)
def test_a_caller_is_an_address_or_a_household(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_by_any_of_its_names(address: str) -> None:
    assert is_loopback({"client": (address, 40000)})
    assert not is_loopback({"client": ("203.0.113.7", 40000)})
