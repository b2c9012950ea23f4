"""Several connections to one mail server, side by side: while one waits for an answer, another speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Event, Thread

from include.channels.model import Carrier, OutgoingMessage, Refused, Sent, TryAgain

__all__ = ["Handed", "hand_over_all"]

Handed = tuple[OutgoingMessage, Sent | BaseException, datetime]
"""A message, its proof or why there is none, and when it was begun."""


def hand_over_all(
    lanes: Sequence[Carrier],
    messages: Sequence[OutgoingMessage],
    clock: Callable[[], datetime],
    enough: Callable[[datetime], bool],
) -> list[Handed]:
    """Hand messages over, each once and over one of the lanes; say of each that was begun how it ended.

    None is begun any more once there was `enough`, or where something else went wrong than that one message was put
    off or refused. Nothing is raised, and nothing is under way any more when it returns.
    """
    waiting, handed, stop = SimpleQueue[OutgoingMessage](), list[Handed](), Event()
    for message in messages:
        waiting.put(message)

    def work(lane: Carrier) -> None:
        while not stop.is_set():
            moment = clock()
            if handed and enough(moment):
                return
            try:
                message = waiting.get_nowait()
            except Empty:
                return
            try:
                ended: Sent | BaseException = lane.send(message, moment)
            except (TryAgain, Refused) as error:
                ended = error
            except BaseException as error:
                ended = error
                stop.set()
            handed.append((message, ended, moment))

    beside = [Thread(target=work, args=(lane,), daemon=True) for lane in lanes[1 : len(messages)]]
    for each in beside:
        each.start()
    work(lanes[0])
    for each in beside:
        each.join()
    return handed
