"""The front desk's pages."""

from fastapi import APIRouter

router = APIRouter()
