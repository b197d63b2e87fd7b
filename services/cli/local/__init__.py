"""A network on this machine: what it needs is fetched once, started on loopback, and stopped without a trace.

From the top: `supervisor` runs it whole, `servers` its PostgreSQL and Kafka; `environment` says how other commands find
it. Below them: which programs there are (`java`, `jars`, `postgres_programs`, `prometheus`, `chromium`), how they are
started and ended (`processes`, `restarting`, `launch`), and what a state folder holds (`locks`, `ports`, `folders`).
"""
