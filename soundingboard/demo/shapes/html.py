"""Plain text of the cast as the HTML a site would make of it."""

from __future__ import annotations

import html
import re

_MARKED = re.compile(r"https?://\S+|#\w+|(?<!\w)@[\w.]+")


def paragraphs(text: str) -> str:
    """Escaped text, blank lines become paragraphs, single line ends become breaks.

    >>> paragraphs("a\\nb\\n\\n1 < 2")
    '<p>a<br />b</p><p>1 &lt; 2</p>'
    """
    parts = html.escape(text, quote=False).split("\n\n")
    return "".join(f"<p>{part.replace(chr(10), '<br />')}</p>" for part in parts)


def status_html(text: str, host: str) -> str:
    """A status as Mastodon writes it: hashtags, mentions and shortened links are marked up."""
    return _MARKED.sub(lambda match: _marked(match.group(), host), paragraphs(text))


def _marked(word: str, host: str) -> str:
    if word.startswith("#"):
        href = f"http://{host}/tags/{word[1:]}"
        return f'<a href="{href}" class="mention hashtag" rel="tag">#<span>{word[1:]}</span></a>'
    if word.startswith("@"):
        href = f"http://{host}/@{word[1:]}"
        link = f'<a href="{href}" class="u-url mention">@<span>{word[1:]}</span></a>'
        return f'<span class="h-card" translate="no">{link}</span>'
    return _short_link(*re.split(r"(?=[<)])", word, maxsplit=1))


def _short_link(url: str, rest: str = "") -> str:
    """Thirty characters are shown, the rest is there for machines, as Mastodon does it."""
    scheme, shown = url.split("//", 1)
    head, tail = shown[:30], shown[30:]
    return (
        f'<a href="{url}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}//</span>'
        f'<span class="{"ellipsis" if tail else ""}">{head}</span>'
        f'<span class="invisible">{tail}</span></a>{rest}'
    )
