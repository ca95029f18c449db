"""Take in vehicle renders that were uploaded (OSS event on `uploads/vehicles/`)."""
