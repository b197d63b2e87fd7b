"""Which faults mean that the database is away, and what to say of each. Nobody else judges that."""

import socket
import ssl

import asyncpg

DATABASE_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
"""What nobody but the database raises when it goes away under a connection."""
DOWN = (
    OSError,
    TimeoutError,
    *DATABASE_AWAY,
    asyncpg.TooManyConnectionsError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
"""What passes by itself: the database is away, or somebody else holds what is needed."""
NO_ANSWER = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Whatever asking a database for a connection or a first answer can raise."""
NEVER = (
    ValueError,
    socket.gaierror,
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""What no waiting mends: no address, an unknown host, a wrong password or name."""


def in_words(error: Exception) -> str:
    """What is the matter with the database, for health, logs and operators; never with a value from it."""
    match error:
        case asyncpg.InvalidPasswordError():
            return "its password is not taken, or `python -m services prepare` has not made this role yet"
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InvalidCatalogNameError():
            return str(error)
        case asyncpg.TooManyConnectionsError():
            return "it has no connection left to give"
        case asyncpg.CannotConnectNowError():
            return "it is starting or stopping"
        case TimeoutError():
            return "no answer in time"
        case socket.gaierror():
            return "there is no host of that name"
        case ssl.SSLCertVerificationError():
            return (
                f"its certificate is not to be trusted (sslmode and sslrootcert in its address): {error.verify_message}"
            )
        case ssl.SSLError():
            return f"it does not speak TLS with us: {error.reason}"
        case ConnectionError() if "rejected SSL upgrade" in str(error):
            return "it does not speak TLS, and its address asks for that (sslmode)"
        case ConnectionError():
            return "it does not answer"
        case asyncpg.PostgresConnectionError() | asyncpg.AdminShutdownError() | asyncpg.CrashShutdownError():
            return "it does not answer"
        case ValueError():
            return "this is not the address of a database (postgresql://user:password@host:port/name)"
        case _:
            return type(error).__name__
