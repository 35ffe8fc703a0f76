"""The dialects of an HLS output by name, and who reads them: what each destination is given, and why.

A profile is data. It chooses an output's ``dialects`` and ``marking`` where the show file names none; the show file
rules. What a reader can't do without is refused by the settings, what it does badly with is told by the linter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from app.model.show import MarkingOptions
from app.model.signalling import SignalMode

DIALECTS = ("daterange", "cue-out-in", "oatcls-scte35", "asset", "scte35", "splicepoint", "adobe")
CUE_OUT_FORMS = ("duration", "seconds", "bare")
CONT_FORMS = ("elapsed", "ratio", "elemental")
CUE_FAMILY = frozenset({"cue-out-in", "oatcls-scte35", "asset"})  # one vocabulary
INTERSTITIAL_CLASS = "com.apple.hls.interstitial"
TYPE_ID = "{segmentation_type_id}"  # may stand in a daterange_class

LONGEST_UNKNOWN_S = Fraction(600)  # for so long at most a break goes on whose end nobody tells
_ELEMENTAL = MarkingOptions(cue_out="seconds", cont="elemental")
_BREAKS = frozenset(
    {
        SignalMode.SPLICE_INSERT,
        SignalMode.PROVIDER_AD,
        SignalMode.DISTRIBUTOR_AD,
        SignalMode.PROVIDER_PLACEMENT,
        SignalMode.DISTRIBUTOR_PLACEMENT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of reader of an HLS output.

    ``reads``: the dialects that say something to it. ``one_vocabulary``: each of them opens a break of its own, so it
    is to get one. ``needs_duration``: an OUT without one is no break to it, so where its
    section tells none, the tags tell the longest that it may last. ``needs_delivery``: of a time_signal it
    takes only one with delivery restrictions (SCTE 35 §10.3.3.1). ``hls_version``: the highest that it knows.
    ``modes``: those that it takes for a break. ``source``: where it says so.
    """

    name: str
    reader: str
    dialects: tuple[str, ...]
    why: str
    source: str
    marking: MarkingOptions = field(default_factory=MarkingOptions)
    reads: frozenset[str] = frozenset(DIALECTS)
    one_vocabulary: bool = False
    needs_duration: bool = False
    needs_delivery: bool = False
    needs_asset_list: bool = False
    hls_version: int | None = None
    modes: frozenset[SignalMode] = frozenset(SignalMode)


_PLAIN = Profile(
    name="plain",
    reader="anybody",
    dialects=("daterange", "cue-out-in", "oatcls-scte35", "scte35"),
    why=(
        "The reader is not known, so the tag of the HLS standard, that of SCTE 35 and what most ad inserters look for "
        "all stand there; each reader skips what it doesn't know."
    ),
    source="RFC 8216 §4.3.2.7.1; SCTE 35 §12.2",
)

_MEDIATAILOR = Profile(
    name="mediatailor",
    reader="AWS Elemental MediaTailor",
    dialects=("oatcls-scte35", "asset", "cue-out-in"),
    why=(
        "The form of AWS's own encoders: the section and its UPID go to the ad server with CUE-OUT, and CONT with the "
        "section lets a session that starts within a break join it. A DATERANGE beside it would open the same avail "
        "twice, and its START-DATE is ignored: only the place of a tag counts."
    ),
    source="AWS MediaTailor, HLS supported ad markers",
    marking=_ELEMENTAL,
    reads=frozenset({"cue-out-in", "oatcls-scte35", "asset", "daterange", "splicepoint"}),
    one_vocabulary=True,
)

_MEDIAPACKAGE = Profile(
    name="mediapackage",
    reader="AWS Elemental MediaPackage",
    dialects=("oatcls-scte35", "asset", "cue-out-in"),
    why=(
        "Its own markers come from the sections in the segments; on pass-through it copies what stands here, which "
        "then reaches the same readers as its enhanced markers, so it is given the same form. A time_signal is an ad "
        "to it by default only with delivery restrictions, and only as an advertisement or placement opportunity."
    ),
    source="AWS MediaPackage, SCTE-35 message options",
    marking=_ELEMENTAL,
    reads=frozenset({"cue-out-in", "oatcls-scte35", "asset", "daterange"}),
    one_vocabulary=True,
    needs_delivery=True,
    modes=_BREAKS,
)

_GOOGLE_DAI = Profile(
    name="google-dai",
    reader="Google Ad Manager DAI",
    dialects=("cue-out-in",),
    why=(
        "It takes CUE-OUT with a duration and CUE-IN, and lists SCTE35-OUT and SCTE35-IN as not supported; its HLS is "
        "version 3. Other tags would only be carried along."
    ),
    source="Google Ad Manager help, HLS encoder integration",
    marking=MarkingOptions(unknown_s=LONGEST_UNKNOWN_S),
    reads=frozenset({"cue-out-in", "oatcls-scte35"}),
    needs_duration=True,
    hls_version=3,
)

_BROADPEAK = Profile(
    name="broadpeak",
    reader="Broadpeak",
    dialects=("oatcls-scte35", "cue-out-in"),
    why=(
        "It decides by the section (splice_insert, or a time_signal that goes out), so the section stands at both "
        "splices and in CONT; CUE-OUT and CUE-IN give the place and the duration."
    ),
    source="broadpeak.io documentation, SCTE-35 markers",
    marking=_ELEMENTAL,
    reads=frozenset({"cue-out-in", "oatcls-scte35", "daterange"}),
    one_vocabulary=True,
)

_ADOBE = Profile(
    name="adobe",
    reader="Adobe Primetime and Azure Media Services (legacy)",
    dialects=("adobe", "daterange"),
    why=(
        "EXT-X-CUE with the section on every segment of a break is what its players wait for; Azure set the DATERANGE "
        "beside it for all others, which they skip."
    ),
    source="Azure Media Services, Signaling Timed Metadata in Live Streaming",
    marking=MarkingOptions(unknown_s=LONGEST_UNKNOWN_S),
    reads=frozenset({"adobe"}),
    needs_duration=True,
)

_INTERSTITIALS = Profile(
    name="interstitials",
    reader="players with HLS interstitials (AVPlayer, hls.js)",
    dialects=("daterange",),
    why=(
        "The player itself fetches the ads of X-ASSET-LIST at an interstitial DATERANGE, which is announced ahead, for "
        "ads have to be loaded in time. It hands SCTE35-OUT and SCTE35-IN to the page and reads no other dialect."
    ),
    source="RFC 8216 §4.3.2.7; draft-pantos-hls-rfc8216bis appendix D",
    marking=MarkingOptions(announce=True),
    reads=frozenset({"daterange"}),
    needs_asset_list=True,
)

PROFILES: dict[str, Profile] = {
    each.name: each for each in (_PLAIN, _MEDIATAILOR, _MEDIAPACKAGE, _GOOGLE_DAI, _BROADPEAK, _ADOBE, _INTERSTITIALS)
}
