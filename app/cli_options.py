"""Options that several commands read alike."""

import typer


def read_pairs(pairs: list[str]) -> dict[str, str]:
    """Read `ours=theirs` pairs.

    Examples
    --------
    >>> read_pairs(["type=事由"])
    {'type': '事由'}
    """
    columns = {}
    for pair in pairs:
        ours, separator, theirs = pair.partition("=")
        if not separator:
            message = f"{pair}: 应写作 本系统列名=原列名 / write ours=theirs"
            raise typer.BadParameter(message)
        columns[ours.strip()] = theirs.strip()
    return columns
