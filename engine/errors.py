"""The few ways in which the office says no, each named by what the user can do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

# What each code of the engine and its pages means. The forms of a process bear codes of their own (HZ-E05), each with
# its sentence in the form; a refusal may say more closely what is wrong than its code does.
CODES = {
    "E-COM-01": "必填项未填写",
    "E-COM-02": "日期晚于当前时间",
    "E-COM-03": "统一社会信用代码校验位错误",
    "E-COM-04": "您没有办理该任务的权限",
    "E-COM-05": "任务已被他人办理，请刷新",
    "E-COM-06": "经办人与审批人不得为同一人",
    "E-COM-07": "执法人员少于两人或执法证已失效",
    "E-COM-08": "退回、更正、转办、终止等必须填写理由",
    "E-COM-09": "没有找到，或您无权查看",
    "E-COM-10": "流程无法继续，已记为异常",
    "E-COM-11": "没有代理该人员的授权",
    "E-COM-12": "代理的设置不符合规定",
    "E-COM-13": "该区划没有登记所需的机构",
    "E-COM-14": "流程尚未发布",
    "E-COM-15": "流程版本已经发布或已被取代",
    "E-COM-16": "流程压缩包无法使用",
    "E-COM-17": "目前不能办理该事项",
    "E-COM-18": "更正前后内容相同",
    "E-COM-19": "与已有的账号、机构、岗位或者目录冲突",
    "E-COM-20": "流程文件未通过检查",
    "E-COM-21": "格式不正确",
    "E-COM-22": "超出允许的长度、数量或者范围",
    "E-COM-23": "不在可选范围内",
    "E-COM-24": "案件不能删除；登记有误的，可以由本单位负责人终止或者并入其他案件",
    "E-COM-25": "该事项只能从其他案件发起",
    "E-COM-30": "参数或者日期不合规定",
    "E-DOC-01": "送达时间早于文书签发时间",
    "E-DOC-02": "留置送达须记明拒收的事由",
    "E-DOC-03": "机关没有登记代字，不能编文号",
    "E-FILE-01": "文件没有名称、没有内容或者不接受这种文件",
    "E-FILE-02": "文件内容与扩展名不符，或者无法读取",
    "E-FILE-03": "文件过大",
    "E-WEB-01": "页面已过期",
    "E-WEB-02": "系统内部错误",
    "E-WEB-03": "尝试次数过多",
    "E-WEB-04": "密码不符合要求",
    "E-WEB-05": "常用语过多或者过长",
    "HZ-E40": "该事项已移交",
}


class OfficeError(Exception):
    """Base of every answer that is shown to a person: a code of the domain, a sentence, the fields concerned."""

    def __init__(
        self,
        detail: str,
        code: str = "",
        fields: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.fields = dict(fields or {})
        self.errors = [dict(error) for error in errors]


class Refused(OfficeError):
    """What was handed in cannot be accepted; nothing was changed."""


class NotAllowed(OfficeError):
    """The thing is visible to this person, but the act belongs to another role."""

    def __init__(self, detail: str = CODES["E-COM-04"], code: str = "E-COM-04") -> None:
        super().__init__(detail, code)


class NotFound(OfficeError):
    """It does not exist, or this person may not know that it does."""

    def __init__(self, detail: str = CODES["E-COM-09"], code: str = "E-COM-09") -> None:
        super().__init__(detail, code)


class Conflict(OfficeError):
    """Somebody was first, or the thing is no longer in the state that the act needs."""

    def __init__(self, detail: str, code: str = "E-COM-05", by: str | None = None, at: datetime | None = None) -> None:
        super().__init__(detail, code)
        self.by = by
        self.at = at


class Broken(OfficeError):
    """The process itself cannot go on: an incident with cause and retry, never a refusal."""

    def __init__(self, detail: str, code: str = "E-COM-10", element: str = "") -> None:
        super().__init__(detail, code)
        self.element = element


def refuse(problems: Mapping[str, tuple[str, str]]) -> None:
    """Refuse at once for every field that is wrong, given as {field: (code, sentence)}; without one do nothing."""
    if problems:
        raise Refused(
            "；".join(sentence for _, sentence in problems.values()),
            next(iter(problems.values()))[0],
            {field: code for field, (code, _) in problems.items()},
            [{"field": field, "code": code, "detail": sentence} for field, (code, sentence) in problems.items()],
        )
