"""The office's rules by which clear repetitions are merged without asking: seen, saved, ended."""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from app.desk import clerk, keep, now
from app.edits import opened
from app.i18n import t
from app.labels import SOURCES, name_source
from app.text import plain
from data.area import Area
from data.decisions import saved_rules
from data.ledger.duplicate_rules import DuplicateRule
from data.store.engine import has_store
from data.store.memory import save_duplicate_rule

FARTHEST_M, LONGEST_H = 100, 24
"""Beyond these nothing is proposed, so no rule can merge it."""
INVENTED = frozenset({"generated", "demo", "unknown"})


def show_rules(area: Area) -> None:
    """Show the saved rules, and let a clerk save one or end one."""
    rules = _list(area)
    with st.expander(t("重复的合并规则（{n} 条）", n=len(rules))):
        st.caption(
            t("符合规则的疑似重复不再一条条问，导入时直接并入；记在修改记录里，随时可以拆开。")
        )
        if rules:
            st.dataframe(pd.DataFrame([_row(rule) for rule in rules]), hide_index=True)
            names = [rule.name for rule in rules]
            ended = st.selectbox(
                t("停用哪一条"), names, index=None, key="rule_ended", placeholder=t("规则")
            )
            if ended and st.button(t("停用这条规则"), key="rule_end"):
                keep(lambda: _save(area, rules[names.index(ended)], off=True), t("规则已停用。"))
        _ask(area)


def _ask(area: Area) -> None:
    """Ask for a rule."""
    with st.form("rule", border=False, clear_on_submit=True):
        name = st.text_input(t("规则名称"), max_chars=40)
        codes = [code for code in SOURCES if code not in INVENTED]
        sources = st.multiselect(
            t("只限这些来源（不选为不限）"),
            codes,
            format_func=name_source,
            key="rule_sources",
            placeholder=t("不限"),
        )
        left, middle, right = st.columns(3)
        within_m = left.number_input(t("相距不超过（米）"), 0, FARTHEST_M, 50)
        within_h = middle.number_input(t("相隔不超过（小时）"), 0.0, float(LONGEST_H), 2.0)
        similar = right.number_input(t("文字相同不少于（%）"), 0, 100, 80)
        if st.form_submit_button(t("保存规则")):
            keep(
                lambda: _save(
                    area,
                    DuplicateRule(
                        name.strip(), frozenset(sources), float(within_m), within_h, similar / 100
                    ),
                ),
                t("规则已保存。"),
            )


def _list(area: Area) -> list[DuplicateRule]:
    if not has_store(area.folder):
        return []
    with opened(area) as store:
        return saved_rules(store, area.key)


def _save(area: Area, rule: DuplicateRule, *, off: bool = False) -> None:
    """Keep a rule, or that it no longer holds."""
    said = {**asdict(rule), "sources": sorted(rule.sources)}
    with opened(area) as store:
        save_duplicate_rule(
            store, area.key, {**said, "off": True} if off else said, who=clerk(), now=now()
        )


def _row(rule: DuplicateRule) -> dict[str, object]:
    """Return a rule as a row of a table."""
    return {
        t("规则"): plain(rule.name),
        t("来源"): t("、").join(map(name_source, sorted(rule.sources))) or t("不限"),
        t("相距（米）"): rule.within_m,
        t("相隔（小时）"): rule.within_h,
        t("文字相同"): f"{rule.similar:.0%}",
    }
