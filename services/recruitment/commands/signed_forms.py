"""The photo or scan of a form on paper: kept with its application, and erased when it did not lead to joining."""

from datetime import timedelta

from services.chassis.base.access import london_day
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.postgres import files
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.application import SIGNED_FORM, Application
from services.recruitment.store import policies


async def keep(tx: Transaction, application: Application, form: SafeFile) -> None:
    """For as long as the application itself."""
    belongs = files.Belongs(
        about=application.id,
        kind=SIGNED_FORM,
        person_id=application.person_id,
        organisation_id=application.screened_by.organisation_id,
    )
    await files.keep(tx, form, belongs, erase_on=files.WITH_ITS_THING)


async def keep_on(tx: Transaction, application: Application) -> None:
    """It was to be erased, and its application is open again."""
    await files.erase_about(tx, application.id, on=files.WITH_ITS_THING)


async def end(tx: Transaction, application: Application) -> None:
    """It did not lead to joining: the policy in force says until when. By the day after, it has gone with the rest."""
    policy = (await policies.in_force(tx, on=london_day(tx.now)))["unsuccessful_applications"]
    last = london_day(tx.now) + timedelta(days=policy.days or 0)
    await files.erase_about(tx, application.id, on=last + timedelta(days=1))
