"""Invented words: nobody of these exists, and nobody said any of this."""

from __future__ import annotations

import random


def _split(words: str) -> list[str]:
    return words.split()


BRANDS = ("Norvane", "Quillmont", "Tessaro", "Brindlecup", "Ovexa")
SITES = ("mastodon", "forum.norvane.test", "Kettle Weekly", "Home Gazette", "cupfans.test",
         "Steam Report", "Norvane shop", "Letters")  # fmt: skip
THEMES = ("lid", "handle", "battery", "price", "delivery", "service", "colour", "noise", "app",
          "warranty", "filter", "spout", "charger", "manual", "packaging", "seal", "base", "timer",
          "refund", "firmware", "button", "hinge", "coating", "weight", "cable", "sensor", "light",
          "sound", "gift", "recipe", "cleaning", "scale", "taste", "smell", "repair", "parts",
          "queue", "newsletter", "store", "update")  # fmt: skip
GOOD = _split("love great wonderful best happy perfect superb brilliant kind quick sturdy lovely")
BAD = _split("hate awful terrible worst angry broken useless leaking slow rude flimsy noisy")
PLAIN = _split(
         "today again morning week kitchen table friend mother office train house water coffee tea "
         "cup first second third old new small large red blue green shelf garden street shop box "
         "letter phone answer question week month year always never often maybe really quite very "
         "still just already after before during while because though when where whoever someone "
         "nobody everybody bought sold gave took brought found lost opened closed asked told wrote "
         "read heard saw thought knew wanted needed used tried kept left")  # fmt: skip
JAPANESE = (
    "電池がすぐ切れる",
    "とても気に入っています",
    "蓋が漏れる",
    "音が静かで良い",
    "返金してほしい",
    "毎朝使っています",
    "値段が高い",
    "色がきれい",
    "説明書が分かりにくい",
    "また買いたい",
)
GERMAN = (
    "der Deckel ist undicht und das nervt",
    "ich liebe diese Kanne wirklich sehr",
    "die Lieferung kam nicht und keiner antwortet",
    "das ist schön und sehr leise",
)
FIRST = _split(
         "Ada Bex Cal Dov Edda Fenn Gil Hanka Ilo Jori Kez Lumi Mab Nilo Orla Pim Quin Rafi Suvi "
         "Tam Ulla Vero Wim Xan Ylva Zuri")  # fmt: skip


def text(draw: random.Random, brand: str, theme: str, label: str, language: str) -> str:
    """One post: some 25 words about a theme of a brand, in the tone of a label."""
    if language == "ja":
        return f"{brand}の" + "。".join(draw.sample(JAPANESE, 3)) + "。"
    if language == "de":
        return f"{brand}: {draw.choice(GERMAN)}. {draw.choice(GERMAN)}."
    tone = {"positive": GOOD, "negative": BAD}.get(label, PLAIN)
    words = draw.choices(PLAIN, k=draw.randint(12, 30))
    words[3:3] = [f"the {theme} of my {brand} is {draw.choice(tone)}"]
    end = draw.choice((".", ".", ".", "!", "?", " \U0001f621"))
    return " ".join(words).capitalize() + end


def theme_of(post_id: int) -> int | None:
    """The theme a post is about; some are about none."""
    return post_id % 57 + 1 if post_id % 57 < len(THEMES) else None
