"""How a name sounds: a recording is kept with it, judged by its content, not by its file name."""

from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.domain.roles import Capability
from accounts.scoping import require
from common import audit
from common.errors import BadInput
from gazetteer.models import PlaceName

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
AUDIO_TYPES = {
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
}
# Brands of an MP4 container that hold sound alone, or as phones record it.
_M4A_BRANDS = (b"M4A ", b"M4B ", b"mp42", b"isom", b"mp41", b"iso2", b"3gp4", b"3gp5", b"dash")
_OGG_CODECS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_BITRATES_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_BITRATES_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


class NotARecording(BadInput):
    template = "“%(name)s” is not a recording: send an OGG, MP3, WAV or M4A file."


class RecordingTooLarge(BadInput):
    template = "“%(name)s” is too large: a recording may have at most 5 MB."


@transaction.atomic
def keep_recording(*, by: Any, name: PlaceName, upload: Any) -> PlaceName:
    """Keep a recording of a name, in the place of any former one (whose file stays)."""
    code = name.place.division_code
    require(by=by, capability=Capability.EDIT_NAME, codes=[code])
    content, suffix = read_recording(upload)
    name = PlaceName.objects.select_for_update(of=("self",)).get(pk=name.pk)
    name.audio.save(f"{name.pk}.{suffix}", ContentFile(content), save=False)
    audit.record(
        by=by,
        operation="keep_recording",
        subject=name.place,
        jurisdiction=code,
        name=name.text,
        file=name.audio.name,
    )
    name.save(update_fields=["audio"])
    return name


@transaction.atomic
def drop_recording(*, by: Any, name: PlaceName, reason: str) -> PlaceName:
    """Take a wrong recording off its name; the history still names the file."""
    code = name.place.division_code
    require(by=by, capability=Capability.EDIT_NAME, codes=[code])
    if not reason.strip():
        raise BadInput("Say why: the history keeps it.")
    name = PlaceName.objects.select_for_update(of=("self",)).get(pk=name.pk)
    audit.record(
        by=by,
        operation="drop_recording",
        subject=name.place,
        jurisdiction=code,
        reason=reason.strip(),
        name=name.text,
        file=name.audio.name,
    )
    name.audio = ""
    name.save(update_fields=["audio"])
    return name


def read_recording(upload: Any) -> tuple[bytes, str]:
    """The content and what it is (ogg, mp3, wav, m4a); raises :class:`BadInput` for others."""
    name = str(getattr(upload, "name", "") or "?")[-60:]
    if upload.size > LARGEST:
        raise RecordingTooLarge(name=name)
    content = upload.read()
    suffix = _kind(content)
    if not suffix:
        raise NotARecording(name=name)
    return content, suffix


def _kind(content: bytes) -> str:
    if content[:4] == b"OggS" and any(codec in content[:512] for codec in _OGG_CODECS):
        return "ogg"
    if _is_wav(content):
        return "wav"
    if content[4:8] == b"ftyp" and content[8:12] in _M4A_BRANDS and _only_sound(content):
        return "m4a"
    return "mp3" if _is_mp3(content) else ""


def _is_wav(content: bytes) -> bool:
    return (
        content[:4] == b"RIFF"
        and content[8:12] == b"WAVE"
        and b"fmt " in content[12:4096]
        and b"data" in content[12:65536]
    )


def _only_sound(content: bytes) -> bool:
    """An MP4 file with a track of sound (soun) and none of pictures (vide)."""
    return b"soun" in content and b"vide" not in content


def _is_mp3(content: bytes) -> bool:
    """Two frames of MPEG audio, layer III, one after the other, behind an ID3 tag or none."""
    start = 0
    if content[:3] == b"ID3" and len(content) > 10:
        size = 0
        for each in content[6:10]:
            size = size << 7 | each & 0x7F
        start = 10 + size
    length = _frame_length(content, start)
    return bool(length) and bool(_frame_length(content, start + length))


def _frame_length(content: bytes, at: int) -> int:
    """Bytes of the frame that begins at ``at``, 0 where none does."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, index, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or index == 3:
        return 0
    bitrate = (_BITRATES_V1 if version == 3 else _BITRATES_V2)[rate]
    if not bitrate:
        return 0
    return (144 if version == 3 else 72) * bitrate * 1000 // _RATES[version][index] + padding
