"""Show the seasons' campaigns; have one planned, started, held back or ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from functions.manage_campaign.schema import (
    CampaignOrder,
    CampaignView,
    PlanningView,
    PlanRules,
    PlanView,
    RulesView,
    SendingView,
    WindowsView,
    WindowView,
)
from shared.ports import Clock, FunctionInvoker, ObjectStore
from shared.seasons import campaigns
from shared.seasons.calendar import Calendar, Window
from shared.seasons.conducting import run_plan
from shared.seasons.model import Campaign, Rules, Status, campaign_chain
from shared.seasons.planning import tally_of
from shared.seasons.progress import sent_of, steps_of
from shared.trips.moments import SHANGHAI

_KEPT = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class Office:
    """For whom it works, the usual rules of a campaign, and its ports."""

    by: str
    rules: Rules
    calendar: Calendar
    state: ObjectStore
    invoker: FunctionInvoker
    clock: Clock

    def windows(self) -> WindowsView:
        """Return the windows to come, and those that were planned within a year."""
        today = self._today
        planned = set(campaigns.every_campaign(state=self.state))
        shown = [
            each
            for each in self.calendar.windows()
            if each.closes > today or (each.campaign in planned and each.closes > today - _KEPT)
        ]
        known = {
            each.campaign: campaigns.load_campaign(each.campaign, state=self.state).status
            for each in shown
            if each.campaign in planned
        }
        return WindowsView(
            today=today,
            windows=tuple(WindowView(**_window(each, known.get(each.campaign))) for each in shown),
        )

    def look(self, name: str) -> CampaignView:
        """Return one campaign; NotFoundError for a name that the calendar has not."""
        window = self.calendar.window_of(name)
        return self._view(window, campaign_chain(name, self.state).newest())

    def do(self, name: str, order: CampaignOrder) -> CampaignView:
        """Do what is asked and return the campaign; ConflictError says what is in the way.

        A plan is made by the season's own function: this starts it, looking tells how far it is.
        """
        window = self.calendar.window_of(name)
        return self._view(window, self._done(window, order))

    def _done(self, window: Window, order: CampaignOrder) -> Campaign:
        name, state, clock = window.campaign, self.state, self.clock
        if order.action == "plan":
            return self._plan(window, order.rules or PlanRules())
        if order.action == "pause":
            return campaigns.pause(name, by=self.by, state=state, clock=clock)
        if order.action == "stop":
            return campaigns.stop(name, by=self.by, state=state, clock=clock)
        return campaigns.start(window, today=self._today, state=state, clock=clock)

    def _plan(self, window: Window, rules: PlanRules) -> Campaign:
        campaigns.refuse_closed(window, today=self._today)
        chosen = rules.over(self.rules)
        begun = campaigns.begin(window, chosen, by=self.by, state=self.state, clock=self.clock)
        run_plan(begun, state=self.state, invoker=self.invoker, clock=self.clock)
        return begun

    def _view(self, window: Window, campaign: Campaign | None) -> CampaignView:
        rules = (campaign.rules if campaign else self.rules).model_dump(
            include={*Rules.model_fields}
        )
        sending = self._sending(campaign) if campaign else None
        return CampaignView(
            **_window(window, campaign.status if campaign else None),
            by=campaign.by if campaign else "",
            planned_at=campaign.planned_at if campaign else None,
            reason=campaign.reason if campaign else "",
            rules=RulesView(**rules),
            plan=_plan_view(campaign) if campaign else None,
            planning=self._planning(campaign) if campaign else None,
            progress=sending,
            planned_cost_of_accepted_cny=_cost(campaign, sending) if campaign else None,
        )

    def _planning(self, campaign: Campaign) -> PlanningView | None:
        if campaign.status != "planning":
            return None
        pages = campaigns.last_pages(campaign, state=self.state)
        tally = tally_of(pages)
        ended = sum(page is not None and page.ended for page in pages)
        return PlanningView(
            shards=len(pages), shards_ended=ended, drivers=tally.drivers, trips=tally.trips
        )

    def _sending(self, campaign: Campaign) -> SendingView | None:
        steps = steps_of(campaign, self.state) if campaign.estimate else []
        if campaign.estimate is None or not steps:
            return None
        sent = sent_of(steps)
        return SendingView(
            accepted=sent.accepted,
            share=round(sent.accepted / max(1, campaign.estimate.trips), 4),
            left_out=sent.left_out,
            shards=campaign.rules.shards,
            shards_ended=sent.ended,
            next_due=sent.next_due,
        )

    @property
    def _today(self) -> date:
        return self.clock.now().astimezone(SHANGHAI).date()


def _window(window: Window, status: Status | None) -> dict[str, object]:
    return {
        "campaign": window.campaign,
        "occasion": window.occasion,
        "day": window.day,
        "opens": window.opens,
        "closes": window.closes,
        "status": status,
    }


def _plan_view(campaign: Campaign) -> PlanView | None:
    tally, estimate = campaign.tally, campaign.estimate
    if tally is None or estimate is None:
        return None
    return PlanView(
        drivers=tally.drivers,
        jobs=tally.entries,
        trips=tally.trips,
        left_out=tally.skipped,
        styles=tally.styles,
        regions=tally.regions,
        due=dict(sorted(tally.dues.items())),
        allowed=estimate.trips,
        gpu_hours=estimate.gpu_hours,
        tokens=estimate.tokens,
        pictures=estimate.pictures,
        cny=estimate.cny,
        prices_of=estimate.prices_of,
        hours=estimate.hours,
    )


def _cost(campaign: Campaign, sending: SendingView | None) -> float | None:
    if campaign.estimate is None:
        return None
    return round(campaign.estimate.cny * (sending.share if sending else 0.0), 2)
