"""Which line of a show file a key is on."""

from hypothesis import given
from hypothesis import strategies as st

from app.settings.lines import line_of, lines_of_keys


def test_lines_of_keys() -> None:
    text = """\
# [[not]]
a.b = 1
"c d" = \"\"\"
[x]
k = 1
\"\"\"
[[t]]
list = [
  "k = 2",  # ]
  [1],
]
k = 3
[t.u]
k = 4
[[t]]
v = { k = 5 }
[[t.w]]
k = '''
[[t]]'''
[[t.w]]
k = 6 # ["""
    lines = lines_of_keys(text)
    keys = {"a.b": 2, "c d": 3, "t[0].list": 8, "t[0].k": 12, "t[0].u.k": 14, "t[1].v": 16, "t[1].w[0].k": 18}
    assert {key: lines.get(key) for key in keys} == keys
    assert line_of("t[1].w[1].k", lines) == 21
    assert line_of("t[1].v.k", lines) == 16
    assert line_of("t[0].list[1]", lines) == 8
    assert line_of("t[1].w[1].missing", lines) == 20
    assert line_of("elsewhere", lines) is None


@given(st.text())
def test_lines_of_any_text(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in lines_of_keys(text).values())
