"""Collect every text of the tree, merge it into both catalogues and compile them.

Run it with `python -m app.catalogue`; it names the texts that still wait for a translation.
"""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.i18n import DOMAIN, LANGUAGES, LOCALES

TREE = Path(__file__).parent.parent
PACKAGES = ("app", "data", "spatial", "routing", "reports")
KEYWORDS: dict[str, None] = {"t": None, "N_": None}
HEADER = "# Texts of Xunge; kept by `python -m app.catalogue`."
STAMP = datetime(2026, 1, 1, tzinfo=UTC)
"""Fixed, so that the same texts give the same file."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]+")
PLACEHOLDER = re.compile(r"{[^{}]*}")


def is_chinese(text: str) -> bool:
    """Tell whether a text is written in Chinese, though a name in it may be Latin.

    Examples
    --------
    >>> is_chinese("共 {n} 起"), is_chinese("Write 是 or 否."), is_chinese("精确 Gi* 检验")
    (True, False, True)
    """
    written = PLACEHOLDER.sub("", text)
    return len(CHINESE.findall(written)) > len(LATIN.findall(written))


def collect_texts(tree: Path = TREE) -> list[str]:
    """Return every text marked with `t` or `N_` in the packages, sorted."""
    found = set()
    for package in PACKAGES:
        for _, _, text, _, _ in extract_from_dir(
            tree / package, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(text)
    return sorted(text for text in found if isinstance(text, str) and text)


def path_of(language: str) -> Path:
    """Return where the catalogue of a language is kept."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """Read the stored catalogue of a language; an empty one where none is stored."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, domain=DOMAIN, header_comment=HEADER)
    with path.open("rb") as stored:
        return read_po(stored, locale=language, domain=DOMAIN)


def merge(language: str, texts: list[str]) -> Catalog:
    """Keep the translations of texts still in use; a text in the language stands for itself."""
    stored = read_catalogue(language)
    merged = Catalog(
        locale=language,
        domain=DOMAIN,
        header_comment=HEADER,
        fuzzy=False,
        creation_date=STAMP,
        revision_date=STAMP,
    )
    for text in texts:
        known = stored.get(text)
        translation = known.string if known is not None else ""
        if is_chinese(text) == (language == "zh"):
            translation = text
        merged.add(text, translation)
    return merged


def store(language: str, catalogue: Catalog) -> None:
    """Write a catalogue as text and compiled."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as text:
        write_po(text, catalogue, width=0, no_location=True, omit_header=False)
    with path.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, catalogue)


def main() -> int:
    """Bring both catalogues up to date; return 1 if a translation is missing."""
    texts = collect_texts()
    waiting = []
    for language in LANGUAGES:
        catalogue = merge(language, texts)
        store(language, catalogue)
        waiting += [
            f"{language}: {entry.id}" for entry in catalogue if entry.id and not entry.string
        ]
    sys.stdout.write("".join(f"{line}\n" for line in waiting))
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
