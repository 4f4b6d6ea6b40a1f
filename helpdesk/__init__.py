"""The application: wires the knowledge base and the networks into a helpdesk."""

__version__ = "0.1.0"
