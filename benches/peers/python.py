"""SPF from Python beside pyspf: ratios of medians, ours over pyspf's, from one run.

Both check the same zones in memory, each through the door that it has for that: a dv.Zone here, the
module's DNSLookup there. They are measured in turns, so that whatever else the machine does meets
both alike.
"""

import statistics
import time

import deliverability as dv
import spf

CLIENT = "192.0.2.1"

SIMPLE = {("plain.test", "TXT"): ["v=spf1 ip4:192.0.2.0/24 -all"]}
# An include tree of 8 look-ups, matched in its last leaf.
TREE = {
    ("tree.test", "TXT"): ["v=spf1 include:a.tree.test include:b.tree.test -all"],
    ("a.tree.test", "TXT"): ["v=spf1 include:a1.tree.test include:a2.tree.test include:a3.tree.test ~all"],
    ("b.tree.test", "TXT"): ["v=spf1 include:b1.tree.test include:b2.tree.test include:b3.tree.test ~all"],
    ("a1.tree.test", "TXT"): ["v=spf1 ip4:203.0.113.0/26 ip4:203.0.113.64/26 ~all"],
    ("a2.tree.test", "TXT"): ["v=spf1 ip4:203.0.113.128/26 ip6:2001:db8:1::/48 ~all"],
    ("a3.tree.test", "TXT"): ["v=spf1 ip4:198.51.100.0/26 ip4:198.51.100.64/26 ~all"],
    ("b1.tree.test", "TXT"): ["v=spf1 ip4:198.51.100.128/26 ~all"],
    ("b2.tree.test", "TXT"): ["v=spf1 ip6:2001:db8:2::/48 ip6:2001:db8:3::/48 ~all"],
    ("b3.tree.test", "TXT"): ["v=spf1 ip4:192.0.2.0/24 ~all"],
}


def ours(zone, domain):
    zone, sender = dv.Zone(zone), f"amy@{domain}"
    return lambda: dv.check_host(CLIENT, sender, helo="mx.example.net", resolver=zone).result


def theirs(zone, domain):
    answers = {key: [(key, (text.encode(),)) for text in texts] for key, texts in zone.items()}
    sender = f"amy@{domain}"

    def look_up(name, record_type, *_):
        return answers.get((name, record_type), [])

    def check():
        spf.DNSLookup = look_up
        return spf.check2(CLIENT, sender, "mx.example.net")[0]

    return check


def sample(check, runs):
    start = time.perf_counter_ns()
    for _ in range(runs):
        check()
    return (time.perf_counter_ns() - start) / runs


#: How long one sample lasts, in nanoseconds: long beside a slice of the scheduler's time.
SAMPLE = 20_000_000


def measure(task, zone, domain, samples=151):
    checks = [ours(zone, domain), theirs(zone, domain)]
    assert [str(check()) for check in checks] == ["pass", "pass"], [str(check()) for check in checks]
    runs = [max(1, round(SAMPLE / sample(check, 200))) for check in checks]
    taken = [[sample(check, run) for check, run in zip(checks, runs)] for _ in range(samples)]
    mine, other = (statistics.median(column) for column in zip(*taken))
    print(f"{task:<8}ours {mine / 1000:8.2f} us   pyspf {other / 1000:9.2f} us   ours / pyspf 1/{other / mine:.1f}")


measure("simple", SIMPLE, "plain.test")
measure("tree", TREE, "tree.test")
