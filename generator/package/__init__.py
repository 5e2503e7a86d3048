"""Packs Lambda handlers: one zip a function, with what it imports and nothing else.

``closure`` follows the imports, ``wheels`` brings the locked libraries, ``build`` writes the zips.
"""

from generator.package.build import Artifact, Part, build, parts

__all__ = ["Artifact", "Part", "build", "parts"]
