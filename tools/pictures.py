"""The pictures of the notebooks, stored small."""

import base64
import io

from PIL import Image

COLOURS = 256


def light(picture):
    """A PNG (base64) with a palette: a third of the bytes, the same to the eye. A light one stays as it is."""
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        if image.mode == "P":
            return picture
        if "A" in image.mode and image.getchannel("A").getextrema() != (255, 255):
            raise ValueError("a picture is transparent: give its figure a white ground")
        small = image.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
    buffer = io.BytesIO()
    small.save(buffer, format="PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()
