"""Letters are PDF/UA-1 as veraPDF, the validator of the PDF Association, sees it: all of them in one run of it."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pikepdf

from services.cli.local.jars import VERAPDF, install_jars
from services.cli.local.java import find_java
from services.notifications import sheets
from services.notifications.domain.contact import Format
from services.notifications.domain.letter import Letter, Sender
from services.notifications.sheets import Listed

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
NETWORK = Sender("Example Network", "0300 555 0100", "Monday to Friday, 9am to 5pm", "18001", "https://network.example")


def a_letter(called: str, format: Format = "standard", number: int = 1, lines: int = 1) -> Listed:
    letter = Letter(
        id=UUID(int=number),
        reference=f"LT-{number:06}",
        said=f"LT-{number:06}",
        format=format,
        to=(called, "1 High Street", "Exampletown", "EX1 2AB"),
        called=called,
        day=AT,
        subject="You are offered a place: A seat in the pain pathway team",
        paragraphs=lines * (("Example Trust offers you a place.",), ("The pay is £75.", "Please answer soon.")),
        next_step="Say yes or no",
        can_sign_in=True,
        apologises=format == "easy_read",
    )
    return Listed(number, sheets.sheet(letter, NETWORK), called)


async def test_every_letter_and_list_is_accessible_as_the_validator_sees_it(tmp_path: Path) -> None:
    """One whose tags were taken away is not: the validator looks."""
    names = (
        "Sam",
        '#read("/etc/passwd") *b* $x$',
        "محمد علي",
        "प्रिया शर्मा",
        "李小龍",
        "Zoë 😀",
        "\U00013000",
        60 * "W",
    )
    made = {
        f"{format}-{number}": await sheets.one_pdf(a_letter(name, format), made_at=AT)
        for number, name in enumerate(names)
        for format in (sheets.LOOKS if number == 0 else ("standard",))
    }
    many = [a_letter(name, number=number + 1, lines=1 + 30 * number) for number, name in enumerate(names)]
    for sides in (True, False):
        made[f"many-{sides}"] = await sheets.many_pdf("Letters 1 to 8", many, both_sides=sides, made_at=AT)
    for name, written in made.items():
        (tmp_path / f"{name}.pdf").write_bytes(written.content)
    with pikepdf.open(tmp_path / "standard-0.pdf") as pdf:
        del pdf.Root.StructTreeRoot
        pdf.save(tmp_path / "untagged.pdf")
    good, bad = seen_by_the_validator(tmp_path)
    assert good == made.keys()
    assert bad == {"untagged"}
    assert headings_of_table(tmp_path / "many-True.pdf") == 4


def seen_by_the_validator(folder: Path) -> tuple[set[str], set[str]]:
    """The names of the files that are PDF/UA-1, and of those that are not."""
    jars = install_jars(print, lock=VERAPDF)
    order = [str(find_java().program), "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*"]
    order += ["org.verapdf.apps.GreenfieldCliWrapper", "--flavour", "ua1", "--format", "text", str(folder)]
    said = subprocess.run(order, capture_output=True, text=True, check=False, timeout=120)
    seen: dict[str, set[str]] = {"PASS": set(), "FAIL": set()}
    for line in said.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        if verdict in seen:
            seen[verdict].add(Path(rest.removesuffix(" ua1")).stem)
    assert seen["PASS"] or seen["FAIL"], said.stderr
    return seen["PASS"], seen["FAIL"]


def headings_of_table(path: Path) -> int:
    """Cells that name a column: without them a table is read as a heap of words, and no validator sees it."""
    with pikepdf.open(path) as pdf:
        return sum(str(one.get("/S", "")) == "/TH" for one in pdf.objects if isinstance(one, pikepdf.Dictionary))
