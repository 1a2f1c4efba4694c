import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point
from sqlalchemy import select, text

from data.store import archive
from data.store.archive import MANIFEST, hash_file
from data.store.backup import back_up, look_into, restore
from data.store.connections import file_url, reading
from data.store.engine import Store, open_store, store_revision, store_url
from data.store.errors import DamagedStoreError, StoreError
from data.store.imports import save_import
from data.store.layers import read_layer_features, save_features
from data.store.memory import list_duplicate_rules, remember_terms, save_duplicate_rule
from data.store.models import TABLES
from data.store.records import edit_records, read_records, remove_records
from data.store.retention import erase_records
from data.store.runs import list_runs, save_run
from data.store.trail import current_seq, read_trail, verify_trail
from tests.data.store.invented import AREA, BY, NOW, WHY, invent, told, without_place


def fill(store: Store) -> None:
    """Put something of everything into a store."""
    save_import(store, AREA, without_place(invent(30), 2), **told())
    save_import(store, "west", invent(3), **told())
    change = pd.DataFrame({"lon": [117.95], "lat": [38.86]}, index=["I1-2"])
    edit_records(store, AREA, change, **WHY)
    remove_records(store, AREA, ["I1-3"], **WHY)
    erase_records(store, AREA, ["I1-4"], **WHY)
    booth = gpd.GeoDataFrame(
        {"name": ["北岗"]}, geometry=[Point(117.9, 38.85)], index=["G1"], crs=4326
    )
    save_features(store, AREA, "booths", booth, valid_from=date(2026, 1, 1), **WHY)
    remember_terms(store, AREA, "a", {"datum": "gcj02"}, headers=["地点"], **BY)
    save_duplicate_rule(store, AREA, {"name": "同号"}, **BY)
    save_run(
        store, AREA, kind="hotspots", settings={}, data_hash="x", seq=current_seq(store, AREA),
        seed=0, version="1", headline={"n": 3}, now=NOW,
    )  # fmt: skip


def whole(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table but the entries of restores."""
    with reading(store) as connection:
        rows = {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in TABLES
        }
    rows["event"] = [row for row in rows["event"] if "restore" not in row]
    return rows


@contextmanager
def area(folder: Path) -> Iterator[Store]:
    """Open the store of an area folder that holds a few files."""
    folder.mkdir()
    (folder / "area.toml").write_text(
        'name = "东街"\n[files]\nnetwork = "道路/streets.shp"\nincidents = "../elsewhere.csv"\n',
        "utf-8",
    )
    (folder / "道路").mkdir()
    for suffix in (".shp", ".dbf", ".prj"):
        (folder / "道路" / f"streets{suffix}").write_bytes(suffix.encode())
    (folder / "key_points.csv").write_text("编号,名称\n", "utf-8")
    (folder / "holiday.jpg").write_bytes(b"not of the area")
    with open_store(store_url(folder)) as store:
        fill(store)
        yield store


def test_a_backup_holds_every_row(store: Store, tmp_path: Path) -> None:
    """A backup of either engine brings back every row, on either engine, to the bit."""
    fill(store)
    before = whole(store)
    receipt = back_up(store, tmp_path / "b.zip", folder=None, now=NOW)
    assert receipt.sha256 == hash_file(tmp_path / "b.zip")
    assert receipt.tables == {name: len(rows) for name, rows in before.items()}
    assert whole(store) == before
    restored = restore(file_url(tmp_path / "new.db"), tmp_path / "b.zip", now=NOW)
    assert restored.tables == receipt.tables
    with open_store(file_url(tmp_path / "new.db")) as new:
        assert whole(new) == before
        assert verify_trail(new) == receipt.tables["event"] + 2
        assert read_trail(new, AREA)["action"].iloc[0] == "restore"
        assert (
            list_runs(new, AREA)["records"].tolist() == list_runs(store, AREA)["records"].tolist()
        )
        assert list_duplicate_rules(new, AREA).index.tolist() == ["同号"]
        pd.testing.assert_frame_equal(read_records(new, AREA), read_records(store, AREA))
        features = read_layer_features(new, AREA, "booths", on=NOW.date())
        assert features.geometry.iloc[0] == Point(117.9, 38.85)


def test_a_backup_goes_from_one_engine_to_the_other(server_url: str, tmp_path: Path) -> None:
    """From a file to a server and back, every row is the same."""
    with open_store(file_url(tmp_path / "xunge.db")) as store:
        fill(store)
        before = whole(store)
        back_up(store, tmp_path / "1.zip", folder=None, now=NOW)
    restore(server_url, tmp_path / "1.zip", now=NOW)
    with open_store(server_url) as server:
        assert whole(server) == before
        back_up(server, tmp_path / "2.zip", folder=None, now=NOW)
        # who restores goes on working: numbers are given on from where they were
        assert save_import(server, AREA, invent(2, first=90), **told()).added == 2
    restore(file_url(tmp_path / "back.db"), tmp_path / "2.zip", now=NOW)
    with open_store(file_url(tmp_path / "back.db")) as back:
        assert whole(back) == before


def test_the_files_of_the_area_go_along(tmp_path: Path) -> None:
    """The files that area.toml names return to their places; others stay where they are."""
    with area(tmp_path / "东街") as store:
        receipt = back_up(store, tmp_path / "b.zip", folder=tmp_path / "东街", now=NOW)
    assert receipt.left_out == ("../elsewhere.csv",)
    restored = restore(tmp_path / "new" / "folder", tmp_path / "b.zip", now=NOW)
    new = tmp_path / "new" / "folder"
    found = sorted(path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file())
    assert found == [
        "area.toml",
        "key_points.csv",
        "xunge.db",
        "道路/streets.dbf",
        "道路/streets.prj",
        "道路/streets.shp",
    ]
    assert len(restored.files) == 5
    assert (new / "道路" / "streets.shp").read_bytes() == b".shp"


def test_an_area_with_a_broken_settings_file_is_backed_up(tmp_path: Path) -> None:
    """A settings file that cannot be read goes along as it is."""
    with area(tmp_path / "a") as store:
        (tmp_path / "a" / "area.toml").write_bytes(b"\xff not toml")
        receipt = back_up(store, tmp_path / "b.zip", folder=tmp_path / "a", now=NOW)
    assert receipt.files == ("area/area.toml", "area/key_points.csv")


def test_a_backup_replaces_no_file(tmp_path: Path) -> None:
    """A file that is there already is not overwritten, and nothing is left beside it."""
    with area(tmp_path / "a") as store:
        target = tmp_path / "b.zip"
        target.write_bytes(b"something")
        with pytest.raises(StoreError, match="already"):
            back_up(store, target, folder=None, now=NOW)
    assert target.read_bytes() == b"something"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b.zip"]


def test_a_backup_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that does not read back as it was written is not there at all."""

    def misread(_archive: zipfile.ZipFile, _name: str, target: Path) -> str:
        target.touch()
        return "another"

    with area(tmp_path / "a") as store:
        monkeypatch.setattr(archive, "_unpack", misread)
        with pytest.raises(StoreError, match="damaged"):
            back_up(store, tmp_path / "b.zip", folder=None, now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Write a backup of an area and its files."""
    with area(tmp_path / "a") as store:
        back_up(store, tmp_path / "b.zip", folder=tmp_path / "a", now=NOW)
    return tmp_path / "b.zip"


def test_what_is_there_is_replaced_only_when_asked(store: Store, backup: Path) -> None:
    """A store that holds something is left alone, or replaced as a whole with all its areas."""
    save_import(store, "north", invent(2), **told())
    before = whole(store)
    with pytest.raises(StoreError, match="holds data already"):
        restore(store.url, backup, now=NOW)
    assert whole(store) == before
    restore(store.url, backup, replace=True, who="办公室", now=NOW)
    assert read_records(store, "north").empty
    assert len(read_records(store, AREA)) == 28
    assert read_trail(store, AREA)["who"].iloc[0] == "办公室"
    assert verify_trail(store) > 0
    with pytest.raises(Exception, match="append-only"), store.engine.begin() as connection:
        connection.execute(text("DELETE FROM event"))


def test_a_restored_store_has_another_revision(backup: Path, tmp_path: Path) -> None:
    """What was kept under the revision before a restore is not taken for what is there now."""
    folder = tmp_path / "a"
    with open_store(store_url(folder)) as store:
        remove_records(store, AREA, ["I1-9"], **WHY)
    before = store_revision(folder, AREA)
    restore(folder, backup, replace=True, now=NOW)
    assert store_revision(folder, AREA) not in {0, before}


def test_files_that_say_something_else_are_left(backup: Path, tmp_path: Path) -> None:
    """A folder whose files differ is refused before anything is written, unless they may go."""
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "area.toml").write_text('name = "西街"\n', "utf-8")
    with pytest.raises(StoreError, match=r"area\.toml"):
        restore(folder, backup, now=NOW)
    assert [path.name for path in folder.iterdir()] == ["area.toml"]
    restore(folder, backup, replace=True, now=NOW)
    assert "东街" in (folder / "area.toml").read_text("utf-8")


def test_a_damaged_store_is_set_aside(backup: Path, tmp_path: Path) -> None:
    """A restore over a damaged store keeps it under another name."""
    file = tmp_path / "a" / "xunge.db"
    file.write_bytes(b"damaged")
    with pytest.raises(DamagedStoreError):
        restore(tmp_path / "a", backup, now=NOW)
    receipt = restore(tmp_path / "a", backup, replace=True, now=NOW)
    assert receipt.set_aside == "xunge.db.damaged-1"
    assert (tmp_path / "a" / receipt.set_aside).read_bytes() == b"damaged"
    with open_store(store_url(tmp_path / "a")) as store:
        assert len(read_records(store, AREA)) == 28


def rewrite(backup: Path, change: object, *, manifest: object = None) -> None:
    """Write a backup anew, with its members changed and, if wanted, its manifest too."""
    with zipfile.ZipFile(backup) as source:
        members = {name: source.read(name) for name in source.namelist()}
    said = json.loads(members.pop(MANIFEST))
    change(members)  # type: ignore[operator]
    if manifest is not None:
        manifest(said, members)  # type: ignore[operator]
    with zipfile.ZipFile(backup, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
        target.writestr(MANIFEST, json.dumps(said))


def seal(said: dict[str, object], members: dict[str, bytes]) -> None:
    """Let the manifest fit the members, as somebody would who knows how."""
    said["members"] = {
        name: {"bytes": len(content), "sha256": archive.hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
    }


def refuse(backup: Path, said: str) -> None:
    """Check that a file is refused with a sentence, and that nothing comes of it."""
    folder = backup.parent / "fresh"
    with pytest.raises(StoreError, match=said):
        restore(folder, backup, now=NOW)
    assert not list(folder.glob("**/*")) if folder.exists() else True
    assert not (backup.parent / "evil.txt").exists()


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_a_damaged_backup_is_refused(backup: Path, at: float) -> None:
    """A backup in which a few bytes are others is refused, wherever they are."""
    content = bytearray(backup.read_bytes())
    place = int(len(content) * at)
    content[place : place + 64] = bytes(255 - byte for byte in content[place : place + 64])
    backup.write_bytes(content)
    refuse(backup, "damaged|not a backup")


def test_a_cut_backup_is_refused(backup: Path) -> None:
    """A backup that was copied in part is refused."""
    backup.write_bytes(backup.read_bytes()[:-100])
    refuse(backup, "not a backup")


def test_other_files_are_refused(backup: Path, tmp_path: Path) -> None:
    """What is no zip, a zip of something else, and a file that is not there are refused."""
    (tmp_path / "text.zip").write_text("no zip")
    refuse(tmp_path / "text.zip", "not a backup")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("a.txt", "a")
    refuse(tmp_path / "other.zip", "not a backup")
    refuse(tmp_path / "nowhere.zip", "no file")
    rewrite(backup, lambda _members: None, manifest=lambda said, _m: said.pop("format"))
    refuse(backup, "not a backup")


def test_a_newer_backup_is_refused(backup: Path) -> None:
    """A backup of a later form is refused, and says that a newer program is needed."""
    rewrite(backup, lambda _members: None, manifest=lambda said, _m: said.update(format_version=9))
    refuse(backup, "newer version")


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/evil.txt", "area/../../evil.txt", "area\\..\\evil.txt", "C:evil.txt"]
)
def test_names_that_lead_elsewhere_are_refused(backup: Path, name: str) -> None:
    """An archive whose members would be written outside the folder is refused."""
    rewrite(backup, lambda members: members.update({name: b"evil"}), manifest=seal)
    refuse(backup, "damaged")


def test_members_that_nobody_named_are_refused(backup: Path) -> None:
    """A member more or less than the manifest says is refused, and so is another content."""
    content = backup.read_bytes()
    rewrite(backup, lambda members: members.update({"area/more.csv": b"x"}))
    refuse(backup, "damaged")
    backup.write_bytes(content)
    rewrite(backup, lambda members: members.pop("area/key_points.csv"))
    refuse(backup, "damaged")
    backup.write_bytes(content)
    rewrite(
        backup,
        lambda members: members.update({"area/key_points.csv": "编号，名称\n".encode()[:14]}),
    )
    refuse(backup, "damaged")


def test_a_bomb_is_refused(backup: Path) -> None:
    """A member that would unpack to a thousand times its size is refused unread."""
    rewrite(backup, lambda members: members.update({"area/b.csv": bytes(2**26)}), manifest=seal)
    refuse(backup, "damaged")


def test_a_backup_needs_room(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup that does not fit on the disk is refused before it is unpacked."""
    usage = shutil.disk_usage(backup.parent)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    refuse(backup, "disk is full")


def test_a_forged_store_is_refused(backup: Path, tmp_path: Path) -> None:
    """A store with a forged trail, a view, or other counts is refused, though its hash fits."""
    content = backup.read_bytes()
    forgeries = [
        "CREATE VIEW spy AS SELECT 1",
        "CREATE TRIGGER spy AFTER INSERT ON record BEGIN SELECT 1; END",
        "DROP TRIGGER event_no_update; UPDATE event SET who = '别人' WHERE seq = 2",
        "DELETE FROM run",
        "DROP TABLE run; CREATE VIEW run AS SELECT 1 AS run_id",
        "PRAGMA application_id = 7",
        "ALTER TABLE run DROP COLUMN seed",
        "UPDATE record SET lon = 'east', content_hash = 'x'",
        "UPDATE record SET since_seq = 99",
    ]
    for forgery in forgeries:
        backup.write_bytes(content)
        file = tmp_path / "forged.db"

        def forge(members: dict[str, bytes], file: Path = file, forgery: str = forgery) -> None:
            file.write_bytes(members["store.db"])
            connection = sqlite3.connect(file)
            connection.executescript(forgery)
            connection.close()
            members["store.db"] = file.read_bytes()

        rewrite(backup, forge, manifest=seal)
        refuse(backup, "damaged|broken|not a store")


def test_a_backup_without_a_store_is_refused(backup: Path) -> None:
    """An archive of files alone is no backup."""
    rewrite(backup, lambda members: members.pop("store.db"), manifest=seal)
    refuse(backup, "damaged")


def test_a_backup_says_its_moment_and_its_records(tmp_path: Path) -> None:
    """Who restores reads first when it was made and how many records it holds, removed ones not."""
    with open_store(file_url(tmp_path / "xunge.db")) as store:
        fill(store)
        there = len(read_records(store, AREA)) + len(read_records(store, "west"))
        back_up(store, tmp_path / "b.zip", folder=None, now=NOW)
    told_of = look_into(tmp_path / "b.zip")
    assert (told_of.created_at, told_of.records) == (NOW, there)
    restored = restore(file_url(tmp_path / "new.db"), tmp_path / "b.zip", now=NOW)
    assert restored.records == there
    (tmp_path / "letter.zip").write_bytes(b"no backup")
    with pytest.raises(StoreError, match="not a backup"):
        look_into(tmp_path / "letter.zip")
