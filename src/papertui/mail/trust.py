"""Whose certificates are believed."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from papertui.errors import SettingsError


def trusting(environ: Mapping[str, str]) -> ssl.SSLContext:
    """Checks certificates and names against the system's authorities, or those in ``SSL_CERT_FILE``/``SSL_CERT_DIR``.

    Raises:
        SettingsError: what the variables name cannot be read.
    """
    file, folder = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None
    try:
        context = ssl.create_default_context(cafile=file, capath=folder)
    except OSError as error:  # also ssl.SSLError, for a file without certificates
        raise SettingsError(
            "The certificates needed to trust the mail server cannot be read; check SSL_CERT_FILE and SSL_CERT_DIR."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
