"""Why a table is not read, and what its person can do. The words name the place where they can."""

from services.chassis.base.refusals import Refused

MOST_SENT_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_LETTERS = 1_000
"""Of one cell."""


class TableRefused(Refused, slug="table-refused", status=422):
    """We cannot read this list."""


class TableTooLarge(TableRefused, slug="table-too-large", title="This list is too large", status=413):
    """This file is larger than 5 MB. Take out pictures and what is not needed, or split the list into several files."""


class TableEmpty(TableRefused, slug="table-empty", status=422):
    """This file is empty. Choose it again, or choose another one."""


class NoTable(TableRefused, slug="no-table", status=422):
    """This is no list that we can read. Save it as CSV (UTF-8) or as an Excel workbook (.xlsx), and send that."""


class OldWorkbook(TableRefused, slug="old-workbook", status=422):
    """This is an old workbook (.xls), or one with a password. Save it as .xlsx without a password, and send that."""


class TableDamaged(TableRefused, slug="table-damaged", status=422):
    """This file is damaged, or there is far too much in it. Save it again as CSV, and send that."""


class TooManyRows(TableRefused, slug="too-many-rows", status=422):
    """There are more than 5,000 lines in this list. Split it into several files of up to 5,000 lines each."""


class TooManyColumns(TableRefused, slug="too-many-columns", status=422):
    """There are more than 60 columns in this list. Take out the columns that are not needed."""


class OnlyHeading(TableRefused, slug="only-a-heading", status=422):
    """There is nothing below the first line. The first line names the columns; the people come below it."""


class NoHeading(TableRefused, slug="no-heading", status=422):
    """The first line does not name the columns. Put a line above the people that says what is in each column."""


class ColumnTwice(TableRefused, slug="column-twice", status=422):
    """Two columns have the same name. Rename one, or take it out."""


class MixedLetters(TableRefused, slug="mixed-letters", status=422):
    """The letters of this file are written in different ways. Save it as CSV (UTF-8), and send that."""


class QuoteOpen(TableRefused, slug="quote-open", status=422):
    """A quotation mark begins in one line and never ends. Put it right, or save the list as CSV again."""


class MergedCells(TableRefused, slug="merged-cells", status=422):
    """Some cells are merged, so we cannot tell whose they are. Unmerge them, and fill in each line."""


class SeveralSheets(TableRefused, slug="several-sheets", status=422):
    """There is something on more than one sheet. Keep the list on one sheet, or send each one as a file."""


class TablesBusy(TableRefused, slug="tables-busy", title="Try again in a minute", status=503):
    """Many people are sending files just now. Wait a minute, choose your file again and send it."""
