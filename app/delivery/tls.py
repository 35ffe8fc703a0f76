"""Which certificate authorities are trusted: this machine's, or those its administrator names."""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path

from app.model.errors import EnvironmentLackError

_VARIABLE = "SSL_CERT_FILE"  # what the proof, and every other reader here, goes by too
_PLACES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, the BSDs
)
_REMEDY = "install the package ca-certificates, or name a bundle in SSL_CERT_FILE"


def trusted_bundle() -> Path | None:
    """The PEM file of trusted authorities; None where the system's own store is asked (Windows).

    A library's built-in path is that of the machine it was built on, so it is never relied on.
    EnvironmentLackError: a named bundle can't be read, or there is none: nothing is ever sent unverified.
    """
    if named := os.environ.get(_VARIABLE):
        if not os.access(named, os.R_OK):
            raise EnvironmentLackError(f"{_VARIABLE} names {named}, which can't be read", _REMEDY)
        return Path(named)
    if sys.platform == "win32":
        return None
    default = ssl.get_default_verify_paths().cafile
    for place in (*_PLACES, *([default] if default else [])):
        if os.access(place, os.R_OK):
            return Path(place)
    raise EnvironmentLackError("no trusted certificate authorities on this machine", _REMEDY)
