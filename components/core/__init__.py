"""What every other room may use and what uses none of them: settings, errors, logs, background work, text."""
