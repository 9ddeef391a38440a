"""Parts of CodeCarbon that users import from: the configuration."""
