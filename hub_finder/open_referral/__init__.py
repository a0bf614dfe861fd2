"""Listings as Open Referral UK 3.0 tells them: taxonomies, services, places and organisations as JSON-ready values."""
