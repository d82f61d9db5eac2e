"""What an author said, as text: the one place that decides which words of a post are theirs."""

from __future__ import annotations

from store import tables


def own_words(post: tables.Post) -> str:
    """A title of their own, then the text, each once; a comment's title is made by its site."""
    if not post.title or post.kind == "comment" or post.title.strip() in post.text:
        return post.text
    return f"{post.title.strip()}\n{post.text}".strip()
