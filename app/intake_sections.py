"""The parts of the import page that show a table: columns, coordinate system, rows, places."""

from collections.abc import Sequence

import streamlit as st

from app.i18n import t
from app.intake_desk import Compared, Opened, decide, settled, terms_of, unplaced_rows
from app.intake_grid import ask_control_points
from app.intake_repeats import merged_groups, repeat_groups, show_merged, show_repeats
from app.intake_tables import (
    column_choices,
    column_rows,
    finding_rows,
    place_choices,
    read_choices,
)
from app.intake_words import DATUMS, headline, name_datum, say_datum, say_findings, say_novelty
from app.labels import SOURCES, name_source
from app.maps.datum import datum_map
from app.maps.editing import pick_place
from app.maps.serve import show_map
from app.text import plain
from data.area import Area
from data.ledger.layer_reading import LayerReading
from data.ledger.positions import LOCAL
from data.ledger.reading import Reading

OPEN_GRIDS = "open_grids"
MAP_HEIGHT_PX = 420
UNKNOWN = "unknown"
INVENTED = frozenset({"generated", "demo"})
"""Sources of records that nobody reported."""


def show_tables(
    area: Area, file: Opened, compared: Compared, earlier: Sequence[str] = ()
) -> list[str]:
    """
    Show every table of a file, with what was done and what is asked.

    Returns
    -------
    tables
        Names of the tables that are stored up to here, `earlier` among them.
    """
    tables = list(earlier)
    for reading in file.intake.readings if file.intake else ():
        name = f"{file.name} {reading.sheet}".strip()
        st.subheader(plain(name), anchor=False)
        st.markdown(f"**{plain(headline(reading, compared.repeats))}**")
        if isinstance(reading, Reading):
            st.markdown(plain(say_novelty(reading, compared.known)))
        key = f"{file.file_hash[:12]}_{reading.sheet}"
        _show_columns(file, reading, key)
        _show_datum(area, file, reading, key)
        _show_findings(reading)
        if isinstance(reading, Reading):
            _show_places(area, file, reading, key)
            groups = repeat_groups(reading, compared.repeats, area.timezone, tables)
            show_repeats(file, groups, reading)
            show_merged(merged_groups(reading, compared.groups, area.timezone))
            tables.append(reading.table_id)
    return tables


def _show_columns(file: Opened, reading: Reading | LayerReading, key: str) -> None:
    """Show which column is which, and let the clerk change it."""
    if reading.mapping is None:
        return
    with st.expander(t("列对应（{n} 列已认出）", n=len(reading.mapping.columns))):
        if isinstance(reading, Reading):
            _ask_source(file, reading, key)
        edited = st.data_editor(
            column_rows(reading),
            hide_index=True,
            disabled=[t("本系统的列"), t("依据")],
            column_config={
                t("文件中的列"): st.column_config.SelectboxColumn(options=column_choices(reading))
            },
            key=f"columns_{key}",
        )
        chosen = read_choices(reading, edited)
        if chosen and st.button(t("按改过的对应重新读"), key=f"remap_{key}", type="primary"):
            decide(file.file_hash, columns={**reading.terms.columns, **chosen})
            st.rerun()
        if reading.private:
            dropped = t("、").join(reading.private)
            st.caption(plain(t("涉及个人、没有读入的列：{columns}", columns=dropped)))


def _ask_source(file: Opened, reading: Reading, key: str) -> None:
    """Ask from which source a file is whose rows do not say it."""
    before = reading.terms.source or UNKNOWN
    codes = [code for code in SOURCES if code not in INVENTED]
    source = st.selectbox(
        t("没写来源的行算作"),
        codes,
        index=codes.index(before),
        format_func=name_source,
        key=f"source_{key}",
    )
    if source != before:
        decide(file.file_hash, source=source)
        st.rerun()


def _show_datum(area: Area, file: Opened, reading: Reading | LayerReading, key: str) -> None:
    """Show the coordinate system that was found, why, and how far that moves the points."""
    datum = reading.datum
    if datum is None or (datum.sample.empty and not reading.has_numbers):
        return
    sure = settled(reading)
    title = t("坐标系：{name}", name=name_datum(datum.system))
    with st.expander(title if sure else t("{title}（请核对）", title=title), expanded=not sure):
        for line in say_datum(reading):
            st.markdown(f"- {plain(line)}")
        known = datum.sample.dropna()
        if len(known):
            show_map(datum_map(known, area), key=f"datum_map_{key}", height_px=MAP_HEIGHT_PX)
        before = reading.terms.datum
        options = ["auto", *DATUMS, LOCAL]
        chosen = st.selectbox(
            t("按哪种坐标系读"),
            options,
            index=options.index(before) if before in options else 0,
            format_func=name_datum,
            key=f"datum_{key}",
        )
        if chosen == LOCAL:
            ask_control_points(file, reading, key)
            if before != LOCAL:
                st.session_state[OPEN_GRIDS] = True
        elif chosen != before:
            decide(file.file_hash, datum=chosen)
            st.rerun()


def _show_findings(reading: Reading | LayerReading) -> None:
    """Show what was repaired, assumed or set aside, and in which rows."""
    said = list(say_findings(reading.findings))
    with st.expander(t("读的时候做了什么（{n} 条）", n=len(said))):
        st.markdown("\n".join(f"- {plain(line)}" for line in said))
        rows = finding_rows(reading.findings)
        if len(rows):
            st.dataframe(rows, hide_index=True)


def _show_places(area: Area, file: Opened, reading: Reading, key: str) -> None:
    """Let the clerk put records without a place on the map."""
    rows = unplaced_rows(reading)
    if rows.empty:
        return
    placed = terms_of(file.file_hash).places
    left = [row for row in rows.index if row not in placed]
    with st.expander(
        t("没有地点的记录（{n} 行，已放 {done} 行）", n=len(rows), done=len(rows) - len(left)),
        expanded=bool(left),
    ):
        row = st.selectbox(
            t("给哪一行找地点"),
            list(rows.index),
            index=list(rows.index).index(left[0]) if left else 0,
            format_func=lambda number: t(
                "第 {row} 行：{said}", row=number, said=rows.loc[number, "address"] or t("没写地点")
            ),
            key=f"row_{key}_{len(placed)}",
        )
        st.markdown(plain(str(rows.loc[row, "summary"])))
        picked = pick_place(
            area,
            key=f"pick_{key}",
            revision=f"{key}_{row}",
            at=placed.get(int(row)),
            candidates=place_choices(reading, int(row)),
            height_px=MAP_HEIGHT_PX,
        )
        if st.button(t("就放在这里"), key=f"put_{key}", type="primary", disabled=picked is None):
            _put(file, int(row), (picked.lon, picked.lat) if picked else None)


def _put(file: Opened, row: int, at: tuple[float, float] | None) -> None:
    """Keep where a clerk put a record."""
    if at is not None:
        decide(file.file_hash, places={**terms_of(file.file_hash).places, row: at})
        st.rerun()
