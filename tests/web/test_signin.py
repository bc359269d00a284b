"""Sign-in: two factors for everyone, no word about which accounts there are, and a way out."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.test import Client

from tests.watch import barriers
from tests.web.conftest import PHRASE, second_factor_code


@pytest.fixture
def newcomer(world):
    """An account that has a pass-phrase and no second factor yet."""
    return get_user_model().objects.create_user("newcomer", PHRASE, role="duty_officer", sector="west")


def enrolled(account, secret):
    from tocsin.store.writes.world import give_second_factor

    give_second_factor(account.username, secret)
    return Authenticator.objects.get(user=account, type="totp")


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_a_pass_phrase_alone_opens_nothing_and_the_code_opens_the_desk(newcomer):
    enrolled(newcomer, SECRET)
    client = Client()

    first = client.post("/account/sign-in/", {"login": "newcomer", "password": PHRASE})
    between = client.get("/")
    second = client.post("/account/second-factor/code/", {"code": second_factor_code(SECRET)})

    assert first["Location"] == "/account/second-factor/code/"
    assert between["Location"].startswith("/account/sign-in/")
    assert (second["Location"], client.get("/").status_code) == ("/", 200)


def test_a_wrong_code_is_turned_away(newcomer):
    enrolled(newcomer, SECRET)
    client = Client()
    client.post("/account/sign-in/", {"login": "newcomer", "password": PHRASE})
    wrong = f"{(int(second_factor_code(SECRET)) + 1) % 10**6:06d}"

    answer = client.post("/account/second-factor/code/", {"code": wrong})

    assert answer.status_code == 200
    assert client.get("/").status_code == 302


def test_a_recovery_code_opens_the_door_once(newcomer):
    enrolled(newcomer, SECRET)
    code = Authenticator.objects.get(user=newcomer, type="recovery_codes").wrap().get_unused_codes()[0]
    answers = []
    for client in (Client(), Client()):
        client.post("/account/sign-in/", {"login": "newcomer", "password": PHRASE})
        client.post("/account/second-factor/code/", {"code": code})
        answers.append(client.get("/").status_code)

    assert answers == [200, 302]


def test_an_account_without_a_second_factor_gets_nowhere_before_it_has_one(newcomer):
    client = Client()
    client.post("/account/sign-in/", {"login": "newcomer", "password": PHRASE})

    before = [client.get(path)["Location"] for path in ("/", "/hotline/", "/alerts/A-000001/")]
    page = client.get("/account/second-factor/enrol/")
    assert page.status_code == 200, page.get("Location")
    secret = client.session["mfa.totp.secret"]
    client.post("/account/second-factor/enrol/", {"code": second_factor_code(secret)})

    assert before == ["/account/second-factor/enrol/"] * 3
    assert secret in page.content.decode() and "data:image/svg+xml" in page.content.decode()
    assert client.get("/").status_code == 200
    assert client.get("/account/recovery-codes/").status_code == 200


def test_the_secret_of_the_second_factor_is_sealed_where_it_is_kept(newcomer):
    row = enrolled(newcomer, SECRET)

    assert SECRET not in json.dumps(row.data)
    assert row.wrap().validate_code(second_factor_code(SECRET))


def test_an_unknown_name_and_a_wrong_pass_phrase_look_the_same(newcomer):
    client = Client()

    unknown = client.post("/account/sign-in/", {"login": "nobody", "password": PHRASE})
    wrong = client.post("/account/sign-in/", {"login": "newcomer", "password": "x" * 20})

    def without_what_was_typed(page):
        import re

        text = page.content.decode().replace("nobody", "NAME").replace("newcomer", "NAME")
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)

    assert without_what_was_typed(unknown) == without_what_was_typed(wrong)
    assert "nobody" in unknown.content.decode()


def test_a_closed_account_is_not_let_in(newcomer):
    newcomer.is_active = False
    newcomer.save()
    client = Client()

    client.post("/account/sign-in/", {"login": "newcomer", "password": PHRASE})

    assert client.get("/").status_code == 302


def test_there_is_no_page_to_make_an_account(sign_in):
    client = Client()
    before = get_user_model().objects.count()
    sent = {"login": "nobody", "username": "nobody", "password1": PHRASE, "password2": PHRASE}

    assert [client.get(path).status_code for path in ("/account/signup/", "/signup/")] == [404, 404]
    assert client.get("/accounts/signup/")["Location"].startswith("/account/sign-in/")
    sign_in("admin").post("/accounts/signup/", sent)
    assert get_user_model().objects.count() == before


def test_sign_out_takes_a_form_and_a_link_does_not_sign_out(sign_in):
    client = sign_in("duty")

    assert client.get("/account/sign-out/").status_code == 405
    assert client.get("/").status_code == 200
    client.post("/account/sign-out/")
    assert client.get("/").status_code == 302


def test_pages_behind_sign_in_are_never_stored(sign_in):
    client = sign_in("duty")

    assert client.get("/")["Cache-Control"] == "no-store"
    assert client.get("/hotline/")["Cache-Control"] == "no-store"


def test_the_sign_in_page_can_be_used_by_everybody(page, served):
    page.goto(f"{served.address}/account/sign-in/")
    assert barriers(page) == []

    page.context.add_cookies([{"name": "django_language", "value": "ar", "url": served.address}])
    page.reload()
    assert page.get_attribute("html", "dir") == "rtl"
    assert barriers(page) == []


def test_a_browser_signs_in_with_both_factors(page, served):
    served.sign_in(page, "lead")

    assert page.get_attribute("html", "lang") in ("en", "fr")
    assert page.locator("nav.rooms a").count() > 3
