"""What must be the same in a store however often its writer was killed."""
import json
import subprocess


def rows(faultline, *arguments):
    out = subprocess.run([faultline, *arguments], capture_output=True, text=True)
    if out.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(arguments)}: exit {out.returncode}: {out.stderr}")
    return [json.loads(line) for line in out.stdout.splitlines() if line.strip()]


def summary(faultline, store):
    """What must be the same however often the loading was killed."""
    target = ["--store", store, "-o", "ndjson"]
    status = rows(faultline, "status", *target)[0]
    totals = {k: int(status["totals"][k]) for k in ("consumed", "stored", "attempts", "deadLetters", "repeats")}
    streams = sorted((s["stream"], s["nextOffset"], s["consumed"], s["stored"]) for s in status["streams"])
    pairs = {(p["client"]["signature"], p["server"]["signature"]): (p["together"], p["clientOnly"], p["serverOnly"])
             for p in rows(faultline, "correlate", "--all", "--limit", "0", *target)}
    signatures = {s["signature"]: (s["side"], s["lines"], s["units"]) for s in rows(faultline, "signatures", "--limit", "0", *target)}
    counts = {r["value"]: r["count"] for r in rows(faultline, "count", "--by", "service", "--limit", "1000", *target)}
    return {"totals": totals, "streams": streams, "pairs": pairs, "signatures": signatures, "counts": counts,
            "events": status["store"]["events"]}


def check_reference(summary):
    """Why a test against this store would prove nothing; empty when it is fit."""
    t = summary["totals"]
    if t["consumed"] != t["stored"] + t["attempts"] + t["deadLetters"] + t["repeats"] or t["stored"] != int(summary["events"]):
        return f"the undisturbed store does not add up: {t}, events {summary['events']}"
    if not summary["pairs"] or t["attempts"] == 0:
        return "the sample makes no pairs or has no attempts: this test could not fail"
    return ""


def differences(want, got):
    """A line for each part that is not as it should be."""
    return [f"{part} differs: {str(got[part])[:300]} instead of {str(want[part])[:300]}" for part in want if got[part] != want[part]]
