"""What this app prints, one module per kind of document: each registers its renderer and its visibility."""

from importlib import import_module
from pkgutil import iter_modules

for module in iter_modules(__path__):
    import_module(f"{__name__}.{module.name}")
