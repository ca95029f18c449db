"""Begin the campaigns that are due, go on with those under way, and run one shard of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.core.errors import NotFoundError
from shared.lists.bulkhead import MOST_TRIES_OF_LISTS, Bulkhead
from shared.observability import log
from shared.seasons import campaigns
from shared.seasons.choosing import Chooser
from shared.seasons.conducting import Conductor, invoke, next_run
from shared.seasons.model import (
    Campaign,
    PlanPage,
    SendStep,
    campaign_chain,
    plan_chain,
    send_chain,
)
from shared.seasons.planning import plan_shard
from shared.seasons.sending import Sender

if TYPE_CHECKING:
    from functions.regenerate_season.schema import ShardOrder, TimerOrder
    from shared.lists.tries import Tried
    from shared.seasons.calendar import Window


class Season(Conductor):
    """The function, wired."""

    def tick(self, order: TimerOrder) -> dict[str, str]:
        """Begin what is due where the daily timer asks, and go on with what is under way."""
        if order.begins:
            if warning := self.calendar.warning(self.today):
                log.logger().warning("season.calendar_ends", detail=warning)
            self.begin_due()
        return self.go_on()

    def run(self, order: ShardOrder) -> dict[str, str]:
        """Run a shard; what is not finished goes on in another run or with the next minute."""
        campaign = campaign_chain(order.campaign, self.state).newest()
        if campaign is None or order.shard >= campaign.rules.shards:
            raise NotFoundError(f"there is no shard {order.shard} of {order.campaign}")
        told: dict[str, str] = {}

        def run(shard: ShardOrder) -> str:
            told.update(self._run_shard(campaign, shard))
            return "run"

        shards = Bulkhead(
            of="shards",
            name=lambda shard: f"{shard.campaign}-{shard.phase}-{shard.shard:02d}",
            work=run,
            aside=self._set_aside,
            about=lambda shard: {"campaign": shard.campaign},
            state=self.state,
            clock=self.clock,
            most_tries=MOST_TRIES_OF_LISTS,
            patient=False,
        )
        worked = shards.work_through([order])
        return told or {"campaign": campaign.id, **dict.fromkeys(worked.outcomes, "1")}

    def _run_shard(self, campaign: Campaign, order: ShardOrder) -> dict[str, str]:
        window = self.calendar.window_of(campaign.id)
        if order.phase == "plan" and campaign.status == "planning":
            return self._plan_shard(campaign, window, order)
        if order.phase == "send" and campaign.status == "running":
            return self._send_shard(campaign, window, order)
        return {"campaign": campaign.id, "status": campaign.status}

    def _set_aside(self, order: ShardOrder, tried: Tried) -> None:
        """Have nothing more done for a campaign one of whose shards does not get on."""
        campaigns.hold(
            order.campaign,
            f"shard {order.shard}: {tried.error}",
            state=self.state,
            clock=self.clock,
        )

    def _plan_shard(self, campaign: Campaign, window: Window, order: ShardOrder) -> dict[str, str]:
        known = campaigns.every_campaign(state=self.state)
        chooser = Chooser(window, campaign.rules.newest, known, self)
        page = plan_shard(campaign, order.shard, chooser=chooser)
        if not page.ended:
            self._again(campaign, order, page)
        return {"campaign": campaign.id, "trips": str(page.tally.trips)}

    def _send_shard(self, campaign: Campaign, window: Window, order: ShardOrder) -> dict[str, str]:
        end = self.clock.monotonic() + self.rules.seconds
        sender = Sender(campaign, order.shard, window, self)
        step = sender.send()
        if self.clock.monotonic() >= end and not step.ended:
            self._again(campaign, order, step)
        elif not step.ended:
            sender.rest(step)
        return {"campaign": campaign.id, "accepted": str(step.accepted), "ended": step.ended}

    def _again(self, campaign: Campaign, order: ShardOrder, newest: PlanPage | SendStep) -> None:
        """Have another run go on: recorded first, and only its recorder starts it."""
        following = next_run(newest, self.clock)
        chain = plan_chain if order.phase == "plan" else send_chain
        if chain(campaign, order.shard, self.state).append(following):  # type: ignore[arg-type]
            invoke(campaign, order.phase, order.shard, following.runs, invoker=self.invoker)
