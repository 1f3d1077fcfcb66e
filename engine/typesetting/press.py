"""The child process that turns a letter's template and frozen data into HTML and PDF, under limits.

It knows no database, no office and no network; what it may read is the font folder, what it may show was sent to it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import re
import resource
import struct
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, BinaryIO

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from engine.typesetting import wording

MEMORY = 1 << 30
CPU_SECONDS = 20
DATA_URL_BYTES = 2 << 20
# As the standard has it; then closer lines (GB/T 9704, 7.3.5.5); then text taken along to the signature's page.
PACES = (
    None,
    ":root{--leading:27.4pt;--form-leading:22.4pt} .signature{margin-top:40pt;padding-bottom:12pt}",
    ".signature,.note,.imprint.place{break-before:avoid} .signature,.note{break-after:avoid}",
)
FAMILIES = {
    "AnDu FangSong": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FandolFang"),
    "AnDu BiaoSong": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK", "FandolSong"),
    "AnDu Hei": ("SimHei", "黑体", "FandolHei"),
    "AnDu Kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "FandolKai"),
    "AnDu Figures": (),
}
HEAVY = ("AnDu BiaoSong", "AnDu Hei")
# What stands on a page, by the classes of the layouts.
KINDS = {name: "text" for name in ("matter", "hands", "annex")}
KINDS |= {"signature": "signature", "note": "note", "drawn": "imprint", "place": ""}
# Opening a file is decided by its path; everything else here has no business in typesetting.
FORBIDDEN = ("socket.", "subprocess.", "shutil.", "urllib.", "http.", "ftplib.", "smtplib.", "os.")
HARMLESS = ("os.listdir", "os.scandir", "os.walk", "os.fwalk")


class Blank:
    """A fact that is not there: prints as nothing, is false, equals only another absence."""

    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __getattr__(self, name: str) -> Blank:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, _key: object) -> Blank:
        return self

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Blank)

    def __lt__(self, _other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__
    __hash__ = None  # type: ignore[assignment]


BLANK = Blank()


class Record:
    """A group of facts; has no methods, because a form may well call a field `items`."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return wrapped(self._values.get(name))

    def __getitem__(self, name: str) -> Any:
        return wrapped(self._values.get(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __str__(self) -> str:
        return ""


def wrapped(value: Any) -> Any:
    """Give a JSON value the manners that templates expect."""
    if value is None:
        return BLANK
    if isinstance(value, dict):
        return Record(value)
    return [wrapped(entry) for entry in value] if isinstance(value, list) else value


def environment(templates: Mapping[str, str]) -> ImmutableSandboxedEnvironment:
    """Return the sandbox in which these templates are filled in."""
    sandbox = ImmutableSandboxedEnvironment(
        # A template goes by its own name in tracebacks, so that an error can say where it is.
        loader=FunctionLoader(lambda name: (templates[name], f"模板 {name}", None) if name in templates else None),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printed,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    sandbox.globals.pop("lipsum")
    sandbox.globals["blank"] = BLANK  # a row to fill in by hand
    sandbox.filters.update(
        cn_date=wording.cn_date,
        cn_datetime=wording.cn_datetime,
        cn_money=wording.cn_money,
        yuan=wording.yuan,
        in_characters=wording.in_characters,
        checked=wording.checked,
        yes_no=wording.yes_no,
        sentence=wording.sentence,
        title_lines=title_lines,
        or_line=or_line,
        lines=lambda text: [line.strip() for line in str(text).splitlines() if line.strip()],
        person=_naming("users", "name"),
        certificate=_naming("users", "certificate"),
        office=_naming("orgs", "name"),
        attachment=_naming("files", "name"),
        stem=lambda name: Markup(str(name).rsplit(".", 1)[0]) if isinstance(name, Markup) else str(name),
        reference=_naming("references", "title"),
    )
    return sandbox


def title_lines(title: object, width: int = 19) -> list[str]:
    """Return the lines of a title; what was made safe for HTML before is text again, to be made safe line by line."""
    text = title.unescape() if isinstance(title, Markup) else str(title)
    return wording.title_lines(wording.cn_text(text), width)


def or_line(value: object, width: int = 6) -> object:
    """Print the value, or a line to write on by hand."""
    if value in ("", None, []) or isinstance(value, Blank):
        return Markup('<span class="blank" style="width: {}em"></span>').format(int(width))
    return value


def check(name: str, templates: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """Return what is wrong with a template, without data: syntax, missing layouts, names nobody gives."""
    sandbox, todo, problems = environment(templates), [name], []
    trees: dict[str, nodes.Template] = {}
    asked: dict[str, set[str]] = {}
    while todo:
        current = todo.pop()
        if current not in templates:
            problems.append(f"缺少模板 {current}")
        elif current not in trees:
            try:
                trees[current] = sandbox.parse(templates[current], name=current)
                asked[current] = meta.find_undeclared_variables(trees[current])  # meets unknown filters and tests
            except TemplateSyntaxError as error:
                problems.append(f"模板 {current} 第 {error.lineno} 行：{error.message}")
            else:
                todo += [found for found in meta.find_referenced_templates(trees[current]) if found]
    # A layout gives its blocks what it imports.
    lent = {found.target for tree in trees.values() for found in tree.find_all(nodes.Import)}
    for current, words in asked.items():
        unknown = words - set(known) - set(sandbox.globals) - lent
        problems += [f"模板 {current} 用到没有的名称 {word}" for word in sorted(unknown)]
    return problems


def serve() -> None:
    """Answer requests on standard input until it is closed."""
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):  # nothing that a library prints may get between the frames
        os.dup2(silence, number)
    press = Press([Path(folder) for folder in sys.argv[1:]])
    status = os.open("/proc/self/status", os.O_RDONLY)
    _confine([Path(folder) for folder in sys.argv[1:]])
    while (request := _read(source)) is not None:
        answer, paper = press.answer(json.loads(request))
        answer["memory"] = _megabytes(status)
        _write(target, json.dumps(answer).encode())
        _write(target, paper)


class Press:
    """The fonts, loaded once, and the templates compiled last."""

    def __init__(self, folders: Sequence[Path]) -> None:
        # WeasyPrint reads the font configuration when it is imported and again for the shared FontConfiguration.
        with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as file:
            file.write(font_configuration(folders))
            file.flush()
            os.environ["FONTCONFIG_FILE"] = file.name
            import weasyprint
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import FatalURLFetchingError

            self.fonts = FontConfiguration()
        self.weasyprint = weasyprint
        self.fatal = FatalURLFetchingError
        self.fetcher = _fetcher()
        self.environments: dict[str, ImmutableSandboxedEnvironment] = {}
        self.complaints = _Complaints()
        logging.getLogger("weasyprint").addHandler(self.complaints)
        logging.getLogger("weasyprint").setLevel(logging.WARNING)
        self._warm_up()

    def answer(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Carry out one request; whatever goes wrong is an answer too."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, hard))
        try:
            if request["do"] == "check":
                return {"problems": check(request["name"], request["templates"], request["known"])}, b""
            html = self.fill(request["name"], request["templates"], request["data"], request["assets"])
            if request["do"] == "html":
                return {"html": html}, b""
            return self.print(html, request["assets"])
        except TemplateSyntaxError as error:
            return {"error": f"模板 {error.name or request['name']} 第 {error.lineno} 行：{error.message}"}, b""
        except TemplateError as error:
            place = _place(error)
            return {"error": f"{place or request['name']}：{error.message or type(error).__name__}"}, b""
        except self.fatal as error:
            return {"error": f"文书引用了不允许的外部资源：{error}"}, b""
        except MemoryError:
            return {"error": "文书过大，排版内存不足", "retire": True}, b""
        except RecursionError:
            return {"error": "文书嵌套过深，无法排版"}, b""
        except Exception as error:
            # The child has no log of its own: the caller records what it is told here.
            place = _place(error)
            return {"error": f"排版失败（{place or request.get('name', '')}）：{type(error).__name__} {error}"}, b""

    def fill(self, name: str, templates: Mapping[str, str], data: Mapping[str, Any], assets: Mapping[str, str]) -> str:
        """Return the letter as HTML."""
        key = hashlib.sha256(json.dumps(templates, sort_keys=True).encode()).hexdigest()
        if key not in self.environments:
            if len(self.environments) >= 8:
                self.environments.pop(next(iter(self.environments)))
            self.environments[key] = environment(templates)
        facts = {word: wrapped(value) for word, value in data.items() if word != "names"}
        facts["names"] = data.get("names", {})
        return self.environments[key].get_template(name).render(facts | {"assets": sorted(assets)})

    def print(self, html: str, assets: Mapping[str, str]) -> tuple[dict[str, Any], bytes]:
        """Set the pages, again at another pace while a signature stands alone on one."""
        self.complaints.said.clear()
        self.fetcher.assets, self.fetcher.refused = assets, []
        source = self.weasyprint.HTML(string=html, url_fetcher=self.fetcher, base_url="andu:")
        document, worst = None, 0
        for pace in PACES:
            tried = self._set(source, pace)
            found = faults(tried)
            if document is None or found < worst:
                document, worst = tried, found
            if not worst:
                break
        paper = document.write_pdf(pdf_identifier=hashlib.sha256(html.encode()).digest()[:16])
        if self.fetcher.refused:  # drawings inside drawings swallow the error
            raise self.fatal(self.fetcher.refused[0])
        return {"html": html, "pages": len(document.pages), "warnings": sorted(set(self.complaints.said))}, paper

    def _set(self, source: Any, rule: str | None) -> Any:
        sheets = []
        if rule is not None:
            sheets.append(self.weasyprint.CSS(string=rule, font_config=self.fonts, url_fetcher=self.fetcher))
        return source.render(font_config=self.fonts, stylesheets=sheets)

    def _warm_up(self) -> None:
        # The first page loads modules, hyphenation and font tables; done here, it is not the first letter's delay.
        families = "".join(f"<p style='font-family:{family}'>安督㛃 1" for family in FAMILIES)
        self.print(f"<html lang=zh-CN><meta charset=utf-8><body>{families}</body>", {})


def font_configuration(folders: Sequence[Path]) -> str:
    """Return the fontconfig file: these folders alone, and which fonts stand for the letters' families."""
    rows = [f"<dir>{escape(str(folder))}</dir>" for folder in folders]
    for family, members in FAMILIES.items():
        heavy = ("AnDu Heavy Song",) if family in HEAVY else ()
        chain = (*members, *heavy, "AnDu Song", "AnDu Signs")
        prefer = "".join(f"<family>{escape(name)}</family>" for name in chain)
        rows.append(f'<alias binding="same"><family>{family}</family><prefer>{prefer}</prefer></alias>')
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        + "".join(rows)
        + "<config><rescan><int>0</int></rescan></config></fontconfig>"
    )


def faults(document: Any) -> int:
    """Weigh what must not happen: a signature without text on its page (2), an imprint alone on the last one (1)."""
    # WeasyPrint offers no public way to what stands on a page.
    pages = [set(_kinds(page._page_box, "")) for page in document.pages]
    lone = any("signature" in page and "text" not in page for page in pages)
    return 2 * lone + (len(pages) > 1 and pages[-1] == {"imprint"})


def _kinds(box: Any, inside: str) -> Iterator[str]:
    element = getattr(box, "element", None)
    classes = (element.get("class") or "").split() if hasattr(element, "get") else []
    inside = next((KINDS[name] for name in classes if name in KINDS), inside)
    if type(box).__name__ == "LineBox" and inside:
        yield inside
    for child in getattr(box, "children", ()):
        yield from _kinds(child, inside)


def _printed(value: object) -> object:
    if value is None:
        return ""
    return wording.cn_text(value) if type(value) is str else value


def _naming(kind: str, key: str) -> Callable[..., Any]:
    @pass_context
    def name(context: Context, value: object) -> object:
        known = context.get("names", {}).get(kind, {})
        rows = value if isinstance(value, list) else [value]
        found = [str(known.get(row, {}).get(key, row if key != "certificate" else "")) for row in rows if row]
        # A file keeps the very name it was handed in under.
        return Markup(escape("、".join(found))) if kind == "files" else "、".join(found)

    return name


def _place(error: BaseException) -> str:
    frame, place = error.__traceback__, ""
    while frame is not None:
        if frame.tb_frame.f_code.co_filename.startswith("模板 "):
            place = f"{frame.tb_frame.f_code.co_filename} 第 {frame.tb_lineno} 行"
        frame = frame.tb_next
    return place


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


def _fetcher() -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        """Gives pictures that were sent along, and small data; any other address stops the letter."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=["data"], allow_redirects=False)
            self.assets: Mapping[str, str] = {}
            self.refused: list[str] = []

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url.startswith("app-asset:"):
                picture = self.assets.get(url.removeprefix("app-asset:"))
                if picture is None:
                    raise self._no(url)
                return URLFetcherResponse(url, base64.b64decode(picture))
            if url.startswith("data:") and len(url) <= DATA_URL_BYTES * 4 // 3 + 100:
                return super().fetch(url, headers)
            raise self._no(url)

        def _no(self, url: str) -> FatalURLFetchingError:
            self.refused.append(url[:200])
            return FatalURLFetchingError(url[:200])

    return Fetcher()


def _confine(folders: Sequence[Path]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = Path(__file__).resolve().parents[2]
    readable = tuple(
        str(Path(folder).resolve()) + os.sep
        for folder in (*folders, sys.prefix, sys.base_prefix, library / "engine" / "typesetting")
    )

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode = arguments[0], arguments[1]
            if isinstance(path, int):
                return
            if (mode or "r")[:1] == "r" and "+" not in (mode or "") and _below(path, readable):
                return
            raise PermissionError(f"不允许打开 {path!r}")
        if event.startswith(FORBIDDEN) and event not in HARMLESS:
            raise PermissionError(f"不允许 {event}")

    sys.addaudithook(guard)


def _below(path: object, folders: tuple[str, ...]) -> bool:
    return os.path.realpath(os.fsdecode(path)).startswith(folders)  # type: ignore[arg-type]


def _megabytes(status: int) -> int:
    """Return the most memory that this process has held; getrusage may tell of its parent, from before the exec."""
    found = re.search(rb"VmHWM:\s+(\d+)", os.pread(status, 4096, 0))
    return int(found[1]) // 1024 if found else 0


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    return source.read(struct.unpack(">I", head)[0])


def _write(target: BinaryIO, frame: bytes) -> None:
    target.write(struct.pack(">I", len(frame)))
    target.write(frame)
    target.flush()
