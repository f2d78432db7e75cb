"""The runs of dnsbl.sh: starts the servers, times all sides, compares with what the lists hold."""

import collections
import contextlib
import json
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
SPEED = HERE / "../../target/release/examples/dnsbl_speed"
SWEEP = HERE / "../../target/release/examples/sweep"
ADDRESSES, LISTS, ROUNDS = 2000, 20, 5
os.environ["PATH"] += ":/usr/sbin:/sbin"
failures = []


def show(what, value, holds=None):
    print(f"{what:<66} {value}{'' if holds is None else '   ok' if holds else '   NOT REACHED'}", flush=True)
    if holds is False:
        failures.append(what)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def zones(count, prefix="l"):
    return [f"{prefix}{n}.test" for n in range(count)]


@contextlib.contextmanager
def running(*command, **options):
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def rbldnsd(lists, log=None):
    """Serves lists: a mapping of zones to the addresses that they hold."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        for zone, listed in lists.items():
            text = "$SOA 300 ns.invalid. hostmaster.invalid. 0 600 300 86400 300\n:127.0.0.2:listed\n127.0.0.2\n"
            pathlib.Path(directory, zone).write_text(text + "".join(f"{ip}\n" for ip in listed))
        port = free_port()
        specs = [f"{zone}:ip4set:{zone}" for zone in lists]
        logging = ["-l", log] if log else []
        with running("rbldnsd", "-n", "-w", directory, "-b", f"127.0.0.1/{port}", *logging, *specs,
                     stderr=subprocess.DEVNULL):
            wait_for(port, next(iter(lists)))
            yield port


def wait_for(port, zone):
    labels = "".join(chr(len(label)) + label for label in f"2.0.0.127.{zone}".split("."))
    question = b"\0\1\1\0\0\1\0\0\0\0\0\0" + labels.encode() + b"\0\0\1\0\1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.2)
        for _ in range(100):
            asking.sendto(question, ("127.0.0.1", port))
            with contextlib.suppress(OSError):
                asking.recv(512)
                return
    raise SystemExit("rbldnsd does not answer")


def output(*command):
    return json.loads(subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE).stdout)


def dnsperf(port, queries):
    run = subprocess.run(
        ["dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", str(queries)], check=True, capture_output=True, text=True
    )
    found = {key: float(value) for key, value in re.findall(r"(Queries \w+(?: per second)?|Run time \(s\)):\s+([\d.]+)", run.stdout)}
    return found


def expected(lists, addresses):
    wanted = set(addresses)
    return {f"{ip} {zone}" for zone, listed in lists.items() for ip in listed if ip in wanted}


def right(result, truth):
    return set(result["listed"]) == truth and len(result["listed"]) == len(truth) and result["unknown"] == 0


def rates(python, directory):
    """2,000 addresses x 20 lists on loopback, all sides in turn."""
    chance = random.Random(4)
    addresses = [f"10.{n >> 8}.{n & 255}.{chance.randrange(1, 255)}" for n in range(ADDRESSES)]
    lists = {zone: chance.sample(addresses, 20) for zone in zones(LISTS)}
    truth = expected(lists, addresses)
    file, queries = directory / "addresses", directory / "queries"
    file.write_text("\n".join(addresses))
    reverse = [".".join(reversed(ip.split("."))) for ip in addresses]
    queries.write_text("".join(f"{name}.{zone} A\n" for name in reverse for zone in lists))
    cells, named = ADDRESSES * LISTS, ",".join(lists)
    ours, tool, peer, wrong, lost = collections.defaultdict(list), [], [], 0, 0
    with rbldnsd(lists) as port:
        for _ in range(ROUNDS):
            for in_flight in (64, 100):
                result = output(SPEED, "sweep", f"127.0.0.1:{port}", in_flight, file, named)
                ours[in_flight].append(cells / result["seconds"])
                wrong += not right(result, truth) or result["clean"] != cells - len(truth)
                # One question a cell, two test points a list, one text an entry.
                lost += result["sent"] - (cells + 2 * LISTS + len(truth))
            run = dnsperf(port, queries)
            tool.append(run["Queries completed"] / run["Run time (s)"])
        for _ in range(2):
            result = output(python, HERE / "pydnsbl_peer.py", "127.0.0.1", port, file, named)
            peer.append(cells / result["seconds"])
            peer_right = right(result, truth)
    one, hundred = statistics.median(ours[64]), statistics.median(ours[100])
    tool, peer = statistics.median(tool), max(peer)
    show(f"{ADDRESSES} x {LISTS}: look-ups a second, ours, 64 in flight (default)", f"{one:,.0f}")
    show("  ours, 100 in flight", f"{hundred:,.0f}")
    show("  dnsperf, its defaults (100 in flight)", f"{tool:,.0f}")
    show(f"  pydnsbl (its answers are {'right' if peer_right else 'WRONG'})", f"{peer:,.0f}")
    show("  ours / dnsperf, at least 0.45", f"{one / tool:.2f}", one / tool >= 0.45)
    show("  ours, 100 in flight / dnsperf", f"{hundred / tool:.2f}")
    show("  ours / pydnsbl, at least 10", f"{one / peer:.1f}", one / peer >= 10)
    show("  runs of ours with a wrong or missing verdict", wrong, wrong == 0)
    show("  requests of ours that had to be sent again", lost, lost == 0)


def delayed(directory):
    """50 ms away."""
    chance = random.Random(5)
    addresses = [f"10.{n >> 8}.{n & 255}.9" for n in range(ADDRESSES)]
    lists = {zone: chance.sample(addresses, 20) for zone in zones(60)}
    file = directory / "addresses"
    file.write_text("\n".join(addresses))
    with rbldnsd(lists) as port:
        proxy = free_port()
        with running(SPEED, "delay", f"127.0.0.1:{proxy}", f"127.0.0.1:{port}", 50):
            time.sleep(0.3)
            runs = [output(SPEED, "once", f"127.0.0.1:{proxy}", "192.0.2.7", ",".join(lists)) for _ in range(9)]
            trips = statistics.median(run["seconds"] for run in runs) / 0.050
            measured = statistics.median(run["seconds"] / run["round_trip"] for run in runs)
            clean = all(run["unknown"] == 0 for run in runs)
            show("50 ms away: 1 x 60, health known, round trips of 50 ms, at most 1.15", f"{trips:.3f}", trips <= 1.15)
            show("  of round trips as one query takes them", f"{measured:.3f}", clean)
            some = dict(list(lists.items())[:LISTS])
            for in_flight in (64, 256):
                result = output(SPEED, "sweep", f"127.0.0.1:{proxy}", in_flight, file, ",".join(some))
                bound = ADDRESSES * LISTS * 0.050 / in_flight
                ratio, fine = result["seconds"] / bound, right(result, expected(some, addresses))
                show(f"  {ADDRESSES} x {LISTS}, {in_flight} in flight: times the least possible{', at most 1.3' if in_flight == 64 else ''}",
                     f"{ratio:.3f} ({result['seconds']:.1f} s)", fine and (ratio <= 1.3 or in_flight > 64))
            silent = ["silent1.test", "silent2.test"]
            named = ",".join([*list(lists)[:58], *silent])
            result = output(SPEED, "shrinking", f"127.0.0.1:{proxy}", "192.0.2.7", named)
            show("  58 good and 2 silent lists, health not known: seconds, at most 1.2",
                 f"{result['seconds']:.2f} {result['silent']}", result["seconds"] <= 1.2 and result["silent"] == silent)


def million(directory):
    """A million look-ups, stopped with SIGINT three times and taken up again."""
    lists = {zone: ["10.0.5.5", "10.0.150.1"] for zone in zones(20)}
    log, journal = directory / "log", directory / "journal"
    networks = ["10.0.0.0/17", "10.0.128.0/18", "10.0.192.0/21"]
    cells = (2**15 + 2**14 + 2**11) * 20
    asked = [item for zone in lists for item in ("--list", zone)]
    peaks, start, progress = [], time.monotonic(), ""
    with rbldnsd(lists, log=log) as port:
        command = [SWEEP, "--name-server", f"127.0.0.1:{port}", *asked, "--journal", journal, *networks]
        for stop_after in (2, 3, 2.5, None):
            peak = 0.0
            process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if stop_after:
                time.sleep(stop_after)
                process.send_signal(signal.SIGINT)
            while process.poll() is None:
                # What wait4 tells counts this script's own memory, from before the exec.
                found = re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text())
                peak = int(found[1]) / 1024 if found else peak
                time.sleep(0.05)
            progress = process.stderr.read()
            peaks.append(peak)
            lines = progress.strip().splitlines()
            show(f"{'stopped after ' + str(stop_after) + ' s' if stop_after else 'run to its end'}, "
                 f"peak RSS {peaks[-1]:.1f} MB", lines[-2])
    seconds = time.monotonic() - start
    # A line of the log: time, client, name, type, class, answer.
    counts = collections.Counter()
    with open(log) as lines:
        for line in lines:
            fields = line.split()
            counts[fields[2].lower() + " " + fields[3]] += 1
    # rbldnsd's readiness was asked for once.
    counts[f"2.0.0.127.{next(iter(lists))} A"] -= 1
    again = sum(count - 1 for count in counts.values() if count > 1)
    settled = sum(1 for line in open(journal) if not line.startswith(("\t", "deliverability")))
    show(f"{cells:,} look-ups in four runs, seconds", f"{seconds:.1f}")
    show("  settled in the journal", f"{settled:,}", settled == cells)
    show("  questions that the server saw more than once", again, again == 0)
    show("  peak RSS, MB", f"{max(peaks):.1f}")


def main():
    python, *options = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o777)
        directory = pathlib.Path(directory)
        rates(python, directory)
        delayed(directory)
        if "--million" in options:
            million(directory)
    sys.exit(1 if failures else 0)


main()
