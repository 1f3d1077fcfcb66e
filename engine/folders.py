"""The files of a process as they lie in folders: read, named by one hash, packed and unpacked."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import Refused
from engine.spiff import parse

SUFFIXES = (".bpmn", ".dmn", ".toml", ".json", ".html")
LARGEST = 20 << 20
MOST_FILES = 2000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class Handed:
    """A process folder as somebody handed it in, and what else lay in the zip and is not used."""

    process: str
    files: Mapping[str, bytes]
    unused: tuple[str, ...] = ()


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
            if path.is_file() and path.suffix in SUFFIXES:
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


def own_files(files: Mapping[str, bytes], process: str) -> dict[str, bytes]:
    """Return the files of the process's own two folders, which is what its designers change."""
    return {name: data for name, data in files.items() if name.split("/")[1] == process}


def from_zip(data: bytes) -> Handed:
    """Return the process in an uploaded zip that holds `bpmn/<process>/` and `forms/<process>/`, wherever in it.

    Refused: more than 20 MB unpacked or packed, names that leave the folder, no or several processes.
    """
    if len(data) > LARGEST:
        raise _bad("压缩包超过 20 MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > LARGEST or len(entries) > MOST_FILES:
                raise _bad("压缩包展开后超过 20 MB 或 2000 个文件")
            files, unused = _sorted_out(archive, entries)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError) as error:
        raise _bad("不是可以读取的 zip 压缩包，请重新打包") from error
    processes = sorted({name.split("/")[1] for name in files if name.startswith("bpmn/")})
    if len(processes) != 1:
        found = f"，现有 {len(processes)} 个：{'、'.join(processes[:5])}" if processes else "，现在一个也没有"
        raise _bad(f"压缩包应当正好包含一个流程文件夹 bpmn/<流程>/{found}")
    if strange := sorted({name.split("/")[1] for name in files} - set(processes)):
        raise _bad(f"forms/{strange[0]}/ 不属于流程 {processes[0]}，请分开上传")
    return Handed(processes[0], files, tuple(unused))


def _sorted_out(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    unused, taken = [], set()
    for entry in entries:
        shown = _name_of(entry)
        path = PurePosixPath(shown.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise _bad(f"压缩包中的路径不合法：{shown[:200]}")
        if _JUNK & set(path.parts) or path.name.startswith("."):
            continue
        root = next((n for n, part in enumerate(path.parts) if part in ("bpmn", "forms")), None)
        parts = path.parts[root:] if root is not None else ()
        if len(parts) != 3 or path.suffix not in SUFFIXES:
            unused.append(shown)
            continue
        name = "/".join(parts)
        if not all(_NAME.fullmatch(part) for part in parts):
            raise _bad(f"文件名只能用英文字母、数字、点、横线和下划线：{shown[:200]}")
        if name.lower() in taken:
            raise _bad(f"压缩包中有两个同名文件：{name}")
        if entry.flag_bits & 1:
            raise _bad("压缩包有密码，请去掉密码重新打包")
        # The other methods unpack without a bound on what they return at once.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _bad("请用普通的 zip 压缩方式重新打包")
        taken.add(name.lower())
        files[name] = archive.read(entry)
    return files, unused


def _name_of(entry: zipfile.ZipInfo) -> str:
    # Chinese Windows writes names in GBK without saying so.
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", errors="replace")
    for encoding in ("ascii", "utf-8", "gbk"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _bad(detail: str) -> Refused:
    return Refused(detail, "E-COM-16", {"file": "E-COM-16"})
