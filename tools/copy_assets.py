"""Copy the few browser files that the pages load from node_modules into the static folder.

Nothing is bundled or changed, but for one line: a reference to a source map is dropped,
because the map is not shipped and the static file storage would look for it.

Run by ``make assets``; a file that is already there and equal is left alone.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TARGET = ROOT / "src" / "tocsin" / "web" / "static" / "vendor"

# Where it lies in node_modules, and its name under static/vendor/.
ASSETS = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "htmx-ext-sse/dist/sse.min.js": "htmx-ext-sse.min.js",
    "htmx-ext-sse/LICENSE": "htmx-ext-sse.LICENSE.txt",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl/maplibre-gl.mjs",
    # MapLibre looks for its worker beside itself, under exactly this name.
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl/maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre-gl/LICENSE.txt",
}
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ ?\*/)\s*$")


def copy(source: Path, target: Path) -> bool:
    """Copy one file without its source map line; tell whether anything was written."""
    wanted = SOURCE_MAP.sub(b"\n", source.read_bytes())
    if target.exists() and target.read_bytes() == wanted:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(wanted)
    return True


def main() -> int:
    """Copy every asset and say what is missing."""
    missing = [name for name in ASSETS if not (MODULES / name).is_file()]
    if missing:
        print(f"not in node_modules: {', '.join(missing)}. Run `npm ci` first.", file=sys.stderr)
        return 1
    written = sum(copy(MODULES / source, TARGET / target) for source, target in ASSETS.items())
    print(f"assets: {written} copied, {len(ASSETS) - written} already there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
