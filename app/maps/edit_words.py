"""Buttons and hints of the maps that give something back."""

from app.i18n import t


def pick_words() -> dict[str, str]:
    """Say what to do while a place is chosen."""
    return {
        "click": t("请在地图上点一下事情发生的地方。"),
        "choose": t("点一个带数字的候选地点，或点地图上的任意位置。"),
        "move": t("红色标记是现在的位置；点别处或拖动它，可以改正。"),
        "placed": t("位置已选好，可以拖动红色标记再调整；请在下面保存。"),
    }


def draw_words(kind: str, unit: str) -> dict[str, str]:
    """Name the buttons, and say what to do while shapes are drawn."""
    said = {
        "add": t("新画一个{unit}", unit=unit),
        "remove": t("删除选中的{unit}", unit=unit),
        "remove_corner": t("删除这个角点"),
        "undo": t("退回一步"),
        "finish": t("画完了"),
        "cancel": t("不画了"),
        "removed": t("已删除；点“退回一步”可以恢复。"),
        "added": t("已画好；请在下面的表里填写名称，再保存。"),
        "moved": t("已移动；点“退回一步”可以恢复。改完请在下面保存。"),
        "none": t("这里还没有{unit}；点“新画一个{unit}”开始。", unit=unit),
    }
    if kind == "point":
        return {
            **said,
            "click": t("请在地图上点一下{unit}的位置。", unit=unit),
            "select": t("拖动带数字的圆点改位置；点一下圆点选中它。"),
            "correct_point": t("已选中；拖动改位置，或点“删除选中的{unit}”。", unit=unit),
            "select_first": t("请先点一个带数字的圆点。"),
        }
    return {
        **said,
        "select": t("点一块区域选中它，再拖动边上的白色圆点。"),
        "correct": t("拖动大圆点移动角点，拖动小圆点增加角点；放大地图可看到更多角点。"),
        "corner": t("已选中一个角点（黄色）；可以拖动或删除它。"),
        "select_first": t("请先点一块区域。"),
        "draw": t("沿着边界一个角一个角地点；点错了就点“退回一步”。"),
        "draw_end": t("继续点；双击，或点“画完了”结束。"),
        "too_few": t("一块区域至少要有三个角点。"),
    }
