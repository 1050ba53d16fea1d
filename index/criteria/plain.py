"""Registry text with one spelling for what looks alike, place for place: what the readers of criteria compare with."""

from __future__ import annotations

_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000\t\r\n", " "),
        **dict.fromkeys("‐‑‒–—−﹣－", "-"),
        **dict.fromkeys("≧⩾≽", "≥"),
        **dict.fromkeys("≦⩽≼", "≤"),
        **dict.fromkeys("＜", "<"),
        **dict.fromkeys("μ", "µ"),
        **dict.fromkeys("✕✖╳ｘＸх", "×"),
        **dict.fromkeys("’‘´`′", "'"),
        **dict.fromkeys("“”„", '"'),
        **{sign: str(digit) for digits in ("⁰¹²³⁴⁵⁶⁷⁸⁹", "０１２３４５６７８９") for digit, sign in enumerate(digits)},
        **dict(zip("（）［］，；：％／＋", "()[],;:%/+", strict=True)),
        "＞": ">",
    }
)


def plain(text: str) -> str:
    """Lower case, one spelling for blanks, dashes, signs and superscripts; a place in it is a place in `text`."""
    same = text.translate(_SAME_LENGTH)
    low = same.lower()
    return low if len(low) == len(text) else "".join(one if len(one := char.lower()) == 1 else char for char in same)
