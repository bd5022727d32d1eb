"""The screens: the only ones in the app that ask the desk."""
