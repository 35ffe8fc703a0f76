"""VAST 2 to 4.3 as the spots of one break: pods, stand-alone ads, wrappers followed as far as the limits go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.model.errors import BreakListError
from app.model.schedule import RefusedRow
from app.schedule.addresses import AddressError, absolute, normalised
from app.schedule.fetching import Fetcher, FetchError
from app.schedule.importers.vast_ad import Pod, inline_pod
from app.schedule.importers.xml_tree import Element, parsed_xml
from app.schedule.rows import brief

_VERSIONS = re.compile(r"(?:[23]\.\d|4\.[0-3])(?:\.\d)?", re.ASCII)
_SEQUENCE = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Document:
    """A VAST element and how we came to it. ``base``: the URL it is of, "" for a file; ``chain``: URLs on the way.

    ``multiple``, ``follow``: what led to it allows a pod, and wrappers.
    """

    root: Element
    file: str
    base: str = ""
    chain: tuple[str, ...] = ()
    wrappers: int = 0
    multiple: bool = True
    follow: bool = True


class VastReader:
    """Reads the documents of one import."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def pod(self, document: Document) -> Pod:
        """The spots of a document: its pod in sequence, else the first stand-alone ad that can be booked."""
        root, file = document.root, document.file
        if root.name == "VideoAdServingTemplate":
            return _refused(file, root, "VAST 1.0", "VAST 1 is not read: right are 2 to 4.3 (VAST error 102)")
        version = root.attributes.get("version", "").strip()
        if root.name != "VAST":
            return _refused(file, root, root.name, "no VAST document (VAST error 101)")
        if version and not _VERSIONS.fullmatch(version):
            return _refused(file, root, version, "this VAST version is not read: right are 2 to 4.3 (VAST error 102)")
        notes = () if version else (f"{file}: {root.place}: names no version",)
        ads = list(root.all("Ad"))
        if not ads:
            return Pod(notes=notes) + _refused(file, root, "", "no Ad in it: nothing to show (VAST error 303)")
        members, alone, refused = _sorted(ads, file)
        found = Pod((), refused, notes)
        if members and document.multiple:
            return found + self._members(members, alone, document)
        if members:
            found += Pod(notes=(f"{file}: {root.place}: allowMultipleAds is false: no pod, but one ad",))
        return found + self._first([*alone, *members], document)

    def followed(self, address: Element, document: Document) -> Pod:
        """The document at the address that an element of this one has as its text."""
        text, file = address.text, document.file
        try:
            url = absolute(text, document.base)
            if normalised(url) in document.chain:
                return _refused(file, address, text, "a loop: it leads back to itself (VAST error 302)")
            there, content = self._fetcher.read(url)
            root = parsed_xml(content, there)
        except (AddressError, FetchError) as error:
            return _refused(file, address, text, str(error))
        except BreakListError as error:
            return _refused(file, address, text, f"what is there is no VAST (VAST error 100): {error}")
        chain = (*document.chain, normalised(url), normalised(there))
        return self.pod(replace(document, root=root, file=there, base=there, chain=chain))

    def _members(self, members: Sequence[Element], alone: Sequence[Element], document: Document) -> Pod:
        """All of a pod; one that has nothing to show is replaced by a stand-alone ad, where it asks for that."""
        found, spare = Pod(), list(alone)
        for ad in members:
            pod = self._ad(ad, document)
            wrapper = ad.first("Wrapper")
            while not pod.spots and spare and wrapper is not None and wrapper.flag("fallbackOnNoAd", default=False):
                pod = _as_notes(pod) + self._ad(spare.pop(0), document)
            found += pod
        said = f"{document.file}: {document.root.place}: {len(spare)} stand-alone beside the pod: not booked"
        return found + Pod(notes=(said,) if spare else ())

    def _first(self, ads: Sequence[Element], document: Document) -> Pod:
        """The first of alternatives that gives spots; what was wrong with those before it is only noted."""
        tried = Pod()
        for n, ad in enumerate(ads):
            pod = self._ad(ad, document)
            if pod.spots:
                left = len(ads) - n - 1
                said = f"{document.file}: {document.root.place}: {left} further alternatives: not booked"
                return _as_notes(tried) + pod + Pod(notes=(said,) if left else ())
            tried += pod
        return tried

    def _ad(self, ad: Element, document: Document) -> Pod:
        inline, wrapper = ad.first("InLine"), ad.first("Wrapper")
        if inline is not None:
            return inline_pod(ad, inline, document.file)
        if wrapper is not None:
            return self._wrapped(wrapper, document)
        return _refused(document.file, ad, ad.attributes.get("id", ""), "neither InLine nor Wrapper in it")

    def _wrapped(self, wrapper: Element, document: Document) -> Pod:
        file = document.file
        address = wrapper.first("VASTAdTagURI") or wrapper.first("VASTAdTagURL")  # the latter is of drafts, still sent
        if address is not None and not address.text:
            address = address.first("URL")
        if address is None or not address.text:
            return _refused(file, wrapper, "", "a wrapper without a VASTAdTagURI")
        if not document.follow:
            return _refused(file, address, address.text, "what led here forbids to follow further wrappers")
        most = self._fetcher.limits.wrappers
        if document.wrappers >= most:
            said = f"more than {most} wrappers one behind the other (VAST error 302)"
            return _refused(file, address, address.text, said)
        asked = replace(
            document,
            wrappers=document.wrappers + 1,
            multiple=wrapper.flag("allowMultipleAds", default=False),
            follow=wrapper.flag("followAdditionalWrappers", default=True),
        )
        return self.followed(address, asked)


def _sorted(ads: Sequence[Element], file: str) -> tuple[list[Element], list[Element], tuple[RefusedRow, ...]]:
    """The pod in its order, the stand-alone ads, and those whose sequence is none."""
    members: list[tuple[int, Element]] = []
    alone: list[Element] = []
    refused: list[RefusedRow] = []
    for ad in ads:
        text = ad.attributes.get("sequence", "").strip()
        if not text:
            alone.append(ad)
        elif _SEQUENCE.fullmatch(text) and int(text):
            members.append((int(text), ad))
        else:
            refused.append(RefusedRow(file, f"{ad.place}, sequence", brief(text), "no whole number above 0"))
    return [ad for _, ad in sorted(members, key=lambda each: each[0])], alone, tuple(refused)


def _refused(file: str, element: Element, value: str, reason: str) -> Pod:
    return Pod(refused=(RefusedRow(file, element.place, brief(value), reason),))


def _as_notes(pod: Pod) -> Pod:
    return replace(pod, refused=(), notes=(*pod.notes, *map(str, pod.refused)))
