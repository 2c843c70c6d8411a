"""Scrapy transport: fetches what a family of `pipeline.families` asks for, and archives it."""
