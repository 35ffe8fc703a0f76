"""A real HTTP server of VAST documents, and documents to put there."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

type Page = str | bytes | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class AdServer:
    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def ad_server() -> Iterator[AdServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            page = server.pages.get(self.path)
            if callable(page):
                page(self)
                return
            body = page.encode() if isinstance(page, str) else page or b""
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.block_on_close = True
    listening.daemon_threads = False
    server = AdServer(f"http://127.0.0.1:{listening.server_address[1]}")
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,), name="ad-server")
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        listening.shutdown()
        thread.join(5)
        listening.server_close()


def linear(duration: str = "00:00:10", media: str = "https://ads.example/a.mp4", kind: str = "video/mp4") -> str:
    file = f'<MediaFile type="{kind}" delivery="progressive"><![CDATA[ {media} ]]></MediaFile>' if media else ""
    return f"<Creative><Linear><Duration> {duration} </Duration><MediaFiles>{file}</MediaFiles></Linear></Creative>"


def inline(key: str, *creatives: str, sequence: int | str = "", title: str = "Ad", more: str = "") -> str:
    place = f' sequence="{sequence}"' if sequence != "" else ""
    listed = "".join(creatives or (linear(),))
    return (
        f'<Ad id="{key}"{place}{more}><InLine><AdTitle>{title}</AdTitle><Creatives>{listed}</Creatives></InLine></Ad>'
    )


def wrapper(url: str, *, key: str = "w", sequence: int | str = "", more: str = "") -> str:
    place = f' sequence="{sequence}"' if sequence != "" else ""
    return f'<Ad id="{key}"{place}><Wrapper {more}><VASTAdTagURI><![CDATA[\n{url}\n]]></VASTAdTagURI></Wrapper></Ad>'


def vast(*ads: str, version: str = "4.2") -> str:
    return f'<VAST version="{version}" xmlns="http://www.iab.com/VAST">{"".join(ads)}</VAST>'


def vmap(*breaks: str, namespace: str = "http://www.iab.net/videosuite/vmap") -> str:
    return f'<vmap:VMAP xmlns:vmap="{namespace}" version="1.0">{"".join(breaks)}</vmap:VMAP>'


def ad_break(offset: str, source: str = "", *, key: str = "b", more: str = "", flags: str = "") -> str:
    inside = source or f"<vmap:VASTAdData>{vast(inline('a'))}</vmap:VASTAdData>"
    return (
        f'<vmap:AdBreak timeOffset="{offset}" breakType="linear" breakId="{key}" {more}>'
        f"<vmap:AdSource {flags}>{inside}</vmap:AdSource></vmap:AdBreak>"
    )
