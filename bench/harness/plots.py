"""Plots as SVG, written by hand: horizontal bars in groups, with the spread of the rounds as a whisker."""
import html
import math

COLOURS = {
    "limpet": "#0f766e", "haproxy": "#7c93b2", "nginx": "#8fb28a", "nghttpx": "#b29ac4", "envoy": "#d0a273",
    "floor": "#b8b8b8", "limpet-state": "#5ba8a0", "haproxy-keys": "#a3b4ca",
}
BAR, GAP, LEFT, RIGHT, TOP = 16, 26, 110, 130, 58


def bars(title, note, groups, unit):
    """`groups`: a list of (title, list of (label, value, low, high)); one scale for each group. Returns the text."""
    width, plot = 760, 760 - LEFT - RIGHT
    body, y = [], TOP
    for name, rows in groups:
        body.append(f'<text x="{LEFT}" y="{y + 12}" class="group">{html.escape(name)}</text>')
        y += GAP - 4
        largest = max((high for _, _, _, high in rows), default=1) or 1
        for label, value, low, high in rows:
            length = plot * value / largest
            colour = COLOURS.get(label.split()[0].lower(), "#999999")
            body.append(f'<text x="{LEFT - 8}" y="{y + 12}" class="label">{html.escape(label)}</text>')
            body.append(
                f'<rect x="{LEFT}" y="{y}" width="{max(1, length):.1f}" height="{BAR - 2}" rx="2" fill="{colour}"/>')
            if high > low:
                start, end = LEFT + plot * low / largest, LEFT + plot * high / largest
                middle = y + (BAR - 2) / 2
                body.append(
                    f'<path d="M{start:.1f} {middle - 3}v6M{start:.1f} {middle}H{end:.1f}M{end:.1f} {middle - 3}v6" '
                    'class="whisker"/>')
            at = LEFT + max(length, plot * high / largest) + 6
            body.append(f'<text x="{at:.1f}" y="{y + 12}" class="value">{_number(value)} {html.escape(unit)}</text>')
            y += BAR + 2
        y += GAP - BAR
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" height="{y}" role="img">',
        f"<title>{html.escape(title)}</title>",
        "<style>text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:16px;font-weight:600}"
        ".note{fill:#57606a}.group{font-weight:600}.label{text-anchor:end}.whisker{stroke:#24292f;fill:none}"
        "</style>",
        f'<rect width="{width}" height="{y}" fill="#ffffff"/>',
        f'<text x="12" y="24" class="title">{html.escape(title)}</text>',
        f'<text x="12" y="42" class="note">{html.escape(note)}</text>',
        *body, "</svg>", "",
    ])


def lines(title, note, series, x_title, y_title):
    """`series`: {name: [(x, y)]}, x on a logarithmic scale of tens. Returns the text."""
    width, height, left, bottom = 760, 360, 70, 50
    points = [point for rows in series.values() for point in rows]
    if not points:
        return ""
    low, high = (f(math.log10(x) for x, _ in points) for f in (min, max))
    top = max(y for _, y in points) * 1.1 or 1
    span = (high - low) or 1

    def place(x, y):
        return (
            left + (width - left - 150) * (math.log10(x) - low) / span,
            height - bottom - (height - bottom - 70) * y / top)

    body = []
    for step in range(5):
        y = top * step / 4
        _, at = place(10 ** low, y)
        body.append(f'<path d="M{left} {at:.1f}H{width - 150}" class="grid"/>')
        body.append(f'<text x="{left - 6}" y="{at + 4:.1f}" class="label">{_number(y)}</text>')
    for x in sorted({x for x, _ in points}):
        at, _ = place(x, 0)
        body.append(f'<text x="{at:.1f}" y="{height - bottom + 18}" class="middle">10^{math.log10(x):.0f}</text>')
    palette = ["#0f766e", "#b45309", "#6d28d9", "#57606a", "#be123c", "#0369a1"]
    for (name, rows), colour in zip(series.items(), palette):
        path = " ".join(f"{'M' if index == 0 else 'L'}{x:.1f} {y:.1f}"
                        for index, (x, y) in enumerate(place(*point) for point in rows))
        body.append(f'<path d="{path}" stroke="{colour}" fill="none" stroke-width="2"/>')
        x, y = place(*rows[-1])
        body.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{html.escape(name)}</text>')
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img">',
        f"<title>{html.escape(title)}</title>",
        "<style>text{font:12px system-ui,sans-serif}.title{font-size:16px;font-weight:600}.note{fill:#57606a}"
        ".label{text-anchor:end}.middle{text-anchor:middle}.grid{stroke:#d8dee4}</style>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="24" class="title">{html.escape(title)}</text>',
        f'<text x="12" y="42" class="note">{html.escape(note)}</text>',
        f'<text x="{(width - 80) / 2}" y="{height - 12}" class="middle">{html.escape(x_title)}</text>',
        f'<text x="12" y="60" class="note">{html.escape(y_title)}</text>',
        *body, "</svg>", "",
    ])


def _number(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
