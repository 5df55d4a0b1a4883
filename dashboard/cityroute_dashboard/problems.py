"""Failures as problem documents (RFC 9457): what was asked, what stood in the way, what to do."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


@dataclass
class ApiProblem(Exception):
    """Raised by an endpoint; becomes the response. `hint` starts with a verb."""

    status: int
    title: str
    detail: str
    hint: str


def problem(request: Request, found: ApiProblem) -> JSONResponse:
    """The document of a problem."""
    body = {
        "type": "about:blank",
        "title": found.title,
        "status": found.status,
        "detail": found.detail,
        "hint": found.hint,
        "instance": request.url.path,
    }
    return JSONResponse(body, status_code=found.status, media_type=MEDIA_TYPE)


async def on_api_problem(request: Request, error: Exception) -> JSONResponse:
    """Handler of ApiProblem."""
    assert isinstance(error, ApiProblem)
    return problem(request, error)


async def on_bad_parameters(request: Request, error: Exception) -> JSONResponse:
    """Handler of FastAPI's validation errors: all of them at once, without echoing the input."""
    assert isinstance(error, RequestValidationError)
    found = "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors())
    return problem(request, ApiProblem(422, "Parameters refused", found, "Change the named parameters."))


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """Handler of what the framework refuses by itself, such as unknown paths."""
    assert isinstance(error, HTTPException)
    hint = "Go to / for the live map." if error.status_code == 404 else "See /api/openapi.json."
    title = str(error.detail)
    return problem(request, ApiProblem(error.status_code, title, f"{request.method} was not served", hint))
