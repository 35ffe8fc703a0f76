"""How each break of a channel is signalled: by its template, or else as the channel does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.model.errors import CueError
from app.model.rundown import BreakPlan
from app.model.signalling import Signalling, Template, template_named


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
        """That of a break; the UPID that its row names rules over its template's. CueError as of ``template``."""
        signalling = self.template(plan.template).signalling
        return signalling if plan.upid is None else replace(signalling, upid=plan.upid)
