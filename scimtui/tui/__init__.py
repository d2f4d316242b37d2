"""The console. It asks for frames twice as often as Textual does by itself: a filter answers sooner."""

import os

os.environ.setdefault("TEXTUAL_FPS", "120")
