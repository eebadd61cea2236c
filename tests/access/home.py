from tests.access.matrix import Row

# Pages of the account itself: whoever is signed in, mandate or not.
ANYBODY = {"outside": 200}

ROWS = [
    Row("home", **ANYBODY),
    Row("awaiting_count", **ANYBODY),
    Row("search", query="?q=ateliers", **ANYBODY),
    Row("context", post={"year": "2026", "next": "/"}, code=302, outside=302),
    Row("context", code=405, outside=405),
    Row("theme", lambda world: [world.cite.slug], anonymous=200, **ANYBODY),
    Row("health", code=503, outside=503, anonymous=503),
    Row("health_web", anonymous=200, **ANYBODY),
    Row("login", code=302, outside=302, anonymous=200),
    Row("logout", post={}, code=302, outside=302, anonymous=302),
]
