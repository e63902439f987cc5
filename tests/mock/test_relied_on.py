"""What the mock relies on in Connexion and uvicorn beyond their documented use, each by name.

A test that fails here after an update says what has changed; ARCHITECTURE.md says what it is used for.
"""

from __future__ import annotations

import inspect

from connexion import ConnexionMiddleware
from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.middleware.request_validation import RequestValidationOperation
from connexion.middleware.response_validation import ResponseValidationOperation
from connexion.validators import VALIDATOR_MAP, AbstractRequestBodyValidator, AbstractResponseBodyValidator
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle


def test_a_routed_middleware_is_given_each_operation_once_at_start() -> None:
    assert list(inspect.signature(RoutedAPI.make_operation).parameters) == ["self", "operation"]
    assert "next_app" in inspect.signature(RoutedAPI.__init__).parameters
    assert list(inspect.signature(RoutedMiddleware.add_api).parameters) == ["self", "specification", "kwargs"]


def test_a_routed_api_keeps_its_operations_by_id() -> None:
    assert "self.operations[operation.operation_id]" in inspect.getsource(RoutedAPI.add_operation)


def test_middlewares_are_made_outermost_first_and_given_every_api() -> None:
    assert "middlewares" in inspect.signature(ConnexionMiddleware.__init__).parameters
    assert "app.add_api(" in inspect.getsource(ConnexionMiddleware._build_middleware_stack)


def test_validators_are_found_by_kind() -> None:
    assert set(VALIDATOR_MAP) == {"parameter", "body", "response"}


def test_a_parameter_validator_is_asked_with_the_scope() -> None:
    assert "parameter_validator.validate(scope)" in inspect.getsource(RequestValidationOperation.__call__)


def test_body_validators_are_asked_to_parse_a_stream() -> None:
    assert list(inspect.signature(AbstractRequestBodyValidator._parse).parameters) == [
        "self",
        "stream",
        "scope",
    ]
    assert list(inspect.signature(AbstractResponseBodyValidator._parse).parameters) == ["self", "stream"]


def test_the_schema_of_an_answer_is_the_same_object_for_each_request() -> None:
    source = inspect.getsource(ResponseValidationOperation.__call__)
    assert "schema=self._operation.response_schema(status, mime_type)" in source


def test_the_http_protocol_calls_back_at_each_stage_of_a_head() -> None:
    for name in ("on_message_begin", "on_headers_complete", "data_received", "send_400_response"):
        assert callable(getattr(HttpToolsProtocol, name))
    assert "HttpParserError" in inspect.getsource(HttpToolsProtocol.data_received)


def test_a_request_begins_where_the_protocol_can_hold_it() -> None:
    assert list(inspect.signature(HttpToolsProtocol._start_asgi_task).parameters) == ["self", "cycle", "app"]
    for method in (HttpToolsProtocol.on_headers_complete, HttpToolsProtocol.on_response_complete):
        assert "self._start_asgi_task(" in inspect.getsource(method)
    assert "self.cycle.body += body" in inspect.getsource(HttpToolsProtocol.on_body)
    assert "self.cycle.more_body = False" in inspect.getsource(HttpToolsProtocol.on_message_complete)
    assert "waiting_for_100_continue" in inspect.getsource(RequestResponseCycle.receive)


def test_an_answer_is_written_to_the_transport_of_its_cycle_and_tells_when_it_is_complete() -> None:
    source = inspect.getsource(RequestResponseCycle.send)
    assert 'self.transport.write(b"".join(content))' in source
    assert source.index("self.transport.close()") < source.index("self.on_response()")
    assert "on_response=self.on_response_complete" in inspect.getsource(HttpToolsProtocol.on_headers_complete)


def test_a_request_that_was_gathered_can_be_told_to_the_protocol_afterwards() -> None:
    begin = inspect.getsource(HttpToolsProtocol.on_message_begin)
    assert '"headers": self.headers,' in begin
    for name in ("self.url = b", "self.expect_100_continue = False", "self.headers = []"):
        assert name in begin
    assert "self.url += url" in inspect.getsource(HttpToolsProtocol.on_url)
    assert "self.headers.append((name, value))" in inspect.getsource(HttpToolsProtocol.on_header)
    complete = inspect.getsource(HttpToolsProtocol.on_headers_complete)
    assert "httptools.parse_url(self.url)" in complete
    assert "urllib.parse.unquote(path)" in complete


def test_what_a_straight_answer_takes_from_the_protocol_is_there() -> None:
    source = inspect.getsource(HttpToolsProtocol)
    for name in (
        "self.access_log = ",
        "self.access_logger = ",
        "self.flow = FlowControl(",
        "self.timeout_keep_alive = ",
        "self.server_state.total_requests += 1",
        "default_headers=self.server_state.default_headers",
        "def timeout_keep_alive_handler(self)",
    ):
        assert name in source
    assert STATUS_LINE[201] == b"HTTP/1.1 201 Created\r\n"
