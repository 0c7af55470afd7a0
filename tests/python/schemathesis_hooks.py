"""What schemathesis cannot know of the API: bytes that are appended to an upload are sent as they are."""

import schemathesis

schemathesis.serializer.alias("application/partial-upload", "application/octet-stream")
