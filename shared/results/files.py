"""Names of the files in a result's folder."""

MASTER = "poster.png"
APP_COPY = "poster.jpg"
THUMBNAIL = "thumbnail.jpg"
MANIFEST = "manifest.json"
