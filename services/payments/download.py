"""How a file for payroll leaves by the pages and by the API: as an attachment that no cache keeps."""

from fastapi.responses import Response

from services.payments.store.runs import File


def as_download(file: File) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(file.content, media_type="text/csv; charset=utf-8", headers=headers)
