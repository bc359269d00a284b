"""The browser of the tests speaks to this machine only, and no script error stays unheard."""

from tests.watch import barriers, watch

PAGE = """<html lang="en"><title>Planted</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:">
<main><h1>Alerts</h1><img src="data:," alt="A map of the sector"></main></html>"""


def test_a_page_that_somebody_cannot_use_is_reported(page):
    page.set_content(PAGE)
    assert barriers(page) == []

    page.set_content(PAGE.replace(' alt="A map of the sector"', ""))
    assert barriers(page) == ['image-alt: <img src="data:,">']


def test_a_script_error_and_a_request_to_another_machine_are_reported(browser):
    context = browser.new_context()
    complaints = watch(context)
    page = context.new_page()

    page.goto("data:text/html,<script>console.log('fine')</script>")
    assert complaints == []
    page.goto("data:text/html,<script>throw new Error('planted')</script><img src='http://elsewhere.invalid/a.png'>")
    context.close()

    assert sorted(complaints) == ["asked for http://elsewhere.invalid/a.png", "planted"]
