"""What schemathesis cannot know of the API: bytes of these types are sent as they are."""

import schemathesis

for of_bytes in ("application/partial-upload", "image/jpeg", "image/png"):
    schemathesis.serializer.alias(of_bytes, "application/octet-stream")
