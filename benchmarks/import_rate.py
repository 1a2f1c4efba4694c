"""A ledger of a million rows into the store, beside pandas merely reading the same file."""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
SEED = 20261121
TYPES = np.array(["站街收药", "散发小广告", "张贴小广告", "交易聚集"])
SOURCES = np.array(["12345", "110", "网格", "巡查发现"])
ROADS = np.array([f"{name}路" for name in ("云桥", "拾穗", "听澜", "砚池", "望舒", "苇岸", "棹歌")])
LON, LAT = (117.892, 117.908), (38.845, 38.856)
QUOTED = 0.05
"""Share of the texts that quote a telephone number."""
FIRST = pd.Timestamp("2021-01-01 00:00")
MINUTES = 5 * 365 * 24 * 60


def write_ledger(file: Path, rows: int) -> None:
    """Write an invented ledger with the columns of a 12345 export."""
    rng = np.random.default_rng(SEED)
    occurred = FIRST + pd.to_timedelta(rng.integers(0, MINUTES, rows), unit="min")
    received = occurred + pd.to_timedelta(rng.integers(1, 600, rows), unit="min")
    numbers = pd.Series([f"{number:07d}" for number in range(rows)], dtype=str)
    roads = pd.Series(ROADS[rng.integers(0, len(ROADS), rows)])
    doors = pd.Series(rng.integers(1, 200, rows)).astype(str)
    said = "，电话1990000" + numbers.str[-4:]
    quoted = said.where(pd.Series(rng.random(rows) < QUOTED), "")
    pd.DataFrame(
        {
            "工单编号": "GD" + numbers,
            "来源": SOURCES[rng.integers(0, len(SOURCES), rows)],
            "受理时间": received.strftime("%Y-%m-%d %H:%M"),
            "发生时间": occurred.strftime("%Y-%m-%d %H:%M"),
            "类型": TYPES[rng.integers(0, len(TYPES), rows)],
            "诉求内容": "有人在" + roads + doors + "号门前收药" + quoted,
            "地点": roads + doors + "号",
            "经度": np.round(rng.uniform(*LON, rows), 6),
            "纬度": np.round(rng.uniform(*LAT, rows), 6),
            "联系电话": "1990000" + numbers.str[-4:],
            "处置结果": "已处理",
        }
    ).to_csv(file, index=False)


def import_seconds(area: Path, file: Path) -> tuple[float, float]:
    """Run the command as a user does; return its seconds and its peak memory in GiB."""
    xunge = Path(sys.executable).with_name("xunge")
    command = [str(xunge), "import", "--area", str(area), str(file)]
    start = time.perf_counter()
    subprocess.run([*command, "--yes", "--json"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    seconds = time.perf_counter() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20


def main() -> None:
    """Print the seconds of both, their ratio and the memory taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[300, 1_000_000])
    for rows in parser.parse_args().rows:
        with tempfile.TemporaryDirectory() as scratch:
            area, file = Path(scratch) / "area", Path(scratch) / "ledger.csv"
            shutil.copytree(SAMPLE, area, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
            write_ledger(file, rows)
            start = time.perf_counter()
            pd.read_csv(file, dtype=str)
            peer_s = time.perf_counter() - start
            ours_s, gib = import_seconds(area, file)
        print(
            f"import {rows} rows: {ours_s:.1f} s, {gib:.2f} GiB; "
            f"pandas.read_csv {peer_s:.2f} s, ratio {ours_s / peer_s:.1f}"
        )


if __name__ == "__main__":
    main()
