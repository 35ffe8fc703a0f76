"""``splicedeck asrun --verify``: the as-run held against its chains."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.model.chain import Head, Seal
from app.model.errors import UsageError
from app.settings import default_data_dir, default_database
from app.settings.folders import journal_path

if TYPE_CHECKING:
    from app.storage.asrun_verify import Verified

_FAULTS_SHOWN = 200
_SEAL = re.compile(r"(?P<run>\S+):(?P<number>[1-9][0-9]{0,17}):(?P<digest>[0-9a-f]{64})")


def seal(text: str) -> Seal:
    """The type of ``--seal``: an end as ``--verify`` or a sheet shows it."""
    match = _SEAL.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no end of a chain: right is RUN:NUMBER:DIGEST, as --verify prints"
        )
    return Seal(match["run"], Head(int(match["number"]), match["digest"]), "--seal")


def verify_asrun(args: argparse.Namespace) -> int:
    """Print what was found; 1 if anything was tampered with. StorageError: the store can't be read."""
    if args.channel or args.since or args.until or args.output or args.format == "pdf":
        remedy = "leave out --channel, --since, --until, --output and --format pdf"
        raise UsageError("--verify", "holds the whole as-run against its chains", remedy)
    from app.security.secrets import database_password
    from app.storage.asrun_verify import verify

    data_dir = args.data_dir or default_data_dir()
    found = verify(
        args.database or default_database(data_dir),
        journal=journal_path(data_dir),
        seals=args.seal,
        password=database_password,
    )
    if args.format == "json":
        print(json.dumps(_plain(found), indent=1))
    else:
        _tell(found)
    return 1 if found.faults else 0


def _plain(found: Verified) -> dict[str, object]:
    runs = [asdict(run) | {"head": f"{run.run_id}:{run.head}"} for run in found.runs]
    faults = [asdict(fault) | {"text": str(fault)} for fault in found.faults]
    return {"where": found.where, "whole": not found.faults, "runs": runs, "faults": faults, "seals": found.seals}


def _tell(found: Verified) -> None:
    rows, entries = (sum(numbers) for numbers in ((r.rows for r in found.runs), (r.head.number for r in found.runs)))
    verdict = f"{len(found.faults)} faults" if found.faults else "whole"
    print(f"{found.where}: {rows} rows, {entries} entries, {len(found.runs)} runs: {verdict}")
    for run in found.runs:
        print(f"  {run.run_id}:{run.head}  since {run.since}")
        if run.carried:
            print(f"    {run.carried} rows of it were written by a version without chains: vouched for from then on")
    print(f"  {found.seals} ends that journals, later runs or --seal had noted were compared")
    for fault in found.faults[:_FAULTS_SHOWN]:
        print(f"  {fault}")
    if len(found.faults) > _FAULTS_SHOWN:
        print(f"  and {len(found.faults) - _FAULTS_SHOWN} more")
