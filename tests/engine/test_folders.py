"""A process folder out of a zip: as a designer packs it, and as nobody should."""

import io
import random
import zipfile

import pytest

from engine import folders
from engine.errors import Refused
from tests.zips import own, unzipped, zipped

DRAWING = "bpmn/tip_check/tip_check.bpmn"


def test_what_is_packed_comes_out_as_it_was():
    found = folders.from_zip(zipped(own()))
    assert (found.process, found.files, found.unused) == ("tip_check", own(), ())


def test_the_folders_may_lie_anywhere_in_the_zip():
    found = folders.from_zip(zipped({f"新版 2/{name}": data for name, data in own().items()}))
    assert found.files == own()


def test_windows_separators_are_understood():
    found = folders.from_zip(zipped({name.replace("/", "\\"): data for name, data in own().items()}))
    assert found.files == own()


def test_what_is_not_used_is_named_and_rubbish_is_not():
    extra = {"bpmn/tip_check/说明.txt": b"", "bpmn/tip_check/a/b.json": b"", "bpmn/.DS_Store": b"", "__MACOSX/x": b""}
    assert folders.from_zip(zipped(own() | extra)).unused == ("bpmn/tip_check/说明.txt", "bpmn/tip_check/a/b.json")


def test_the_same_files_pack_to_the_same_bytes():
    assert folders.pack(own()) == folders.pack(dict(reversed(own().items())))
    assert unzipped(folders.pack(own())) == own()


def bomb(method=zipfile.ZIP_DEFLATED):
    return zipped(own() | {"bpmn/tip_check/a.json": b"0" * (21 << 20)}, method)


def lying():
    """A zip whose directory says that a big file is small."""
    data = bytearray(bomb())
    size = (21 << 20).to_bytes(4, "little")
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def in_gbk():
    """A zip from a Chinese Windows: names in GBK, without saying so."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (own() | {"bpmn/tip_check/QZTB.json": b"{}"}).items():
            archive.writestr(name, data)
    return out.getvalue().replace(b"QZTB.json", "核查.json".encode("gbk").ljust(9, b"_"))


def with_password():
    data = bytearray(zipped({"bpmn/tip_check/process.toml": b"x"}))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def twice():
    out = io.BytesIO()
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "w") as archive:
        for _ in range(2):
            archive.writestr("bpmn/tip_check/process.toml", "x")
    return out.getvalue()


HOSTILE = {
    "no zip": (lambda: b"PK\x03\x04 not really", "不是可以读取的 zip"),
    "empty": (lambda: zipped({}), "现在一个也没有"),
    "cut off": (lambda: zipped(own())[:-200], "不是可以读取的 zip"),
    "bomb": (bomb, "超过 20 MB"),
    "lying bomb": (lying, "不是可以读取的 zip"),
    "unbounded method": (lambda: zipped(own(), zipfile.ZIP_LZMA), "普通的 zip 压缩方式"),
    "too large": (lambda: b"PK" + b"0" * (20 << 20), "压缩包超过 20 MB"),
    "too many": (lambda: zipped({f"bpmn/x/{n}.json": b"" for n in range(2001)}), "2000 个文件"),
    "outside": (lambda: zipped({"bpmn/../../etc/x.toml": b"x"}), "路径不合法：bpmn/../../etc/x.toml"),
    "absolute": (lambda: zipped({"/bpmn/x/process.toml": b"x"}), "路径不合法"),
    "windows outside": (lambda: zipped({"..\\..\\bpmn\\x\\process.toml": b"x"}), "路径不合法"),
    "drive": (lambda: zipped({"C:\\bpmn\\x\\process.toml": b"x"}), "路径不合法"),
    "no process": (lambda: zipped({"forms/tip_check/a.json": b"{}"}), "现在一个也没有"),
    "two processes": (lambda: zipped(own() | own("coercion")), "现有 2 个：coercion、tip_check"),
    "foreign forms": (lambda: zipped(own() | {"forms/coercion/x.json": b"{}"}), "forms/coercion/ 不属于"),
    "names in gbk": (in_gbk, "文件名只能用英文字母"),
    "password": (with_password, "有密码"),
    "same name twice": (twice, "两个同名文件"),
    "names alike": (lambda: zipped(own() | {DRAWING.upper(): b""} | {"bpmn/tip_check/Process.toml": b""}), "同名"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_refused_in_words(kind):
    make, words = HOSTILE[kind]
    with pytest.raises(Refused) as refused:
        folders.from_zip(make())
    assert words in refused.value.detail


def test_no_damaged_zip_is_more_than_refused():
    whole, dice = zipped(own()), random.Random(20260212)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            folders.from_zip(bytes(data))
        except Refused as error:
            assert error.code == "E-COM-16"
