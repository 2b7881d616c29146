# SPDX-License-Identifier: Apache-2.0
"""Files as text and as JSON documents. Whatever is wrong with a file is one `Error` that names it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

from .._error import Error

PathLike = Union[str, "os.PathLike[str]"]

#: Larger files are refused before they are read: results with every request saved reach some hundred megabytes.
most_bytes = 1 << 30


@dataclass(frozen=True)
class Parsed:
    """A file that was already read: its name, and the JSON values that stand in it."""

    path: Path
    values: list[Any]


def named(source: Any) -> str:
    """What an error calls `source`."""
    if isinstance(source, Parsed):
        return str(source.path)
    return os.fspath(source) if isinstance(source, (str, os.PathLike)) else "what was handed over"


def text_of(path: PathLike) -> str:
    """The text of a file."""
    try:
        size = os.path.getsize(path)
        if size > most_bytes:
            raise Error(f"{os.fspath(path)} has {size:,} bytes; at most {most_bytes:,} are read")
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except OSError as e:
        raise Error(f"cannot read {os.fspath(path)}: {e.strerror or e}") from None
    except (UnicodeDecodeError, ValueError) as e:
        if isinstance(e, Error):
            raise
        raise Error(f"{os.fspath(path)!r} is not text in UTF-8") from None


def documents(content: str, where: str) -> list[Any]:
    """The JSON values of `content`: one, or one after the other as `--append-result` and JSON lines write them."""
    decoder = json.JSONDecoder()
    found: list[Any] = []
    at, end = 0, len(content)
    while True:
        while at < end and content[at] in " \t\r\n\x1e":
            at += 1
        if at >= end:
            break
        try:
            value, at = decoder.raw_decode(content, at)
        except RecursionError:
            raise Error(f"{where} is nested too deeply to be a benchmark result") from None
        except ValueError as e:
            line = content.count("\n", 0, at) + 1
            after = f" after {len(found)} whole results" if found else ""
            raise Error(f"{where} is not JSON, or breaks off{after}: line {line}: {str(e)[:120]}") from None
        found.append(value)
    if not found:
        raise Error(f"{where} is empty")
    return found


def flat(values: list[Any]) -> Iterator[Any]:
    """The results in `values`, whether they stand alone or in one list."""
    for value in values:
        if isinstance(value, list):
            yield from value
        else:
            yield value


def files_of(path: PathLike) -> list[Path]:
    """The file itself, or every .json, .jsonl, .csv, .md, .sql and .txt file of a folder, in order of their names."""
    if not os.path.isdir(path):
        return [Path(path)]
    try:
        names = sorted(os.listdir(path))
    except OSError as e:
        raise Error(f"cannot read {os.fspath(path)}: {e.strerror or e}") from None
    endings = (".json", ".jsonl", ".ndjson", ".csv", ".md", ".sql", ".txt")
    files = [Path(path) / n for n in names if n.lower().endswith(endings) and not n.endswith(".pytorch.json")]
    if not files:
        raise Error(f"no result file ({', '.join(endings)}) in the folder {os.fspath(path)}")
    return files
