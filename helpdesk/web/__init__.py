"""The website: pages over `helpdesk.services`. Nothing outside this package imports aiohttp or Jinja for it."""
