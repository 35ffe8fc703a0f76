"""How each break of a channel is signalled: by its template, or else as the channel does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.model.errors import CueError
from app.model.rundown import BreakPlan
from app.model.signalling import Signalling, SignalMode, Template, template_named
from app.scte35.codec import decode
from app.scte35.retiming import relayed_signalling, tells_auto_return


@dataclass(frozen=True, slots=True)
class Signals:
    """``own``: of a break that names no template."""

    own: Signalling = field(default_factory=Signalling)
    templates: tuple[Template, ...] = ()

    def template(self, name: str) -> Template:
        """By name; "" is the channel's own way. CueError for a name that the channel has not."""
        if not name:
            return Template(name="", signalling=self.own)
        try:
            return template_named(self.templates, name)
        except ValueError as error:
            raise CueError(str(error)) from error

    def of(self, plan: BreakPlan) -> Signalling:
        """That of a break; what its plan names itself rules over its template's. CueError as of ``template``.

        Of one that is relayed the source repeats its sections itself; we return where that is left to receivers,
        told as often as the channel tells its own.
        """
        if plan.section:
            signalling, _ = relayed_signalling(plan.section, plan.splice_event_id)
            leads_s = self.own.in_leads_s if tells_auto_return(decode(plan.section)) else ()
            return replace(signalling, repeats_s=(), in_leads_s=leads_s)
        signalling = self.template(plan.template).signalling
        signalling = replace(
            signalling,
            upid=signalling.upid if plan.upid is None else plan.upid,
            segments=_pair(plan.segments) or signalling.segments,
        )
        if signalling.mode is not SignalMode.SPLICE_INSERT:
            return signalling
        program_id = signalling.unique_program_id if plan.unique_program_id is None else plan.unique_program_id
        return replace(signalling, unique_program_id=program_id, avail=_pair(plan.avail) or signalling.avail)


def _pair(numbers: tuple[int, ...]) -> tuple[int, int] | None:
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None  # noqa: PLR2004 - a number and how many there are
