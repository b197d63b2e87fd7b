"""`make sbom`: what the network is made of, as CycloneDX 1.6, for whichever scanner knows the advisories of the day.

The Python packages come from requirements.lock by cyclonedx-py; Kafka's jars and the built style sheet are added from
their own locks. It is the same text for the same locks.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
OUTPUT = CHECKOUT / ".pln" / "sbom.json"


def main() -> int:
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(bill(), indent=2) + "\n")
    print(f"{OUTPUT.relative_to(CHECKOUT)}: {len(json.loads(OUTPUT.read_text())['components'])} components")
    return 0


def bill() -> dict[str, Any]:
    """The whole bill of materials, with a package URL and a hash for everything that has one."""
    made = _of_python()
    for component in made["components"]:
        for repeated in ("description", "externalReferences"):  # the lock's lines, and addresses of an index
            component.pop(repeated, None)
    made["components"] += [*_jars(), *_frontend()]
    return made


def _of_python() -> dict[str, Any]:
    order = [sys.executable, "-m", "cyclonedx_py", "requirements", "--pyproject", "pyproject.toml", "--short-PURLs"]
    order += ["--output-reproducible", "--spec-version", "1.6", "requirements.lock"]
    made = subprocess.run(order, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    found = json.loads(made.stdout)
    for component in found["components"]:
        component["hashes"] = _hashes(component)
    return found


def _hashes(component: dict[str, Any]) -> list[dict[str, str]]:
    """Of every file of that version that may be installed, as the lock has them."""
    given = [one for link in component.get("externalReferences", []) for one in link.get("hashes", [])]
    return sorted(given, key=lambda one: one["content"])


def _jars() -> list[dict[str, Any]]:
    lines = (CHECKOUT / "deploy" / "local" / "kafka.lock").read_text().splitlines()
    return [_jar(*line.split()) for line in lines if line and not line.startswith("#")]


def _jar(sha256: str, coordinates: str) -> dict[str, Any]:
    group, name, version = coordinates.split(":")[:3]
    purl = f"pkg:maven/{group}/{name}@{version}"
    hashes = [{"alg": "SHA-256", "content": sha256}]
    about = {"group": group, "name": name, "version": version, "purl": purl, "hashes": hashes}
    return {"type": "library", "bom-ref": purl, **about}


def _frontend() -> list[dict[str, Any]]:
    """What the style sheet and the script are built from, and are committed as."""
    lock = json.loads((CHECKOUT / "deploy" / "frontend" / "package-lock.json").read_text())
    found = lock["packages"]["node_modules/nhsuk-frontend"]
    purl = f"pkg:npm/nhsuk-frontend@{found['version']}"
    return [
        {"type": "library", "bom-ref": purl, "name": "nhsuk-frontend", "version": found["version"], "purl": purl},
    ]


if __name__ == "__main__":
    sys.exit(main())
