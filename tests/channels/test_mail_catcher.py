from __future__ import annotations

import mailbox
import signal
import smtplib
import stat
import subprocess
import sys
from pathlib import Path

from relaying import AT_TEN, mail_carrier, written

from include.channels.catcher import MailCatcher

PROJECT = Path(__file__).parents[2]


def test_mail_is_kept_in_a_folder_that_only_its_owner_may_enter(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with MailCatcher(folder) as catcher:
        carrier = mail_carrier(catcher.port)
        for number in range(3):
            carrier.send(written(number), AT_TEN)
        carrier.close()
    kept = list(mailbox.Maildir(folder, create=False))
    assert sorted(mail["X-Envelope-To"] for mail in kept) == [f"person{number}@example.org" for number in range(3)]
    assert kept[0].is_multipart()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_catcher_that_is_closed_listens_no_more(tmp_path: Path) -> None:
    with MailCatcher(tmp_path) as catcher:
        talking = smtplib.SMTP("127.0.0.1", catcher.port)
    talking.close()
    try:
        smtplib.SMTP("127.0.0.1", catcher.port).close()
    except OSError:
        return
    raise AssertionError("it still listens")


def test_it_runs_as_a_program_that_prints_its_port_and_stops_when_told(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "include.channels.catcher", "--folder", str(tmp_path / "mail")]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with smtplib.SMTP("127.0.0.1", int(process.stdout.readline())) as talking:
        talking.sendmail("a@example.com", ["b@example.org"], b"Subject: x\r\n\r\nbody\r\n")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == 0
    [kept] = (tmp_path / "mail" / "new").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
