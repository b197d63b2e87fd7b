"""Tables that people send, as CSV or a workbook: read by a process of its own, line by line, or refused in words.

`reading` is what the doors call; `text` and `workbook` work in the `child`. Nothing here knows what a column means.
"""
