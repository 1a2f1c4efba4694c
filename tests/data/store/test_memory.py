from sqlalchemy import text

from data.store.engine import Store
from data.store.memory import (
    list_duplicate_rules,
    recall_terms,
    remember_terms,
    save_duplicate_rule,
)
from data.store.trail import current_seq, read_trail
from tests.data.store.invented import AREA, BY, by

HEADERS = ["工单编号", "受理时间", "问题点位", "举报人"]
TERMS = {"columns": {"source_ref": "工单编号", "address": "问题点位"}, "datum": "gcj02"}


def test_terms_are_remembered_by_source_and_headers(store: Store) -> None:
    """A file of the same source with the same headers, in any order, is read as the last one."""
    remember_terms(store, AREA, "order_12345", TERMS, headers=HEADERS, **BY)
    assert recall_terms(store, AREA, "order_12345", HEADERS[::-1]) == TERMS
    assert recall_terms(store, AREA, "call_110", HEADERS) is None
    assert recall_terms(store, "west", "order_12345", HEADERS) is None


def test_a_file_with_more_columns_is_still_known(store: Store) -> None:
    """A new column changes nothing; a missing one means that a person must look."""
    remember_terms(store, AREA, "a", TERMS, headers=HEADERS, **BY)
    assert recall_terms(store, AREA, "a", [*HEADERS, "备注"]) == TERMS
    assert recall_terms(store, AREA, "a", HEADERS[1:]) is None


def test_the_nearest_and_the_last_word_count(store: Store) -> None:
    """Of several memories the one with most of the headers is taken; of one file, the last one."""
    remember_terms(store, AREA, "a", TERMS, headers=HEADERS, **BY)
    remember_terms(store, AREA, "a", {"datum": "bd09"}, headers=HEADERS[:2], **BY)
    assert recall_terms(store, AREA, "a", HEADERS) == TERMS
    assert recall_terms(store, AREA, "a", HEADERS[:3]) == {"datum": "bd09"}
    seq = remember_terms(store, AREA, "a", {"datum": "wgs84"}, headers=HEADERS, **by(1))
    assert recall_terms(store, AREA, "a", HEADERS) == {"datum": "wgs84"}
    assert remember_terms(store, AREA, "a", {"datum": "wgs84"}, headers=HEADERS, **by(2)) == seq


def test_headers_are_kept_as_hashes_only(store: Store) -> None:
    """Where a file has no header row its headers are somebody's data: none of them is kept."""
    headers = ["张某", "13800001234", "河边桥底下", "地点"]
    terms = {"columns": {"address": "地点"}, "note": "电话13800001234"}
    remember_terms(store, AREA, "a", terms, headers=headers, **BY)
    with store.engine.connect() as connection:
        whole = str(connection.execute(text("SELECT * FROM memory")).all())
        whole += str(connection.execute(text("SELECT payload FROM event")).all())
    assert "地点" in whole
    for personal in ("张某", "0000", "桥底下"):
        assert personal not in whole
    assert recall_terms(store, AREA, "a", headers) is not None


def test_remembering_does_not_change_the_data(store: Store) -> None:
    """What is remembered is in the trail, and is no new state of the records."""
    seq = remember_terms(store, AREA, "a", TERMS, headers=HEADERS, **BY)
    assert read_trail(store, AREA).loc[seq, "action"] == "remember"
    assert current_seq(store, AREA) == 0


def test_rules_of_repetition_are_kept_by_name(store: Store) -> None:
    """A rule of the same name replaces the old one, and a rule that is off no longer holds."""
    save_duplicate_rule(store, AREA, {"name": "同点同日", "metres": 100, "hours": 24}, **BY)
    save_duplicate_rule(store, AREA, {"name": "同号", "metres": 0}, **BY)
    save_duplicate_rule(store, AREA, {"name": "同点同日", "metres": 50, "hours": 24}, **by(1))
    rules = list_duplicate_rules(store, AREA)
    assert rules.index.tolist() == ["同号", "同点同日"]
    assert rules.loc["同点同日", "rule"] == {"name": "同点同日", "metres": 50, "hours": 24}
    assert rules["who"].tolist() == ["办公室", "办公室"]
    save_duplicate_rule(store, AREA, {"name": "同号", "off": True}, **by(2))
    assert list_duplicate_rules(store, AREA).index.tolist() == ["同点同日"]
    assert list_duplicate_rules(store, "west").empty
