"""Under which licences our packages stand: `python -m tests.licences` writes docs/licences.md anew.

Names come from the lock, licences from what each installed package says of itself.
"""

import re
from importlib.metadata import PackageNotFoundError, metadata

from hub_finder.config import ROOT

DOCUMENT = ROOT / "docs/licences.md"
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
# What packages write out in their own words.
SAME = {
    "BSD License": "BSD",
    "MIT License": "MIT",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Apache Software License": "Apache-2.0",
}
LONGEST_NAME = 40
ELSEWHERE = "not installed by this Python"
HEAD = (
    "# Licences of what we build on\n\n"
    "Hub Finder itself is under the [MIT licence](../LICENSE). Packages that the site runs with, each as "
    "`requirements.txt` pins it, and the licence that it states. `python -m tests.licences` writes this file; a test "
    "compares it.\n\n| Package | Licence |\n|---|---|\n"
)
FOOT = (
    "\nLGPL-3.0 (psycopg) and MPL-2.0 (certifi, orjson in part) ask that changes to these packages are given away; we "
    "change none. Beside packages: Leaflet (BSD-2-Clause) and Leaflet.markercluster (MIT) in `static/vendor`, Atkinson "
    "Hyperlegible Next (OFL-1.1) in `static/fonts`, GOV.UK Frontend (MIT) in the style sheet. Sources of data: "
    "[data/README.md](../data/README.md).\n"
)


def pinned(name: str) -> list[str]:
    """The packages of a lock file, each once."""
    return sorted(set(PINNED.findall((ROOT / name).read_text(encoding="utf-8"))))


def licence_of(package: str) -> str:
    """What a package states: an SPDX expression, a short name, or its classifier."""
    try:
        facts = metadata(package)
    except PackageNotFoundError:
        return ELSEWHERE
    stated = next((facts[name] for name in ("License-Expression", "License") if name in facts), "")
    if not stated or (len(stated) > LONGEST_NAME and "License-Expression" not in facts):
        classifiers = facts.get_all("Classifier") or []
        stated = " or ".join(one.split(" :: ")[-1] for one in classifiers if one.startswith("License"))
    return SAME.get(stated, stated)


def document() -> str:
    return HEAD + "".join(f"| {name} | {licence_of(name)} |\n" for name in pinned("requirements.txt")) + FOOT


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
