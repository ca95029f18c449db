"""Which pages may put renders into the mount's bucket from a browser: the studio's alone."""

from __future__ import annotations

from xml.sax.saxutils import escape

_RULES = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Written by `poster deploy-files` from the domain; for a studio elsewhere change the origin. -->
<CORSConfiguration>
  <CORSRule>
    <AllowedOrigin>{}</AllowedOrigin>
    <AllowedMethod>GET</AllowedMethod>
    <AllowedMethod>POST</AllowedMethod>
    <MaxAgeSeconds>600</MaxAgeSeconds>
  </CORSRule>
  <ResponseVary>true</ResponseVary>
</CORSConfiguration>
"""


def cors_xml(domain: str) -> str:
    """Return the rules, as PutBucketCors takes them."""
    return _RULES.format(escape(f"https://{domain}"))
