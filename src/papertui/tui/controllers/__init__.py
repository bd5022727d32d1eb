"""Controllers of the screens: plain objects between the widgets and the services."""
