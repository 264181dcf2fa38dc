"""Use cases that write, by theme. They take plain values and `now`, flush when an id is needed, and never commit."""

from __future__ import annotations

from learning.people.services.accounts import (
    change_password,
    create_link,
    end_all_sessions,
    end_one_session,
    end_other_sessions,
    end_session,
    issue_link,
    link_owner,
    open_session,
    purge_expired,
    renew_hash,
    set_password_by_link,
    sign_in,
    token_hash,
)
from learning.people.services.imports import (
    note_checked,
    open_import,
    receive_sheet,
    set_guard,
    start_applying,
)
from learning.people.services.merging import merge_unit
from learning.people.services.persons import (
    create_person,
    log_view,
    post_person,
    retire_person,
    update_person,
)
from learning.people.services.roles import end_role, grant_role, refuse_person_above
from learning.people.services.splitting import split_unit
from learning.people.services.transfers import send_transfer_digest
from learning.people.services.units import create_unit, end_unit, move_unit, update_unit

__all__ = [
    "change_password",
    "create_link",
    "create_person",
    "create_unit",
    "end_all_sessions",
    "end_one_session",
    "end_other_sessions",
    "end_role",
    "end_session",
    "end_unit",
    "grant_role",
    "issue_link",
    "link_owner",
    "log_view",
    "merge_unit",
    "move_unit",
    "note_checked",
    "open_import",
    "open_session",
    "post_person",
    "purge_expired",
    "receive_sheet",
    "refuse_person_above",
    "renew_hash",
    "retire_person",
    "send_transfer_digest",
    "set_guard",
    "set_password_by_link",
    "sign_in",
    "split_unit",
    "start_applying",
    "token_hash",
    "update_person",
    "update_unit",
]
