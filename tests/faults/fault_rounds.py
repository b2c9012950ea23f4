"""One story with one kill in it: whatever dies is started again as production would, and the story goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from dying import TRY_AGAIN, Processes
from fault_servers import Database, Mail, MailServer
from fault_story import Step
from fault_telling import Telling, differences, tell
from two_deliveries import remember
from worlds import World, Worlds

__all__ = ["VICTIMS", "Drill", "Plan", "Verdict", "plan_of"]

VICTIMS = {"task": 5, "database": 2, "connection": 2, "mail server": 2}
"""Who dies, and how often among eleven: a step's process, the database's first process, one of its others, the mail."""
APART = 5
"""Steps between two places at which a telling may begin."""
TRIES = 30
PAUSE = 0.2
"""Seconds before a step is tried again."""


@dataclass(frozen=True)
class Plan:
    """Who dies, in which step, and how far in: a share of the time that the step takes when nobody disturbs it."""

    seed: int
    victim: str
    step: int
    share: float


@dataclass(frozen=True)
class Verdict:
    """What came of a plan. `hit`: somebody did die; `again`: how often steps were tried again."""

    plan: Plan
    step: str
    hit: bool
    after: float
    """Seconds into the step."""
    again: int
    twice: int
    said: list[str]


def plan_of(seed: int, steps: Sequence[Step], only: str = "", victims: Sequence[str] = ()) -> Plan:
    """Draw a plan; `only` names the errand that it is aimed at, `victims` who may die."""
    chance = random.Random(seed)
    of = {name: weight for name, weight in VICTIMS.items() if not victims or name in victims}
    victim = chance.choices(list(of), list(of.values()))[0]
    fit = [
        number
        for number, step in enumerate(steps)
        if (victim != "mail server" or step.sends) and only in step.name.split()[0]
    ]
    return Plan(seed, victim, chance.choice(fit), chance.random())


@dataclass(frozen=True)
class Begun:
    """A story that is told up to some step: the world then, the mails that came, and what stood at each look."""

    world: World
    mails: list[Mail]
    seen: list[Telling]


@dataclass
class Drill:
    """Tells the story over and over, each time in a world of its own."""

    worlds: Worlds
    database: Database
    mail: MailServer
    processes: Processes
    steps: Sequence[Step]
    lengths: list[float] = field(default_factory=list)
    """Seconds that each step took undisturbed."""
    begun: dict[int, Begun] = field(default_factory=dict)
    """The story as it is before some of the steps, undisturbed: a telling goes on from the last before its kill."""
    undisturbed: list[Telling] = field(init=False)
    """What stands then at each look, the last of them in the end."""

    def __post_init__(self) -> None:
        with self.worlds.inside(self.worlds.like()) as world:
            remember("email", "person.31@people.example")
        self.begun[0] = Begun(world, [], [])
        self.undisturbed = _Story(self, None).run()

    def with_a_kill(self, plan: Plan) -> Verdict:
        """Tell the story with a kill in it and compare what stands in the end."""
        story = _Story(self, plan)
        said: list[str] = []
        found: list[Telling] = []
        try:
            found = story.run()
        except EndedForGood as ended:
            said = [str(ended)]
        in_doubt = int(story.hit and self.steps[story.where].sends)
        put_off = bool(in_doubt) and plan.victim != "task"
        for ours, theirs in zip(found, self.undisturbed, strict=False):
            said += differences(ours, theirs, put_off=put_off, in_doubt=in_doubt)
        twice = found[-1].twice if found else 0
        return Verdict(plan, self.steps[story.where].name, story.hit, story.after, story.again, twice, said)


class EndedForGood(Exception):
    """A step ended with an error that is not tried again: the operator would have to do something."""


class _Story:
    """One telling of the story, in a world that goes away afterwards."""

    def __init__(self, drill: Drill, plan: Plan | None) -> None:
        self.drill, self.plan = drill, plan
        self.hit, self.where, self.after, self.again = False, plan.step if plan else 0, 0.0, 0
        self.chance = random.Random(plan.seed if plan else 0)

    def run(self) -> list[Telling]:
        """Tell it to its end; say what stands at each look, and then."""
        drill = self.drill
        drill.mail.forget()
        first = max(number for number in drill.begun if not self.plan or number <= self.plan.step)
        begun = drill.begun[first]
        seen = list(begun.seen)
        with drill.worlds.inside(drill.worlds.like(begun.world)) as self.world, pytest.MonkeyPatch.context() as patch:
            patch.setenv("AMANAH_SMTP_URL", f"smtp://127.0.0.1:{drill.mail.port}")
            try:
                for number, step in enumerate(drill.steps[first:], first):
                    if not self.plan and number % APART == APART - 1:
                        drill.begun[number] = Begun(drill.worlds.like(self.world), drill.mail.mails(), list(seen))
                    self.do(number, step)
                    if step.look:
                        seen.append(self.tell(begun))
                return [*seen, self.tell(begun)]
            finally:
                drill.worlds.drop(self.world)

    def tell(self, begun: Begun) -> Telling:
        """Say what stands now."""
        return tell(self.world.home, begun.mails + self.drill.mail.mails())

    def do(self, number: int, step: Step) -> None:
        """Do a step until it is done, as often as it may be tried again."""
        for _ in range(TRIES):
            began = time.monotonic()
            process = self.drill.processes.start(step.work, **step.given)
            if self.plan and not self.hit and number >= self.plan.step:
                self.where = number
                self.strike(process, self.plan.share * self.drill.lengths[number])
            ended = self.drill.processes.end()
            if ended == 0:
                if self.plan is None:
                    self.drill.lengths.append(time.monotonic() - began)
                return
            if ended not in (TRY_AGAIN, -signal.SIGKILL):
                raise EndedForGood(f"{step.name}: ended with exit code {ended} and is not tried again")
            self.again += 1
            time.sleep(PAUSE)
        raise EndedForGood(f"{step.name}: still not done after {TRIES} tries")

    def strike(self, process: int, after: float) -> None:
        """Wait so many seconds, kill the victim if it lives, and start it again if it is a server."""
        time.sleep(after)
        self.after = after
        assert self.plan is not None
        drill = self.drill
        if self.plan.victim == "task":
            self.hit = _kill_if_alive(process, drill.processes.starter)
        elif self.plan.victim == "connection":
            self.hit = drill.database.kill_connection(self.world.database, self.chance)
        elif self.plan.victim == "database":
            drill.database.kill()
            drill.database.start()
            self.hit = True
        else:
            drill.mail.kill()
            drill.mail.start()
            self.hit = True


def _kill_if_alive(process: int, parent: int) -> bool:
    """Kill a process that still is this parent's child and no zombie."""
    with suppress(OSError):
        state, father = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[:2]
        if state not in "ZX" and int(father) == parent:
            os.kill(process, signal.SIGKILL)
            return True
    return False
