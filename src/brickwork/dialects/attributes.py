"""Old attributes of objects, for whoever still reads them."""

from __future__ import annotations


class OldAttributes:
    """Base of classes whose attributes had other names in older Keras: where there is none of a
    name, it may be an old one."""

    def __getattr__(self, name: str):
        # Copying and pickling ask for private names that are not there: nothing is loaded for them.
        if name.startswith("_") and not name.startswith("_make_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}",
                                 name=name, obj=self)
        from . import attribute

        return attribute(self, name)
