"""The example `watch.py`: what changed since the last look, kept in SQLite."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import deliverability as dv
import pytest
from conftest import NameServer

WATCH = Path(__file__).parents[2] / "examples" / "watch.py"
ZONE = "bl.spamcop.net"
ALIVE = {(f"2.0.0.127.{ZONE}", "A"): ["127.0.0.2"]}
LISTED = {**ALIVE, (f"7.2.0.192.{ZONE}", "A"): ["127.0.0.2"]}






class Watched:
    def __init__(self, server: NameServer, history: Path) -> None:
        self.server, self.history = server, history

    def look(self, records: dict[tuple[str, str], Any], *options: str) -> tuple[int, list[str]]:
        """Exit status and lines of one look at a world."""
        self.server.zone = dv.Zone(records)
        command = [sys.executable, str(WATCH), str(self.history), "192.0.2.7", "--list", ZONE]
        command += ["--nameserver", self.server.address, *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return done.returncode, [*done.stdout.splitlines(), *done.stderr.splitlines()]


@pytest.fixture
def watched(tmp_path: Path) -> Any:
    server = NameServer(dv.Zone())
    yield Watched(server, tmp_path / "history.db")
    server.close()


def test_a_listing_from_its_first_look_to_its_end(watched: Watched) -> None:
    at = f"192.0.2.7 at {ZONE}:"
    assert watched.look(ALIVE) == (0, [])
    code, lines = watched.look(LISTED)
    assert (code, lines[0]) == (1, f"{at} newly listed: 127.0.0.2")
    code, lines = watched.look(LISTED)
    assert (code, lines[0]) == (1, f"{at} still listed: 127.0.0.2")
    # For cron: no line without news, the exit status says that it is still listed.
    assert watched.look(LISTED, "--news") == (1, [])
    # The list refuses, lists the world or was emptied: nobody is told "no longer listed".
    code, lines = watched.look({(f"7.2.0.192.{ZONE}", "A"): ["127.255.255.254"]})
    assert (code, lines[0]) == (1, f"{at} unknown now (when last known: 127.0.0.2)")
    assert watched.look({}, "--news") == (1, [])
    code, lines = watched.look(ALIVE)
    assert (code, lines[0]) == (0, f"{at} no longer listed (before: 127.0.0.2)")
    with sqlite3.connect(watched.history) as history:
        news = [change for (change,) in history.execute("SELECT change FROM news ORDER BY rowid")]
    assert news == ["newly_listed", "became_unknown", "gone"]


def test_a_list_that_nobody_can_believe_is_neither_clean_nor_news(watched: Watched) -> None:
    assert watched.look({}) == (3, [])
    assert watched.look(ALIVE) == (0, [])
    # A flap between unknown and clean is not a change.
    assert watched.look({}) == (3, [])
    assert watched.look(ALIVE) == (0, [])


def test_what_cannot_run_says_why(watched: Watched, tmp_path: Path) -> None:
    code, lines = watched.look(ALIVE, "--list", "no.such.list")
    assert code == 2 and "no.such.list" in lines[-1]
    watched.history = tmp_path / "missing" / "history.db"
    code, lines = watched.look(ALIVE)
    assert code == 2 and "unable to open" in lines[-1]


def test_reports_are_compared() -> None:
    reports = [
        dv.diagnose("a.test", ["192.0.2.7"], lists=[ZONE], resolver=dv.Zone(records)) for records in (LISTED, ALIVE, {})
    ]
    listed = {"rule": "dnsbl.ip-listed", "subject": f"192.0.2.7 at {ZONE}"}

    def rules(findings: tuple[dv.Finding, ...]) -> list[dict[str, str]]:
        found = [{"rule": finding.rule, "subject": finding.subject} for finding in findings]
        return [finding for finding in found if finding == listed]

    assert rules(dv.compare_reports(reports[1], reports[0]).appeared) == [listed]
    assert rules(dv.compare_reports(reports[0], reports[1]).gone) == [listed]
    assert rules(dv.compare_reports(reports[0], reports[2]).became_unknown) == [listed]
    assert str(dv.compare_reports(reports[0], reports[0])) == "no change\n"
