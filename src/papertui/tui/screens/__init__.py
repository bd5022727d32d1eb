"""The screens. Only they call the services of the desk."""
