"""The stills around a splice: the right pictures, wherever it lies, and from damaged segments what can be had."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.video.frame import PictureType

from app.model.errors import ProofError
from app.model.timebase import PTS_WRAP, wrapped
from app.pipeline import film_strip as module
from app.pipeline.film_strip import Still, film_strip
from tests.pipeline.clips import number_of, numbered

FRAME = 3600
SPLICE = 30  # the number of the picture that begins the second part


def parts(first_pts: int, *, b_frames: int = 2, size: tuple[int, int] = (192, 108)) -> list[bytes]:
    """Two segments of numbered pictures, 30 and 20 of them; each begins with an IDR and has no other."""
    target = io.BytesIO()
    timing = {"mpegts_copyts": "1", "avoid_negative_ts": "disabled", "pes_payload_size": "0"}
    cut = 0
    with av.open(target, "w", format="mpegts", container_options=timing) as out:
        options = {"bf": str(b_frames), "preset": "veryfast", "sc_threshold": "0", "x264-params": "keyint=infinite"}
        stream = out.add_stream("libx264", 25, options | {"forced-idr": "1"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90_000)
        stream.codec_context.gop_size = 1000
        for number in range(50):
            picture = numbered(number, *size)
            picture.pts, picture.time_base = first_pts + number * FRAME, Fraction(1, 90_000)
            picture.pict_type = PictureType.I if number == SPLICE else PictureType.NONE
            for packet in stream.encode(picture):
                if packet.pts == first_pts + SPLICE * FRAME:
                    cut = _flushed(target)
                out.mux(packet)
        out.mux(stream.encode(None))
    octets = target.getvalue()
    assert cut
    return [octets[:cut], octets[cut:]]


def _flushed(target: io.BytesIO) -> int:
    return len(target.getvalue()) // 188 * 188


def shown(still: Still) -> int:
    """The number in its picture."""
    with av.open(io.BytesIO(still.jpeg), "r", format="mjpeg") as container:
        return number_of(next(container.decode(video=0)).reformat(format="yuv420p"))


@pytest.mark.parametrize("b_frames", [0, 3])
@pytest.mark.parametrize("first_pts", [900_000, PTS_WRAP - 28 * FRAME, PTS_WRAP - 30 * FRAME, PTS_WRAP - 31 * FRAME])
def test_five_pictures_either_side_of_the_splice(first_pts: int, b_frames: int) -> None:
    pts = wrapped(first_pts + SPLICE * FRAME)
    stills = film_strip(parts(first_pts, b_frames=b_frames), pts)
    assert [still.offset_frames for still in stills] == list(range(-5, 5))
    assert [shown(still) for still in stills] == list(range(25, 35))
    assert [still.pts for still in stills] == [wrapped(first_pts + number * FRAME) for number in range(25, 35)]


@pytest.mark.parametrize(
    ("number", "expected"), [(0, range(5)), (2, range(7)), (10, range(5, 15)), (48, range(43, 50))]
)
def test_a_splice_anywhere_in_the_parts(number: int, expected: range) -> None:
    stills = film_strip(parts(900_000), 900_000 + number * FRAME)
    assert [shown(still) for still in stills] == list(expected)
    assert [still.offset_frames for still in stills] == [one - number for one in expected]


def test_between_two_pictures_the_next_one_is_the_first_behind_it() -> None:
    stills = film_strip(parts(900_000), 900_000 + SPLICE * FRAME - 100, each_side=1)
    assert [(still.offset_frames, shown(still)) for still in stills] == [(-1, 29), (0, 30)]


def test_one_part_alone_gives_one_side() -> None:
    stills = film_strip(parts(900_000)[1:], 900_000 + SPLICE * FRAME)
    assert [shown(still) for still in stills] == list(range(30, 35))


def test_only_what_is_needed_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int | None] = []
    made = module._decoded

    def counted(*given: object) -> object:
        for frame in made(*given):  # type: ignore[arg-type]  # passed through as they came
            decoded.append(frame.pts)
            yield frame

    monkeypatch.setattr(module, "_decoded", counted)
    film_strip(parts(900_000, b_frames=3), 900_000 + SPLICE * FRAME)
    assert decoded[-1] == 900_000 + 34 * FRAME
    assert len(decoded) < 33  # of 35 up to there, the unreferenced ones far before the splice were left out


def test_stills_are_small_and_keep_their_shape() -> None:
    (still, *_) = film_strip(parts(900_000, size=(640, 360)), 900_000 + SPLICE * FRAME)
    with av.open(io.BytesIO(still.jpeg), "r", format="mjpeg") as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (256, 144)
    assert len(still.jpeg) < 16_000


def test_no_video_and_no_stream_are_told(tmp_path: Path) -> None:
    for octets in (b"", b"not a stream at all" * 40, b"\x47" + bytes(187)):
        with pytest.raises(ProofError, match="around the splice"):
            film_strip([octets], 900_000)


def test_damaged_packets_cost_their_pictures_only() -> None:
    before, behind = parts(900_000)
    spoilt = bytearray(behind)
    spoilt[188 * 8 : 188 * 9] = bytes(188)
    stills = film_strip([before, bytes(spoilt)], 900_000 + SPLICE * FRAME)
    assert [shown(still) for still in stills][:5] == list(range(25, 30))
