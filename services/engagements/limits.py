"""How often an account may do what costs much. A page and its API share one."""

from services.chassis.http.limits import Limit

SEND_PAPER = Limit("send_paper", visitor=300)
"""Each is read by a process of its own; a role of sixty sessions has some papers for each."""
