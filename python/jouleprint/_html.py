"""A record in a notebook: a few figures and a bar for each domain, its 90 % interval drawn over it. One piece of HTML
that loads nothing and takes its colours of text from the page, so that it reads on light and dark."""
from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from . import _words

if TYPE_CHECKING:
    from .record import Record

# Told apart by those who see colours differently as well (P. Green-Armytage's and Okabe-Ito's palettes agree on these).
_COLOURS = {"cpu": "#0072b2", "memory": "#009e73", "gpu": "#d55e00", "board": "#cc79a7", "wall": "#cc79a7"}
_OTHER_COLOUR = "#888888"
_WIDTH, _ROW, _BAR = 640, 26, 14
_LABEL, _FIGURE = 120, 260  # columns left and right of the bars
_MOST_LETTERS = 17
_MOST_DOMAINS = 24


def _bar(y: int, domain: dict[str, Any], scale_kwh: float) -> str:
    from .record import Estimate

    used = Estimate.read(domain.get("energy_kwh"))
    if used is None:
        return ""
    room = _WIDTH - _LABEL - _FIGURE

    def x(kwh: float) -> float:
        return _LABEL + room * max(0.0, kwh) / scale_kwh

    full = str(domain.get("name", ""))
    label = full if len(full) <= _MOST_LETTERS else full[:_MOST_LETTERS - 1] + "\u2026"
    name, basis = escape(full), escape(used.basis)
    middle = y + _ROW / 2
    colour = _COLOURS.get(str(domain.get("component")), _OTHER_COLOUR)
    low, high = x(used.low), x(used.high)
    return (
        f'<g><title>{name}: {escape(_words.energy(used))}, {basis}; '
        f'{escape(str(domain.get("source", "")))}</title>'
        f'<text x="{_LABEL - 8}" y="{middle + 4}" text-anchor="end">{escape(label)}</text>'
        f'<rect x="{_LABEL}" y="{middle - _BAR / 2}" width="{max(1.0, x(used.value) - _LABEL):.1f}" '
        f'height="{_BAR}" rx="2" fill="{colour}"/>'
        f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8" '
        f'stroke="currentColor" stroke-width="1.2" fill="none"/>'
        f'<text x="{_WIDTH - _FIGURE + 12}" y="{middle + 4}">{escape(_words.energy(used))}, {basis}</text></g>'
    )


def _picture(record: Record) -> str:
    domains = record.domains[:_MOST_DOMAINS]
    highest = max((float((domain.get("energy_kwh") or {}).get("high") or 0) for domain in domains), default=0.0)
    if highest <= 0:
        return ""
    bars = "".join(_bar(i * _ROW, domain, highest) for i, domain in enumerate(domains))
    height = _ROW * len(domains)
    return (f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
            f'aria-label="energy of each domain with its 90 % interval" '
            f'style="max-width:100%;height:auto;font:12px sans-serif" fill="currentColor">{bars}</svg>')


def _row(label: str, text: str) -> str:
    cell = 'style="text-align:left;padding:2px 12px 2px 0;border:0"'
    return f"<tr><th {cell}>{label}</th><td {cell}>{escape(text)}</td></tr>"


def _grid(record: Record) -> str:
    intensity = record.data.get("intensity_g_per_kwh") or {}
    zone = record.data.get("zone") or "unknown"
    place = "zone unknown (say zone=...), so the world average" if zone == "unknown" else zone
    if intensity.get("value") is None:
        return str(place)
    source = f", {intensity['source']}" if intensity.get("source") else ""
    return f"{place}: {intensity['value']:.0f} g/kWh{source}; PUE {record.data.get('pue', 1):g}"


def _rows(record: Record) -> str:
    used = record.energy_kwh
    rows = [_row("energy", _words.energy(used) + (f", {used.basis}" if used is not None else ""))]
    if record.share_kwh is not None:
        rows.append(_row("of it, this program's", _words.energy(record.share_kwh)))
    rows += [_row("carbon", _words.emissions(record.emissions_gco2e)), _row("grid", _grid(record))]
    if record.epochs:
        rows.append(_row("epochs", str(sum(1 for epoch in record.epochs if epoch.get("kind") != "eval"))))
    rows += [_row(escape(name), f"{points[-1]['value']:.6g}") for name, points in record.metrics.items() if points]
    rows += [_row("warning", warning) for warning in record.warnings]
    return "".join(rows)


def record_html(record: Record) -> str:
    """Self-contained HTML. Every text in it is escaped."""
    if not record:
        return ("<div style='font-family:sans-serif'><b>jouleprint</b>: nothing was measured: "
                f"{escape(record.reason)}</div>")
    title = escape(record.name or "run")
    took = escape(_words.duration(record.duration_s or 0.0))
    return (f'<div style="font-family:sans-serif;max-width:{_WIDTH}px">'
            f'<div style="margin:4px 0"><b>{title}</b>, {took}</div>'
            f'<table style="border-collapse:collapse;font-size:13px;margin:0 0 8px;color:inherit">'
            f'{_rows(record)}</table>'
            f'{_picture(record)}'
            f'<div style="font-size:11px;opacity:.7">Ranges hold the true value nine times in ten. '
            f'Run {escape(record.run_id)}.</div></div>')
