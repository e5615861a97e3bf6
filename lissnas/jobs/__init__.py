"""Background jobs that survive the server, the browser and the terminal."""
