"""Long work on networks, each ``task(settings, folder, report, stop)``.

All of it is stored in the folder: a task that was stopped or killed and is called
again with the same settings and folder ends with the same result.
"""
