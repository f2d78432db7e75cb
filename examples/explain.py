"""Explains a returned mail, an SMTP reply or a log line: the cause, whether it is so now, and the fix.

    python explain.py returned.eml                        asks live DNS; - reads standard input
    python explain.py returned.eml --zone zone.txt        offline
    python explain.py returned.eml --domain example.org --ip 192.0.2.1 --nameserver 127.0.0.1:5353
    tail -n 1 /var/log/mail.log | python explain.py - --markdown

Exit status: 0 nothing found, 1 findings or unknowns, 2 could not run. `explain.rs` does the same.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import deliverability as dv


def main() -> int:
    args = parse_args()
    raw = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    report = dv.explain(
        raw,
        domain=args.domain,
        ips=args.ip,
        helo=args.helo,
        lists=[] if args.no_lists else args.list,
        resolver=resolver(args),
    )
    if args.json:
        print(report.to_json())
    else:
        print(report.to_markdown() if args.markdown else report, end="")
    return 0 if report.verdict == dv.Verdict.NOTHING_FOUND else 1


def resolver(args: argparse.Namespace) -> dv.Resolver | dv.Zone:
    if args.zone:
        return dv.Zone.parse(Path(args.zone).read_text(encoding="utf-8"))
    return dv.Resolver([args.nameserver] if args.nameserver else None, deadline=args.timeout)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Explains returned mail.")
    parser.add_argument("file", help="the mail, reply or log line that came back; - is standard input")
    parser.add_argument("--domain", help="the envelope domain of the mail, if it does not tell")
    parser.add_argument("--ip", action="append", default=[], help="an address that mail is sent from")
    parser.add_argument("--helo")
    parser.add_argument("--list", action="append", metavar="ZONE", help="ask this list of the catalogue, not the default ones")
    parser.add_argument("--no-lists", action="store_true")
    parser.add_argument("--zone", metavar="FILE", help="answers from a zone file, not from name servers")
    parser.add_argument("--nameserver", metavar="ADDRESS:PORT")
    parser.add_argument("--timeout", type=float, default=20, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ValueError, OSError) as error:
        print(f"explain: {error}", file=sys.stderr)
        sys.exit(2)
