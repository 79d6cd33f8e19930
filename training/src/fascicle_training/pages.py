"""Tables that commands write into pages whose other words are written by hand."""

from __future__ import annotations

from pathlib import Path

END = "<!-- end of table -->"


def mark(command: str) -> str:
    """The line above the table of a command; END stands below it."""
    return f"<!-- table: fascicle-train {command} -->"


def put_into(page: Path, command: str, text: str) -> None:
    """Replaces what is between the marks of a command."""
    begin = mark(command)
    before, found, rest = page.read_text().partition(begin)
    _, end, after = rest.partition(END)
    if not found or not end:
        raise ValueError(f"{page}: a line {begin} and below it a line {END} say where the table belongs")
    page.write_text(f"{before}{begin}\n\n{text}\n{END}{after}")
