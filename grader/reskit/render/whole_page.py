"""The frame of every page that the kit writes: one file, no scripts, nothing fetched."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

POLICY = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def whole_page(title: str, style: str, body: str) -> str:
    """Return a page; `title` and `body` are HTML, and no style but `style` acts in it."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return PAGE.format(policy=POLICY.format(digest=digest), title=title, style=style, body=body)
