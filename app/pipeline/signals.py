"""How each break of a channel is signalled: by its template, or else as the channel does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

from app.model.errors import CueError
from app.model.rundown import BreakPlan
from app.model.signalling import Signalling, Template, template_named
from app.scte35.codec import decode
from app.scte35.retiming import relayed_signalling, tells_auto_return

_RELAYED_IN_LEAD_S = Fraction(2)


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
        """That of a break; the UPID that its row names rules over its template's. CueError as of ``template``.

        Of one that is relayed the source repeats its sections itself; we return where that is left to receivers.
        """
        if plan.section:
            signalling, _ = relayed_signalling(plan.section, plan.splice_event_id)
            leads_s = (_RELAYED_IN_LEAD_S,) if tells_auto_return(decode(plan.section)) else ()
            return replace(signalling, repeats_s=(), in_leads_s=leads_s)
        signalling = self.template(plan.template).signalling
        return signalling if plan.upid is None else replace(signalling, upid=plan.upid)
