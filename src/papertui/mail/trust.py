"""The TLS context for mail servers."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from papertui.errors import SettingsError


def trusting(environ: Mapping[str, str]) -> ssl.SSLContext:
    """A context that checks certificates against the system's authorities or ``SSL_CERT_FILE``/``SSL_CERT_DIR``.

    Raises:
        SettingsError: the file or folder in the variables cannot be read.
    """
    file, folder = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None
    try:
        context = ssl.create_default_context(cafile=file, capath=folder)
    except OSError as error:  # includes ssl.SSLError, raised for a file without certificates
        raise SettingsError(
            "The certificates of trusted authorities cannot be read; check SSL_CERT_FILE and SSL_CERT_DIR."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
