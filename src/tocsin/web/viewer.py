"""From the request to the viewer."""

from __future__ import annotations


class ViewerMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


def page_context(request):
    return {}
