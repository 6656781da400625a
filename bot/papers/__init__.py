"""Papers: letters, reports and certificates as PDF, drawn by typst from templates of our own."""

from bot.papers.paper import Form, page_count, render, templates
from bot.papers.qr import Qr, qr_svg

__all__ = ["Form", "Qr", "page_count", "qr_svg", "render", "templates"]
