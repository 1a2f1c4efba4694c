"""Coordinate systems found in 500 invented files: right, untold or wrong, certain or not."""

import sys
import time

import pandas as pd

from tests.data.ledger.datum_towns import make_files

FILES = 500
SEED = 2
POINTS = (0, 10, 30, 100, 500)
NOISE = (0, 0.05, 0.1, 0.15, 0.2)


def main() -> None:
    """Print the confusion table by system, evidence, points and noise, and seconds per file."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    files = make_files(FILES, seed)
    rows = []
    start = time.perf_counter()
    for file in files:
        finding = file.find()
        answer = file.verdict(finding) + (", certain" if finding.certain else "")
        rows.append((file.datum, file.amount, len(file.x), file.noise, answer))
    seconds = time.perf_counter() - start
    table = pd.DataFrame(rows, columns=["system", "evidence", "points", "noise", "answer"])
    table["points"] = pd.cut(table["points"], POINTS)
    table["noise"] = pd.cut(table["noise"], NOISE)
    for by in ("system", "evidence", "points", "noise"):
        print(pd.crosstab(table[by], table["answer"], margins=by == "system").to_string(), "\n")
    print(f"datum: {len(files)} files, seed {seed}, {1000 * seconds / len(files):.0f} ms per file")


if __name__ == "__main__":
    main()
