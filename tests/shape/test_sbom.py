"""The bill of materials: a scanner finds in it all that is installed, by the names that advisories use."""

import json
import re
from typing import Any

from deploy.local import sbom
from tests.conftest import ROOT


def test_the_bill_of_materials_names_all_that_is_installed_with_a_hash_and_no_address() -> None:
    from cyclonedx.schema import SchemaVersion  # two seconds of work, of which one worker has need
    from cyclonedx.validation.json import JsonStrictValidator

    made = sbom.bill()
    text = json.dumps(made)
    assert "://" not in json.dumps(made["components"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    packages = re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    jars = (ROOT / "deploy" / "local" / "kafka.lock").read_text().split()[1::2]
    found: dict[str, Any] = {component["purl"]: component for component in made["components"]}
    assert len(packages) > 60
    assert {f"pkg:pypi/{name}@{version}" for name, version in packages} <= found.keys()
    assert {"pkg:maven/{}/{}@{}".format(*jar.split(":")[:3]) for jar in jars} <= found.keys()
    assert [purl for purl, one in found.items() if not one.get("hashes")] == [
        p for p in found if p.startswith("pkg:npm/")
    ]
