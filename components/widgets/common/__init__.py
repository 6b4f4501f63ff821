"""Parts that several pages share: navigation, links, formatting, errors, parameters."""
