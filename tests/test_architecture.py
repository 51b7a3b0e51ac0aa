"""Imports go down only: careers, then schools, then the ground of portal. Nobody imports the roof."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOF = {
    "portal.settings",
    "portal.urls",
    "portal.searching",
    "portal.wsgi",
    "portal.views",
    "portal.sitemaps",
    "portal.api",
    "portal.reported",
    "portal.reporting",
}
FLOORS = {"portal": 0, "schools": 1, "careers": 2}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "signals", "core", "common", "misc"}


def modules():
    for app in FLOORS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def name_of(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, module: str, is_package: bool = False):
    """Every module this source imports, also inside functions; `from a import b` may mean a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.split(".")
                above = above[: len(above) - node.level + is_package]
                base = ".".join([*above, *filter(None, [base])])
            yield base, node.lineno
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def wrong_imports(source: str, module: str, is_package: bool = False) -> list[str]:
    """The imports of this module that go up, or reach for the roof."""
    if module in ROOF:
        return []
    floor = FLOORS[module.partition(".")[0]]
    return [
        f"{module}:{line} imports {target}"
        for target, line in imports(source, module, is_package)
        if FLOORS.get(target.partition(".")[0], -1) > floor or target in ROOF
    ]


@pytest.mark.parametrize("path", list(modules()), ids=name_of)
def test_imports_go_down_only(path):
    assert not wrong_imports(path.read_text(), name_of(path), path.name == "__init__.py")


def test_no_module_is_named_after_nothing():
    found = {part for path in modules() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not found & FORBIDDEN_NAMES


def test_tests_and_programs_stay_out_of_the_portal():
    """What serves pages needs no test library, and nothing imports the tests or the benchmarks."""
    for path in modules():
        for target, line in imports(path.read_text(), name_of(path), path.name == "__init__.py"):
            assert target.partition(".")[0] not in {"pytest", "tests", "benchmarks", "factory"}, f"{path}:{line}"


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("portal.publishing", "from schools.models import School"),
        ("portal.publishing", "import careers"),
        ("schools.filters", "from careers import models"),
        ("schools.filters", "def late():\n    import careers.figures"),
        ("schools.models.directory", "from ...careers.models import Article"),
        ("careers.figures", "from portal import views"),
        ("careers.figures", "from portal.settings import ROOT"),
        ("portal.middleware", "from . import views"),
    ],
)
def test_the_watchman_is_awake(module, source):
    assert wrong_imports(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("careers.figures", "from schools.models import School\nfrom portal.publishing import Publishable"),
        ("schools.filters", "from portal import facets\nfrom django.conf import settings"),
        ("portal.urls", "from careers.models import Article\nfrom portal import views"),
    ],
)
def test_the_watchman_lets_the_right_ones_pass(module, source):
    assert not wrong_imports(source, module)
