import json
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from app.cli import main


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run `xunge` with these words and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["xunge", *map(str, words)])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


PLAN_FILES = {
    "plan.gpkg",
    "hotspots.csv",
    "visits.csv",
    "booths.csv",
    "unmet.csv",
    "plan.json",
    "map.html",
    "timetable.csv",
}


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch, area_folder: Path, tmp_path: Path) -> Path:
    """Plan the small area and return the folder of its files."""
    out = tmp_path / "out"
    code = run(
        monkeypatch,
        "plan",
        "--area",
        area_folder,
        "--out",
        out,
        "--date",
        "2026-11-23",
        "--seed",
        1,
    )
    assert code == 0
    return out


def test_plan_writes_every_file_of_its_contract(planned: Path) -> None:
    """The plan's folder holds the promised files with the promised layers and columns."""
    assert {file.name for file in planned.iterdir()} == PLAN_FILES
    assert {name for name, _ in pyogrio.list_layers(planned / "plan.gpkg")} >= {
        *("hotspots", "visits", "routes", "booths", "key_points", "communities"),
    }
    columns = {
        "hotspots": "cell_id,shift,n,expected,p_value,q_value,hot,lon,lat,n_block",
        "visits": "shift,team,order,stop_id,stop_kind,arrive_at,depart_at,dwell_min,lon,lat",
        "booths": "booth_id,status,covered_share,lon,lat",
        "unmet": "what,reason,remedy",
    }
    for name, header in columns.items():
        assert ",".join(pd.read_csv(planned / f"{name}.csv").columns) == header


def test_the_summary_speaks_the_readers_language(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    area_folder: Path,
    tmp_path: Path,
) -> None:
    """What the command prints at the end is Chinese, or English when asked for."""
    for language, word in (("zh", "到访"), ("en", "visits")):
        words = ("--area", area_folder, "--out", tmp_path / language, "--lang", language)
        assert run(monkeypatch, "plan", *words) == 0
        assert word in capsys.readouterr().out


def test_every_key_point_has_its_visit_or_a_reason(planned: Path) -> None:
    """Each key point of the GeoPackage is visited or named among what is unmet."""
    key_points = gpd.read_file(planned / "plan.gpkg", layer="key_points")
    visits = pd.read_csv(planned / "visits.csv")
    unmet = " ".join(pd.read_csv(planned / "unmet.csv")["what"].astype(str))
    for row in key_points.itertuples():
        assert row.key_point_id in set(visits["stop_id"]) or row.name in unmet


def test_the_manifest_says_how_to_make_the_plan_again(planned: Path) -> None:
    """Seed, date, data hash, settings and versions stand in plan.json."""
    manifest = json.loads((planned / "plan.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 1
    assert manifest["date"] == "2026-11-23"
    assert len(manifest["data_sha256"]) == 64
    assert manifest["settings"]["patrol"]["iterations"] == 100
    assert manifest["versions"]["pyvrp"]


def test_same_seed_same_files(
    monkeypatch: pytest.MonkeyPatch, planned: Path, area_folder: Path, tmp_path: Path
) -> None:
    """The same folder, date and seed give the same tables, byte for byte."""
    first = {name: (planned / name).read_bytes() for name in ("visits.csv", "hotspots.csv")}
    words = ("plan", "--area", area_folder, "--out", planned, "--date", "2026-11-23", "--seed", 1)
    assert run(monkeypatch, *words) == 0
    assert {name: (planned / name).read_bytes() for name in first} == first
    assert list(tmp_path.glob(".plan-*")) == []


@pytest.mark.parametrize(
    "case",
    [
        "no folder",
        "broken network",
        "one person",
        "foreign folder",
        "foreign beside a plan",
        "file",
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    area_folder: Path,
    tmp_path: Path,
    case: str,
) -> None:
    """Bad input ends with code 2, a Chinese and an English sentence, no traceback and no output."""
    out, area = tmp_path / "out", area_folder
    if case == "no folder":
        area = tmp_path / "none"
    elif case == "broken network":
        (area / "streets.osm").write_bytes((area / "streets.osm").read_bytes()[:300])
    elif case == "one person":
        (area / "staffing.csv").write_text("单位,最少,最多\n甲所,1,1\n", encoding="utf-8")
    elif case == "file":
        out.write_text("x", encoding="utf-8")
    else:
        out.mkdir()
        (out / "letter.txt").write_text("x", encoding="utf-8")
        if case == "foreign beside a plan":
            (out / "plan.json").write_text("{}", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert run(monkeypatch, "plan", "--area", area, "--out", out) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert " / " in said
    assert any("一" <= letter <= "鿿" for letter in said)
    assert sorted(tmp_path.rglob("*")) == before


def test_new_area_then_plan(
    monkeypatch: pytest.MonkeyPatch, area_folder: Path, tmp_path: Path
) -> None:
    """An area made from files, with foreign headers and invented teams, can be planned."""
    ledger = area_folder / "incidents.csv"
    text = (
        ledger.read_text(encoding="utf-8").replace("发生时间", "wann").replace("经度,纬度", "x1,y1")
    )
    ledger.write_text(text, encoding="utf-8")
    made = tmp_path / "made"
    words = ("--network", area_folder / "streets.osm", "--incidents", ledger, "--teams", 2)
    mapped = ("--column", "occurred_from=wann", "--point", "x1,y1", "--timezone", "Asia/Shanghai")
    assert run(monkeypatch, "new-area", made, *words, *mapped) == 0
    assert run(monkeypatch, "plan", "--area", made, "--out", tmp_path / "out") == 0
    visits = pd.read_csv(tmp_path / "out" / "visits.csv")
    assert set(visits["stop_kind"]) <= {"hotspot"}


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "--area", "x", "--out", "y", "--date", "tomorrow"),
        ("plan", "--area", "x", "--out", "y", "--date", "9999-12-31"),
        ("plan", "--area", "x", "--out", "y", "--seed", "-1"),
        ("plan", "--area", "x", "--out", "y", "--lang", "fr"),
        ("plan", "--area", "x", "--out", "y", "--demo-incidents", "-5"),
        ("new-area", "x", "--network", "y", "--column", "nonsense"),
        ("new-area", "x", "--network", "y", "--point", "nonsense"),
        ("plan",),
        ("nonsense",),
    ],
)
def test_misspelt_commands_end_with_two(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A command that cannot be understood ends with code 2."""
    assert run(monkeypatch, *words) == 2


def test_version_and_doctor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--version` names the release, and the doctor finds this installation healthy."""
    assert run(monkeypatch, "--version") == 0
    assert "0.1.0" in capsys.readouterr().out
    assert run(monkeypatch, "doctor") == 0
    assert "✗" not in capsys.readouterr().out


def test_invented_incidents_are_said_to_be(
    monkeypatch: pytest.MonkeyPatch, area_folder: Path, tmp_path: Path
) -> None:
    """An area without incidents is planned with invented ones, and the map says 演示数据."""
    (area_folder / "incidents.csv").unlink()
    words = ("--area", area_folder, "--out", tmp_path / "out", "--demo-incidents", 60, "--seed", 3)
    assert run(monkeypatch, "plan", *words) == 0
    assert "演示数据" in (tmp_path / "out" / "map.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))["demo"] is True


def test_streets_alone_make_an_area(
    monkeypatch: pytest.MonkeyPatch, area_folder: Path, tmp_path: Path
) -> None:
    """A network and nothing else can be planned: there is nowhere to go, and that is said."""
    made = tmp_path / "bare"
    assert run(monkeypatch, "new-area", made, "--network", area_folder / "streets.osm") == 0
    assert run(monkeypatch, "plan", "--area", made, "--out", tmp_path / "out") == 0
    assert pd.read_csv(tmp_path / "out" / "visits.csv").empty
