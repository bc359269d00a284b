"""One module a room: its views and its ``urlpatterns``, which `tocsin.web.urls` finds by itself.

A view asks for sign-in unless it is marked with ``login_not_required``. It reads with
``request.viewer``, takes the clock from ``request.now`` and a past moment from ``request.as_of``
(None is the present), and lets `Refused` rise: the middleware answers as if nothing were there.
The menu finds a page by its address name: desk, matrix, map, places, coverage, gaps, briefs,
lessons, policy, audit, help.
"""
