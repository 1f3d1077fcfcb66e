"""Process folders as zips, as a designer would pack them, and as nobody should."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from engine import bundles, folders
from tests.office import ROOT


def own(process: str = "tip_check") -> dict[str, bytes]:
    """Return the files of a process's own two folders."""
    return folders.own_files(bundles.collect(ROOT, process), process)


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(name: str, old: str, new: str, process: str = "tip_check") -> dict[str, bytes]:
    """Return the own files of a process with a text replaced in one of them."""
    files = own(process)
    assert old in files[name].decode(), f"{old!r} does not stand in {name}"
    return files | {name: files[name].decode().replace(old, new).encode()}
