"""x"""

__version__ = "0"
