"""Which addresses of the network count as one."""

from ipaddress import IPv6Address, ip_address

_IPV6_SITE_BITS = 64


def site_of(client: str) -> str:
    """What `client` is counted as: one household has 2^64 addresses of version 6, which are one."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(int(address) >> (128 - _IPV6_SITE_BITS)) if isinstance(address, IPv6Address) else client
