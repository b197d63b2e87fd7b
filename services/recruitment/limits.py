"""How often an account may do what somebody else has to answer, or what costs much. A page and its API share one."""

from services.chassis.http.limits import Limit

APPLY = Limit("apply", visitor=20)
ENTER_BY_PHONE = Limit("enter_by_phone", visitor=60)
SEND_FILE = Limit("send_file", visitor=60)
