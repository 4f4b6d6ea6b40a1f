"""Files in Matrix messages as attachments, and what an attachment refers to. Pure.

Client-Server API v1.15, `m.file` and its like, `m.sticker`, "Media captions", "Sending encrypted attachments"; voice
messages by MSC3245 and MSC1767.
"""

from __future__ import annotations

import json
from typing import Literal

from bridges.events import Attachment
from bridges.matrix.values import Content, count, mapping, string
from bridges.text import one_line

_KINDS: dict[str, Literal["image", "video", "audio", "file"]] = {
    "m.image": "image",
    "m.video": "video",
    "m.audio": "audio",
    "m.file": "file",
}
_VOICE = ("org.matrix.msc3245.voice", "org.matrix.msc3245.voice.v2", "m.voice")
_LONGEST = 4_000


def is_file(content: Content) -> bool:
    return string(content.get("msgtype")) in _KINDS


def attachment(content: Content, *, sticker: bool = False) -> Attachment | None:
    """The file of a message or sticker; None where there is none, or nothing tells where it lies."""
    kind: Literal["image", "video", "audio", "voice", "file", "sticker"] | None
    kind = "sticker" if sticker else _KINDS.get(string(content.get("msgtype")))
    reference = _reference(content)
    if kind is None or not reference:
        return None
    if kind == "audio" and any(mark in content for mark in _VOICE):
        kind = "voice"
    info = mapping(content.get("info"))
    millis = count(info.get("duration"))
    if millis is None:
        millis = count(mapping(content.get("org.matrix.msc1767.audio")).get("duration"))
    return Attachment(
        kind,
        one_line(string(content.get("filename")) or string(content.get("body")), 200),
        reference,
        one_line(string(info.get("mimetype")), 100),
        count(info.get("size")),
        None if millis is None else millis / 1000,
    )


def _reference(content: Content) -> str:
    file = mapping(content.get("file"))
    if string(file.get("url")).startswith("mxc://"):
        kept = {name: file[name] for name in ("url", "key", "iv", "hashes", "v") if name in file}
        reference = json.dumps({"file": kept}, separators=(",", ":"))
        return reference if len(reference) <= _LONGEST else ""
    url = string(content.get("url"))
    return json.dumps({"url": url}, separators=(",", ":")) if url.startswith("mxc://") and len(url) < 1_000 else ""


def referred(reference: str) -> tuple[str, Content | None]:
    """The `mxc://` address in a reference, and the `EncryptedFile` that opens what lies there.

    Raise ValueError for what is no reference of ours.
    """
    value = mapping(json.loads(reference))
    file = mapping(value.get("file"))
    url = string(file.get("url")) or string(value.get("url"))
    if not url:
        raise ValueError("this names no file on Matrix")
    return url, file or None


def caption_of(content: Content) -> str:
    """The words that came with a file: its body where a name stands beside it ("Media captions")."""
    body, name = string(content.get("body")), content.get("filename")
    return body if isinstance(name, str) and name != body else ""
