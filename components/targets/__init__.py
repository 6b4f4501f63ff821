"""Where endpoints live, AWS or this computer: clients, what their failures mean, requests as code."""
