"""``splicedeck secret``: credentials of origins, inlets and database servers, kept in the system keyring."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from app.model.errors import UsageError

_EPILOG = """\
NAME is origin:NAME, with the origin's name in the show file. The secret is user:password (HTTP Basic) or a token
(Bearer). Or it is database:HOST, with the host of the database's URL (database:local for one on a socket): the secret
is the password. Or inlet:NAME, with the name of a schedule inlet: a webhook's token (16 characters at least), or what a
polled address asks for. Or trigger:token: what surfaces show to fire verbs (16 characters at least). It is asked for,
or read from standard input, never taken from the command line.

An engine without a keyring takes it from its environment: SPLICEDECK_SECRET_ORIGIN_PRIMARY for origin:primary.

exit status: 0 done; 1 there is no such secret; 2 no such name; 3 there is no keyring.

examples:
  splicedeck secret set origin:primary
  splicedeck secret set origin:primary < credentials.txt
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``secret`` to the command line."""
    parser = subparsers.add_parser(
        "secret",
        help="keep credentials in the system keyring",
        description="Keep the credentials of origins and database servers in the system keyring.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    setting = actions.add_parser("set", help="keep a secret, in the place of an older one")
    setting.add_argument("name", metavar="NAME", help="origin:NAME, inlet:NAME or database:HOST")
    setting.set_defaults(run=_set)
    listing = actions.add_parser("list", help="the names that are kept, never the secrets")
    listing.set_defaults(run=_list)
    deleting = actions.add_parser("delete", help="forget a secret")
    deleting.add_argument("name", metavar="NAME", help="origin:NAME")
    deleting.set_defaults(run=_delete)


def _set(args: argparse.Namespace) -> int:
    from app.security import secrets

    secrets.checked(args.name)  # before anything is typed
    secrets.backend_name()
    secrets.store(args.name, _read(args.name))
    print(f"{args.name} is kept in {secrets.backend_name()}")
    return 0


def _read(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip("\r\n")
    secret = getpass.getpass(f"user:password or token of {name}: ")
    if secret != getpass.getpass("once more: "):
        raise UsageError(name, "the two differ", "nothing was kept; try again")
    return secret


def _list(_args: argparse.Namespace) -> int:
    from app.security import secrets

    for name in secrets.names():
        overridden = " (the environment overrides it)" if secrets.variable(name) in os.environ else ""
        print(f"{name}{overridden}")
    return 0


def _delete(args: argparse.Namespace) -> int:
    from app.security import secrets

    if secrets.remove(args.name):
        print(f"{args.name} is forgotten")
        return 0
    print(f"splicedeck secret delete: the keyring holds no {args.name}", file=sys.stderr)
    return 1
