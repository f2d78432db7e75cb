"""Times pydnsbl: addresses from a file at lists, over one name server. Prints one line of JSON."""

import asyncio
import json
import sys
import time

import aiodns
from pydnsbl import DNSBLIpChecker
from pydnsbl.providers import Provider

host, port, file, zones = sys.argv[1:]
addresses = open(file).read().split()
loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)


def checker():
    checker = DNSBLIpChecker(providers=[Provider(zone) for zone in zones.split(",")], loop=loop)
    # It knows the system's name servers only; as many tries as it makes itself.
    checker._resolver = aiodns.DNSResolver(
        nameservers=[host], udp_port=int(port), tcp_port=int(port), timeout=5, tries=2, loop=loop
    )
    return checker


checker = checker()
start = time.monotonic()
results = checker.bulk_check(addresses)
seconds = time.monotonic() - start
listed = [f"{result.addr} {zone}" for result in results for zone in result.detected_by]
failed = sum(len(result.failed_providers) for result in results)
print(json.dumps({"seconds": seconds, "listed": listed, "unknown": failed}))
