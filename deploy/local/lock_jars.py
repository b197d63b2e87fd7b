"""Write kafka.lock and verapdf.lock anew: resolve what is wanted, fetch each jar, note its hash. By `make lock`."""

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jgo.maven import MavenContext

KAFKA = ("org.apache.kafka:kafka_2.13:4.3.1", "org.slf4j:slf4j-simple:1.7.36")
VERAPDF = (
    "com.beust:jcommander:1.81",
    "com.fasterxml.jackson.core:jackson-annotations:2.15.0",
    "com.fasterxml.jackson.core:jackson-core:2.15.0",
    "com.fasterxml.jackson.core:jackson-databind:2.15.0",
    "com.sun.xml.bind:jaxb-core:2.3.0.1",
    "com.sun.xml.bind:jaxb-impl:2.3.2",
    "javax.activation:javax.activation-api:1.2.0",
    "javax.xml.bind:jaxb-api:2.4.0-b180830.0359",
    "net.java.dev.stax-utils:stax-utils:20070216",
    "org.mozilla:rhino:1.7.13",
    "org.verapdf.apps:greenfield-apps:1.28.2",
    "org.verapdf.apps:gui:1.28.2",
    "org.verapdf:core:1.28.2",
    "org.verapdf:feature-reporting:1.28.2",
    "org.verapdf:metadata-fixer:1.28.2",
    "org.verapdf:parser:1.28.2",
    "org.verapdf:pdf-model:1.28.2",
    "org.verapdf:validation-model:1.28.2",
    "org.verapdf:verapdf-xmp-core:1.28.2",
)
"""All of greenfield-apps 1.28.2: its ranges of versions ([1.28.0,1.29.0)) are none that the resolver reads."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=60)
        wanted = [context.create_dependency(coordinate) for coordinate in KAFKA]
        _, nodes = context.resolver.get_dependency_list(wanted)
        write("kafka", (each.artifact for each in (*wanted, *(node.dep for node in nodes))))
        write("verapdf", (context.create_dependency(coordinate).artifact for coordinate in VERAPDF))


def write(name: str, artifacts: Iterable[Any]) -> None:
    """One line a jar: its hash, and where a Maven repository keeps it."""
    lines = {
        f"{each.groupId}:{each.artifactId}:{each.version}": hashlib.sha256(
            Path(each.resolve()).read_bytes()
        ).hexdigest()
        for each in artifacts
    }
    text = "".join(f"{sha256}  {coordinates}\n" for coordinates, sha256 in sorted(lines.items()))
    Path(__file__).with_name(f"{name}.lock").write_text(text)


if __name__ == "__main__":
    main()
