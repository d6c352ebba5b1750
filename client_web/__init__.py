"""The browser pages, shipped as package data: `importlib.resources.files("client_web")`."""
