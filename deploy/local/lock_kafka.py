"""Write kafka.lock anew: resolve Kafka and a logger, fetch each jar, note its hash. By `make lock`."""

import hashlib
import tempfile
from pathlib import Path

from jgo.maven import MavenContext

WANTED = ("org.apache.kafka:kafka_2.13:4.3.1", "org.slf4j:slf4j-simple:1.7.36")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=60)
        wanted = [context.create_dependency(coordinate) for coordinate in WANTED]
        _, nodes = context.resolver.get_dependency_list(wanted)
        artifacts = {str(each.artifact): each.artifact for each in (*wanted, *(node.dep for node in nodes))}
        lines = [
            f"{hashlib.sha256(Path(artifact.resolve()).read_bytes()).hexdigest()}  "
            f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
            for artifact in artifacts.values()
        ]
    lines.sort(key=lambda line: line.split("  ")[1])
    Path(__file__).with_name("kafka.lock").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
