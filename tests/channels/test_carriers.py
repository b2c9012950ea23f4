from __future__ import annotations

import pytest
from far_ends import Gateway, MailServer
from relaying import AT_TEN, written

from include.channels import Channel, carriers_of, sender_of
from include.errors import NeverRetry
from include.law import Controller


def controller(**changes: object) -> Controller:
    given: dict[str, object] = {
        "sender": {"address": "notices@example.com", "name": {"ar": "شركة أمانة", "en": "Amanah"}},
        "privacy_channel": {"email": "privacy@example.com"},
    }
    return Controller.model_validate(given | changes)


def test_there_are_as_many_carriers_as_settings(mail_server: MailServer, gateway: Gateway) -> None:
    settings = {"AMANAH_SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}", "AMANAH_SMS_URL": gateway.url()}
    with carriers_of(controller(), settings) as carriers:
        assert carriers.keys() == {Channel.EMAIL, Channel.SMS}
        carriers[Channel.EMAIL].send(written(1), AT_TEN)
    assert mail_server.mails[0]["Reply-To"] == "privacy@example.com"
    with carriers_of(controller(), {}) as none:
        assert none == {}


def test_answers_go_where_the_profile_says_else_to_the_privacy_channel() -> None:
    named = {"address": "n@example.com", "name": {"ar": "ا", "en": "A"}, "reply_to": "answers@example.com"}
    assert sender_of(controller()).reply_to == "privacy@example.com"
    assert sender_of(controller(sender=named)).reply_to == "answers@example.com"


@pytest.mark.parametrize(
    ("sender", "says"),
    [
        (None, "sender.address"),
        ({"name": {"ar": "ا", "en": "A"}}, "sender.address"),
        ({"address": "n@example.com"}, "sender.name"),
        ({"address": "n@example.com", "name": {"en": "A"}}, "sender.name"),
    ],
)
def test_a_sender_is_never_hidden(sender: object, says: str) -> None:
    with pytest.raises(NeverRetry, match=says):
        sender_of(controller(sender=sender))
