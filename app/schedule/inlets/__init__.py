"""Where lists come in by themselves: a watched folder, a polled address, a webhook; a thread each."""
