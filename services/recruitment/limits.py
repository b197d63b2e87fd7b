"""How often an account may do what somebody else has to answer, or what costs much. A page and its API share one."""

from services.chassis.http.limits import Limit

APPLY = Limit("apply", visitor=300)
"""Programs send it again until the account has arrived here, and every try counts."""
ENTER_BY_PHONE = Limit("enter_by_phone", visitor=300)
SEND_FILE = Limit("send_file", visitor=300)
"""Somebody with a pile of forms on paper scans one every quarter of a minute at best."""
SEND_LIST = Limit("send_list", visitor=60)
"""Each is read by a process of its own."""
ANSWER_LIST = Limit("answer_list", visitor=60, address=300)
"""Whoever opens the link that they were sent is a stranger. A whole hospital may be at one address."""
