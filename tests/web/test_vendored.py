"""The browser code that is kept in the repository: unchanged, licensed, and needing nobody else's server."""

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "web" / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
FRONTEND = Path(__file__).parents[2] / "web" / "frontend"


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_a_vendored_file_is_what_the_manifest_says(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == MANIFEST["files"][name]["sha256"]


def test_nothing_lies_there_that_the_manifest_does_not_name():
    found = {path.name for path in VENDOR.iterdir() if path.is_file()} - {"manifest.json"}
    assert found == set(MANIFEST["files"])


def test_every_package_comes_with_its_licence():
    for name, package in MANIFEST["packages"].items():
        assert package["license"], name
        assert (VENDOR / package["text"]).stat().st_size > 200, name


def test_versions_are_exact():
    wanted = json.loads((FRONTEND / "package.json").read_text())["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert wanted["htmx.org"] == "4.0.1"


def test_the_lock_names_no_registry():
    assert "http" not in re.sub(
        r'"(funding|url)": ("[^"]*"|\{[^}]*\})', "", (FRONTEND / "package-lock.json").read_text()
    )


@pytest.mark.parametrize(
    "path", [*STATIC.glob("*.js"), *STATIC.glob("*.css"), *VENDOR.glob("*.css")], ids=lambda p: p.name
)
def test_no_file_asks_another_server(path):
    addresses = re.findall(r"""(?:url\(|@import|fetch\()\s*["'`]?(?:https?:)?//[^"'`)]+""", path.read_text())
    assert addresses == []


def test_no_template_runs_a_script_of_its_own():
    for path in (Path(__file__).parents[2] / "web" / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path
        assert not re.search(r"""\son[a-z]+\s*=\s*["']""", text), path
        assert "https://" not in text, path
