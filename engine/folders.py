"""The files of a process as they lie in folders: read, named by one hash, packed and unpacked."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from engine.errors import Refused
from engine.spiff import parse


def collect(root: Path, process: str) -> dict[str, bytes]:
    """Read the files of a process below `root` (the project), with those of the folders that it calls."""
    files: dict[str, bytes] = {}
    for path in [root / "bpmn" / "roles.toml", *sorted((root / "forms" / "letters").glob("*"))]:
        if path.suffix in (".toml", ".html", ".css"):
            files[path.relative_to(root).as_posix()] = path.read_bytes()
    todo, done = [process], set()
    while todo:
        folder = todo.pop()
        if folder in done:
            continue
        done.add(folder)
        if not (root / "bpmn" / folder).is_dir():
            raise Refused(f"没有流程文件夹 bpmn/{folder}", "E-COM-20")
        for path in sorted([*(root / "bpmn" / folder).iterdir(), *(root / "forms" / folder).glob("*")]):
            if path.is_file() and path.suffix in (".bpmn", ".dmn", ".toml", ".json", ".html"):
                files[path.relative_to(root).as_posix()] = path.read_bytes()
        todo += [name for name in called_folders(files, folder) if (root / "bpmn" / name).is_dir()]
    return files


def called_folders(files: Mapping[str, bytes], folder: str) -> list[str]:
    """Return the process ids that diagrams of `folder` call and that no file of the folder holds."""
    own = {PurePosixPath(name).stem for name in files if name.startswith(f"bpmn/{folder}/")}
    called: set[str] = set()
    for name, data in files.items():
        if name.startswith(f"bpmn/{folder}/") and name.endswith(".bpmn"):
            try:
                called |= parse.called_elements(data)
            except parse.BadDiagram:
                continue  # the check reports the file with its reason
    return sorted(called - own)


def digest(files: Mapping[str, bytes]) -> str:
    """Return the hash that names a version: of all names and contents."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return total.hexdigest()


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one zip, the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of a stored zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
