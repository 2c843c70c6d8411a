"""The analysts' local web page: it shows what is stored and names the commands that change it.

Reading only. `serve` binds and runs it, `app` answers addresses, `pages` says what each page
shows, the other modules read. Templates escape whatever they are given.
"""

from pipeline.desk.serve import DeskError, bind, serve

__all__ = ["DeskError", "bind", "serve"]
