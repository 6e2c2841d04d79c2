"""``/v1/accounts``: accounts as an administrator sees and changes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from assistant.api.schemas import Shape
from assistant.api.session.schemas import AccountView
from assistant.api.work_orders.schemas import UnitId
from assistant.domain.accounts import AccountRole

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
EXAMPLE: JsonDict = {"login": "wangjing-01", "name": "演示承办人", "role": "unit_handler", "unit": "street-wangjing"}


class NewAccount(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})
    login: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=64)]
    name: Name
    role: AccountRole
    unit: UnitId | None = Field(default=None, description="承办单位编号，仅 unit_handler 填写")


class AccountChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    role: AccountRole | None = None
    unit: UnitId | None = None
    disabled: bool | None = None

    def changes(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in given.items() if value is not None or name == "unit"}


class AccountList(Shape):
    items: list[AccountView]


class AccountWithPassword(Shape):
    account: AccountView
    password: str = Field(description="一次性密码，只在这里给出一次；首次登录后须修改")
