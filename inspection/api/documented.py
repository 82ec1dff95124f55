"""flask-smorest's Api as this application uses it."""

from __future__ import annotations

from threading import RLock
from typing import Any

from apispec import APISpec
from flask import Flask, Response
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint
from werkzeug.exceptions import HTTPException

from inspection.api.document import complete
from inspection.problems import ProblemSchema, http_problem


class Api(SmorestApi):
    """An Api whose errors are problem documents, described when first asked for a description.

    Describing every operation is half of the time in which the application is made, and most
    processes (workers, commands) are never asked for `openapi.json`.
    """

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_CONTENT_TYPE = "application/problem+json"

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Blueprint] = []
        self._describing = RLock()
        super().__init__(app)

    @property
    def spec(self) -> APISpec:
        """The OpenAPI document with every registered operation in it."""
        with self._describing:
            rooms, self._undescribed = self._undescribed, []
            for room in rooms:
                room.register_views_in_doc(
                    self, self._app, self._spec, name=room.name, parameters=None
                )
                self._spec.tag({"name": room.name, "description": room.description})
            if rooms:
                complete(self._app, self._spec)
        return self._spec

    @spec.setter
    def spec(self, spec: APISpec | None) -> None:
        self._spec = spec

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        """Register the views of a resource at once, and their description for later."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp, **options)
        self._undescribed.append(blp)

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer an HTTP error raised by Flask, webargs or Werkzeug."""
        return http_problem(error)
