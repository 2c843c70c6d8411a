"""The sample web: invented government sites, rendered from `content/` as real CMSs would."""
