"""How often strangers may search what is offered."""

from services.chassis.http.limits import Limit

SEARCH = Limit("search_programmes", visitor=300, address=1500)
