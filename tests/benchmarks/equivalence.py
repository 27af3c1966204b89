"""Measure the prover on labelled pairs: python tests/benchmarks/equivalence.py CASES --out VERDICTS [--ours]

CASES holds one JSON object a line (expected, answer, syntax, verdict, options). Each row's options
are translated into ours; one verdict a row is written in the same order, and a table by mode is
printed, beside Math-Verify and SymPy's simplify where these are installed (`--ours` leaves them out).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter, defaultdict
from pathlib import Path

from equivalence_peers import installed_peers
from equivalence_rows import judge

PLAIN = "equiv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    parser.add_argument("--wrong", action="store_true", help="list the rows we judge otherwise than labelled")
    parser.add_argument("--mode", action="append", help="only these modes")
    chosen = parser.parse_args()
    rows = [json.loads(line) for line in chosen.cases.read_text(encoding="utf-8").splitlines()]
    for row in rows[:40]:
        judge(row)  # warm up: imports and caches
    results = [timed(row) for row in rows]
    if chosen.out:
        lines = [json.dumps({**result, "seconds": round(result["seconds"], 6)}) for result in results]
        chosen.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    peers = {} if chosen.ours else {name: run_peer(peer, rows) for name, peer in installed_peers().items()}
    report(rows, results, peers, chosen)


def timed(row: dict) -> dict:
    start = time.perf_counter()
    verdict = judge(row)
    verdict["seconds"] = time.perf_counter() - start
    return verdict


def run_peer(peer, rows: list[dict]) -> list[tuple[bool | None, float]]:
    return [peer(row) if row["options"]["mode"] == PLAIN else (None, 0.0) for row in rows]


def report(rows: list[dict], results: list[dict], peers: dict, chosen: argparse.Namespace) -> None:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[row["options"]["mode"]].append(place)
    print(
        f"{'mode':22} {'rows':>5} {'agree':>7} {'accepted':>9} {'rejected':>9} {'undecided':>9} {'unread':>7}  (wrongly)"
    )
    for mode, places in sorted(groups.items(), key=lambda item: -len(item[1])):
        if not chosen.mode or mode in chosen.mode:
            print(line(mode, places, rows, results))
    if chosen.wrong:
        for mode in chosen.mode or groups:
            list_wrong(groups[mode], rows, results)
    seconds = [results[place]["seconds"] * 1000 for place in groups[PLAIN]]
    if seconds:
        ranked = sorted(seconds)
        p99 = ranked[int(len(ranked) * 0.99) - 1]
        print(f"{PLAIN}: mean {statistics.mean(seconds):.2f} ms, p99 {p99:.1f} ms, max {ranked[-1]:.1f} ms")
        print("certainty:", dict(Counter(results[place]["certainty"] for place in groups[PLAIN])))
    for name, verdicts in peers.items():
        print(peer_line(name, verdicts, groups[PLAIN], rows))


def line(mode: str, places: list[int], rows: list[dict], results: list[dict]) -> str:
    accepted = [results[p]["verdict"] == "equal" for p in places]
    labels = [bool(rows[p]["verdict"]) for p in places]
    agree = sum(a == b for a, b in zip(accepted, labels, strict=True))
    undecided = sum(results[p]["verdict"] == "undecided" for p in places)
    unread = sum(results[p]["verdict"] == "unreadable" and rows[p]["verdict"] for p in places)
    wrongly = sum(a and not b for a, b in zip(accepted, labels, strict=True))
    rejected = sum(b and not a for a, b in zip(accepted, labels, strict=True))
    share = 100 * agree / len(places)
    return f"{mode:22} {len(places):5} {share:6.1f}% {wrongly:9} {rejected:9} {undecided:9} {unread:7}"


def list_wrong(places: list[int], rows: list[dict], results: list[dict]) -> None:
    for place in places:
        row, result = rows[place], results[place]
        odd = (result["verdict"] == "equal") != bool(row["verdict"]) or result["verdict"] == "undecided"
        if odd:
            flag = " (domain)" if row["options"].get("domain_dependent") else ""
            print(
                f"  {place} {row['source'][:10]} label {row['verdict']}{flag}: {row['expected'][:70]!r} | {row['answer'][:70]!r}"
            )
            print(f"      -> {result['verdict']} {result['certainty']}: {result['evidence'][:150]}")


def peer_line(name: str, verdicts: list, places: list[int], rows: list[dict]) -> str:
    labels = [bool(rows[p]["verdict"]) for p in places]
    found = [verdicts[p][0] for p in places]
    times = sorted(verdicts[p][1] * 1000 for p in places)
    agree = sum(bool(a) == b for a, b in zip(found, labels, strict=True))
    wrongly = sum(bool(a) and not b for a, b in zip(found, labels, strict=True))
    unread = sum(a is None for a in found)
    p99 = times[int(len(times) * 0.99) - 1]
    return (
        f"{name}: {100 * agree / len(places):.1f} % on {PLAIN}, {wrongly} accepted wrongly, {unread} not read,"
        f" mean {statistics.mean(times):.1f} ms, p99 {p99:.0f} ms"
    )


if __name__ == "__main__":
    main()
