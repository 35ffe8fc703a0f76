"""The linter: marker rules over sections, settings, schedules and finished playlists, each with its clause."""
