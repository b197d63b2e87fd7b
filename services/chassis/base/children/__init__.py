"""Work that a process of its own does, with no secret and little room, so that what it is given ends nothing else.

`asking` is this side; `inside` is what the child itself uses, and imports nothing that takes long.
"""
