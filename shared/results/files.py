"""Names of the files in a result's folder."""

MASTER = "poster.png"
APP_COPY = "poster.jpg"
APP_COPY_LOSSLESS = "poster.webp"
THUMBNAIL = "thumbnail.jpg"
MANIFEST = "manifest.json"
