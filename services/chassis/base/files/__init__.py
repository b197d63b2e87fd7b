"""Files that people send: made safe before they are kept, named so that no program is misled, or refused in words.

`rewriting` is what the doors call; `pictures` and `documents` work in a process of their own (`child`).
"""
