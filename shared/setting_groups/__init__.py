"""Groups of settings that have rules of their own; `shared.settings` reads them all."""
