"""The refusal to start unprotected, and the keys that the settings name."""

from __future__ import annotations

import re

from assistant.api.middleware.authentication import KnownKey
from assistant.api.state import ApiContainer
from assistant.domain.accounts import AccountRole
from assistant.ports.orders import StoreUnavailable
from assistant.setting_sections import Api, SignIn

_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


class UnsafeSettings(Exception):  # noqa: N818 - told by its name
    """The service would start open to everyone; the message says which setting to change."""


def refuse_unsafe(settings: Api, environment: str, sign_in: SignIn, container: ApiContainer) -> None:
    keys = known_keys(settings)
    if any(not _DIGEST.fullmatch(key) for key in keys):
        raise UnsafeSettings("HOTLINE_API__KEYS: every entry is the SHA-256 of a key, 64 hex digits")
    if environment == "development":
        return
    if sign_in.origin is not None and not sign_in.origin.startswith("https://"):
        raise UnsafeSettings("HOTLINE_SIGN_IN__ORIGIN: outside development it starts with https://")
    if not keys and sign_in.origin is None:
        raise UnsafeSettings(
            "HOTLINE_API__KEYS is empty: outside development the API needs at least one key digest, "
            "or HOTLINE_SIGN_IN__ORIGIN (https://…) and an account"
        )
    if not keys and sign_in.oidc is None and not _has_accounts(container):
        raise UnsafeSettings("nobody could sign in: make an account with `hotline accounts add LOGIN --role admin`")


def _has_accounts(container: ApiContainer) -> bool:
    try:
        return any(not account.disabled for account in container.work_orders().accounts.store.all())
    except StoreUnavailable as error:
        raise UnsafeSettings(str(error)) from error


def known_keys(settings: Api) -> dict[str, KnownKey]:
    """By digest: the plain ones, which may ask, and those with a role."""
    roles = {caller.key.get_secret_value(): KnownKey(_role(caller.role), caller.unit) for caller in settings.callers}
    return {key.get_secret_value(): KnownKey() for key in settings.keys} | roles


def _role(name: str) -> AccountRole:
    return AccountRole.UNIT_HANDLER if name == "unit" else AccountRole(name)
