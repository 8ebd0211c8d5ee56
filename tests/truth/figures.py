"""One table of what was measured, its bar, and whether it was met; and where the data and the program are."""
import argparse
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKIPPED = 77


def options(about):
    """--faultline, --rules, --verbose; `data` is the folder of the data sets."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faultline", default=os.path.join(ROOT, "build", "bin", "faultline"))
    parser.add_argument("--rules", default=os.path.join(ROOT, "deploy", "rules"))
    parser.add_argument("--verbose", action="store_true", help="every miss")
    chosen = parser.parse_args()
    chosen.data = os.environ.get("FAULTLINE_DATA", os.path.join(ROOT, "..", "shared", "data"))
    return chosen


def run(chosen, *arguments, status=(0,)):
    """What `faultline` printed; ends the script when it fails."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FAULTLINE_")}
    done = subprocess.run([chosen.faultline, *arguments], capture_output=True, check=False,
                          env={**environment, "FAULTLINE_RULES": chosen.rules})
    if done.returncode not in status:
        sys.exit(f"faultline {' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode("utf-8")


class Table:
    def __init__(self):
        self.asked = self.missed = 0
        print(f"{'on':46} {'measured':>12} {'bar':>12}")

    def add(self, name, value, bar="", met=None, form="{:.3f}", counts=True):
        """`met` None: a figure without a bar. Times do not count for the status: they depend on what else runs."""
        verdict = "" if met is None else "met" if met else "MISSED"
        self.asked += met is not None
        self.missed += counts and met is False
        shown = value if isinstance(value, str) else form.format(value)
        print(f"{name:46} {shown:>12} {bar:>12}  {verdict}".rstrip(), flush=True)

    def skip(self, name, path):
        print(f"{name:46} skipped: no {path}; set FAULTLINE_DATA", flush=True)

    def status(self):
        """1 when a bar was missed, 77 when there was nothing to measure."""
        if self.asked == 0:
            return SKIPPED
        return 1 if self.missed else 0
