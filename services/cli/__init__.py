"""The `pln` command: run and look after a network on this machine. It is no service; services know nothing of it.

`main` names the commands. Each room imports only from those below it:

- `commands`: one module for each command, of the command's name: its words, and what it prints.
- `demo`: the demo region, what `pln up` shows of it, and the tour through the network's main job.
- `archive`: backups, and making services agree with what Kafka knows after a restore.
- `verify`: the checker: does the network keep what it promises?
- `mailbox`: the demo's mailbox, a program of its own.
- `clients`: how the rooms above reach a network: its API, its topics, its databases.
- `local`: PostgreSQL, Kafka, the services and their ports, processes and folders on this machine.
- `base`: how they print, and how they say what stands in the way.
"""
