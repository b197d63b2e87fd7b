"""The pages of recruitment: the gateway for everyone, screening for the network, a profile for each person."""

from fastapi import APIRouter

from services.recruitment.web import applying, gateway, phone, profile, screening

router = APIRouter()
# /people/for/{ods}/phone comes before /people/for/{ods}/{id}
for _part in (applying, gateway, profile, phone, screening):
    router.include_router(_part.router)
