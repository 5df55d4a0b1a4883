"""The HTTP side: pages, their files, JSON endpoints and the event stream."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response, StreamingResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from . import problems
from .history.warehouse import WarehouseDown
from .pages import PAGES, Page, navigation
from .problems import ApiProblem
from .roads import road
from .security import SecurityHeaders
from .service import Service

STATIC = Path(__file__).parent / "static"
MAX_LISTENERS = 4_000
MAX_MINUTES = 180


def create_app(service: Service, static: Path = STATIC) -> FastAPI:
    """The application; its lifespan starts and stops the service."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.start()
        yield
        await service.stop()

    app = FastAPI(
        title="CityRoute dashboard",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.service = service
    app.add_exception_handler(ApiProblem, problems.on_api_problem)
    app.add_exception_handler(RequestValidationError, problems.on_bad_parameters)
    app.add_exception_handler(HTTPException, problems.on_http_error)
    _add_api(app)
    _add_pages(app, static)
    # The last added is the outermost: event streams are passed on uncompressed by GZipMiddleware.
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=6)
    app.add_middleware(SecurityHeaders)
    return app


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_service)]


def _known_route(route: str, service: ServiceDep) -> str:
    if route not in service.routes:
        known = ", ".join(f'"{name}"' for name in service.routes) or "none"
        raise ApiProblem(
            404, "No such route", f"The dashboard shows these routes: {known}", "Choose one of them."
        )
    return route


RouteName = Annotated[str, Depends(_known_route)]
Minutes = Annotated[int, Query(ge=1, le=MAX_MINUTES, description="How many minutes, ending with the newest.")]
Until = Annotated[int | None, Query(ge=0, le=253_402_300_799_000, description="Last minute, epoch ms.")]


def _add_api(app: FastAPI) -> None:
    @app.get("/healthz")
    def healthz(service: ServiceDep) -> dict[str, Any]:
        """Whether the process serves; with the state of its parts, which heal by themselves."""
        return {"ok": True, "routes": {name: service.parts(name) for name in service.routes}}

    @app.get("/api/routes")
    def routes(service: ServiceDep) -> dict[str, Any]:
        """The routes shown here and the pages that exist."""
        listed = [
            {
                "name": r.name,
                "corridor": r.corridor.name,
                "source_type": r.source_type,
                "feeds": list(r.topics),
            }
            for r in service.routes.values()
        ]
        return {"routes": listed, "pages": navigation()}

    @app.get("/api/routes/{route}/corridor")
    def corridor(route: RouteName, service: ServiceDep) -> dict[str, Any]:
        """The road: line, sections, segments, places."""
        return road(service.routes[route].corridor)

    @app.get("/api/routes/{route}/speed")
    def speed(
        route: RouteName, service: ServiceDep, minutes: Minutes = 60, until: Until = None
    ) -> dict[str, Any]:
        """Mean speed of each segment by minute, from the warehouse, in km/h."""
        try:
            return service.speeds(route, minutes, until)
        except WarehouseDown as down:
            hint = "Wait: the live map goes on, and this comes back by itself."
            raise ApiProblem(503, "No history now", f"Reading speeds: {down}", hint) from None

    @app.get("/api/routes/{route}/vehicles/{slot}")
    def vehicle(route: RouteName, slot: int, service: ServiceDep) -> dict[str, Any]:
        """The vehicle that stands in a slot of the frames, as it was last heard of."""
        found = service.hubs[route].vehicle(slot)
        if found is None:
            raise ApiProblem(404, "No such vehicle", f"Slot {slot} is free", "Choose a vehicle on the map.")
        return found

    @app.get("/events", include_in_schema=False)
    async def events(
        route: RouteName, service: ServiceDep, last_event_id: Annotated[str | None, Header()] = None
    ) -> Response:
        """Snapshot, then frames and incidents as they come; resumes incidents from Last-Event-ID."""
        hub = service.hubs[route]
        if hub.listeners >= MAX_LISTENERS:
            detail = f"{MAX_LISTENERS} browsers listen already"
            raise ApiProblem(503, "Too many listeners", detail, "Try again in a minute.")
        # Already encoded, once for all browsers. Proxies that buffer would hold frames back.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(hub.listen(last_event_id), headers=headers, media_type="text/event-stream")


class _BuiltFiles(StaticFiles):
    """Vite names files by their content, so a browser may keep them for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _add_pages(app: FastAPI, static: Path) -> None:
    for page in PAGES:
        app.add_api_route(page.path, _serve(static, page), methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/assets", _BuiltFiles(directory=static / "assets", check_dir=False), name="assets")


def _serve(static: Path, page: Page) -> Any:
    async def entry() -> Response:
        file = static / page.entry
        if not file.is_file():
            detail = f'The file "{page.entry}" has not been built'
            hint = "Run `python -m cityroute_dashboard.build`, then load again."
            raise ApiProblem(503, "The page is not built", detail, hint)
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    return entry
