"""The build of the pages."""
