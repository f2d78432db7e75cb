"""Watches addresses on blocklists, and tells what changed since the last look.

    python watch.py history.db 192.0.2.1 192.0.2.2            look once: for cron
    python watch.py history.db 192.0.2.1 --every 3600         keep looking, until Ctrl-C
    python watch.py history.db 192.0.2.1 --list bl.spamcop.net --news

The history is an SQLite file: `sighting` holds what each list was last known to say, `news` every
change with its time. A look between two others of an interval is another run on the same file.
`watch.rs` reads and writes the same history.

Exit status: 0 on no blocklist, 1 on one (or it was, and nothing is known now), 2 could not run, 3 no
list gave an answer that can be believed. With `--news` only changes are printed, so that cron sends
mail on news alone.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time

import deliverability as dv

SCHEMA = """
CREATE TABLE IF NOT EXISTS sighting(
    subject TEXT, zone TEXT, codes TEXT NOT NULL, since INTEGER NOT NULL, unknown_since INTEGER,
    PRIMARY KEY(subject, zone));
CREATE TABLE IF NOT EXISTS news(
    at INTEGER NOT NULL, subject TEXT NOT NULL, zone TEXT NOT NULL, change TEXT NOT NULL, text TEXT NOT NULL);
"""


def main() -> int:
    args = parse_args()
    history = sqlite3.connect(args.history, timeout=10)
    history.executescript(SCHEMA)
    resolver = dv.Resolver([args.nameserver] if args.nameserver else None)
    while True:
        status = look(args, resolver, history)
        if args.every is None:
            return status
        try:
            time.sleep(args.every)
        except KeyboardInterrupt:
            return status


def look(args: argparse.Namespace, resolver: dv.Resolver, history: sqlite3.Connection) -> int:
    """Asks every list about every address, and keeps what each said; the exit status."""
    listed = known = False
    for address in args.address:
        verdicts = dv.check_dnsbl(address, args.list, resolver)
        now = int(time.time())
        with history:  # what was seen of one address is kept whole or not at all
            for verdict in verdicts:
                change = dv.compare_dnsbl(last_known(history, verdict), verdict, now)
                keep(history, verdict, change, now)
                show(verdict, change, args.news)
                if verdict.list.role == dv.ListRole.BLOCK:
                    listed |= bool(change.after and change.after.codes)
                    known |= not verdict.is_unknown
    return 1 if listed else 0 if known else 3


def show(verdict: dv.DnsblVerdict, change: dv.DnsblChange, news_only: bool) -> None:
    """A line for what is listed or has changed; with `news_only` for changes alone."""
    listed = change.after is not None and change.after.codes
    if change.is_news or (listed and not news_only):
        print(f"{verdict.subject} at {verdict.zone}: {change}\n    {verdict}")


def last_known(history: sqlite3.Connection, verdict: dv.DnsblVerdict) -> dv.DnsblSighting | None:
    row = history.execute(
        "SELECT codes, since, unknown_since FROM sighting WHERE subject = ? AND zone = ?",
        (verdict.subject, verdict.zone),
    ).fetchone()
    return dv.DnsblSighting(tuple(row[0].split()), row[1], row[2]) if row else None


def keep(history: sqlite3.Connection, verdict: dv.DnsblVerdict, change: dv.DnsblChange, now: int) -> None:
    after = change.after
    if after is not None:
        row = (verdict.subject, verdict.zone, " ".join(after.codes), after.since, after.unknown_since)
        history.execute("INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?, ?)", row)
    if change.is_news:
        news = (now, verdict.subject, verdict.zone, str(change.kind), str(change))
        history.execute("INSERT INTO news VALUES (?, ?, ?, ?, ?)", news)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Watches addresses on blocklists.")
    parser.add_argument("history", help="the SQLite file; made if it is not there")
    parser.add_argument("address", nargs="+")
    parser.add_argument("--list", action="append", metavar="ZONE", help="ask this list of the catalogue, not the default ones")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="keep looking")
    parser.add_argument("--news", action="store_true", help="print changes alone")
    parser.add_argument("--nameserver", metavar="ADDRESS:PORT")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ValueError, sqlite3.Error) as error:
        print(f"watch: {error}", file=sys.stderr)
        sys.exit(2)
