"""Every error that the server answers with.

ApiError                            status, code and message of one answer
├── BadRequestException             400  form or meaning of the request is wrong
├── AccessDeniedException           403  the caller is known, but may not do this
├── ResourceNotFoundException       404  the named thing does not exist
├── ThrottlingException             429  too many requests, calls or bytes at once
├── InternalServerException         500  our fault
├── NotImplementedException         501  a well-formed call to an operation without code
├── UnknownOperationException       404  no operation has this method and path
├── RequestRefused                  4xx  a limit of the server is exceeded before the request is read
└── AuthenticationError             403  (body member `message`)
    ├── MissingAuthenticationTokenException
    ├── UnrecognizedClientException       unknown access key or session token
    ├── InvalidSignatureException         wrong signature, date, scope or body hash
    └── IncompleteSignatureException      the Authorization data can not be read

The gateway alone turns them into bytes: code in `x-amzn-ErrorType`, text in `Message`.
"""


class ApiError(Exception):
    """An answer other than success. `message` names the thing and its value, and nothing about anybody else's data."""

    status = 500
    code = "InternalServerException"
    message_member = "Message"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequestException(ApiError):
    status = 400
    code = "BadRequestException"


class AccessDeniedException(ApiError):
    status = 403
    code = "AccessDeniedException"


class ResourceNotFoundException(ApiError):
    status = 404
    code = "ResourceNotFoundException"


class ThrottlingException(ApiError):
    status = 429
    code = "ThrottlingException"


class InternalServerException(ApiError):
    status = 500
    code = "InternalServerException"


class NotImplementedException(ApiError):
    status = 501
    code = "NotImplementedException"


class UnknownOperationException(ApiError):
    status = 404
    code = "UnknownOperationException"


class RequestRefused(ApiError):
    """A limit on one request is exceeded: 413 body, 431 headers, 408 time to send."""

    code = "RequestRefusedException"

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class AuthenticationError(ApiError):
    status = 403
    message_member = "message"


class MissingAuthenticationTokenException(AuthenticationError):
    code = "MissingAuthenticationTokenException"


class UnrecognizedClientException(AuthenticationError):
    code = "UnrecognizedClientException"


class InvalidSignatureException(AuthenticationError):
    code = "InvalidSignatureException"


class IncompleteSignatureException(AuthenticationError):
    code = "IncompleteSignatureException"
