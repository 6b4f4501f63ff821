"""About: which portal this is, and whether all of it works."""

from components.widgets.about.about_view import show_about
from components.widgets.endpoints.cached_lookups import await_answers
from components.widgets.page_setup import page

page("About", "Versions, targets and health of this portal, for whoever runs it or reports a fault.")
show_about()
await_answers()
