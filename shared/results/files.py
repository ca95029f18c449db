"""Names of the files in a result's folder."""

MASTER = "poster.png"
APP_COPY = "poster.jpg"
APP_COPY_LOSSLESS = "poster.webp"
THUMBNAIL = "thumbnail.jpg"
MANIFEST = "manifest.json"
# For reviewers: the plate without the car, and what the gate has looked at.
PLATE = "plate.jpg"
PROTECTED = "protected.png"
DIFFERENCE = "difference.png"
SEAMS = "seams.png"
EVIDENCE = (PLATE, PROTECTED, DIFFERENCE, SEAMS)
