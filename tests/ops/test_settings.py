"""Settings come from the environment and fail loudly, one sentence each."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import DEVELOPMENT_KEY, Environment

GOOD_KEY = "k" * 50


def production(**values: str) -> Environment:
    return Environment({"DIMING_ENV": "production", **values})


class TestEnvironment:
    def test_is_production_unless_said_otherwise(self) -> None:
        assert Environment({}).production
        assert not Environment({"DIMING_ENV": "development"}).production

    def test_refuses_an_unknown_name(self) -> None:
        with pytest.raises(ImproperlyConfigured, match="DIMING_ENV is 'staging'"):
            Environment({"DIMING_ENV": "staging"})

    @pytest.mark.parametrize("text", ["true", "yes", "2", " 1"])
    def test_refuses_a_flag_that_is_neither_0_nor_1(self, text: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="must be 0 or 1"):
            Environment({"DIMING_ENV": "development", "DEBUG": text}).debug()


class TestProduction:
    def test_refuses_debug(self) -> None:
        with pytest.raises(ImproperlyConfigured, match="DEBUG=1 is refused"):
            production(DEBUG="1").debug()
        assert production().debug() is False

    @pytest.mark.parametrize("key", ["", DEVELOPMENT_KEY, "short"])
    def test_refuses_a_missing_default_or_short_secret_key(self, key: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
            production(SECRET_KEY=key).secret_key()
        assert production(SECRET_KEY=GOOD_KEY).secret_key() == GOOD_KEY

    @pytest.mark.parametrize("hosts", ["", "*", "example.org,*", ".example.org", " , "])
    def test_refuses_an_open_host_list(self, hosts: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
            production(ALLOWED_HOSTS=hosts).allowed_hosts()

    def test_takes_exact_hosts(self) -> None:
        hosts = production(ALLOWED_HOSTS="a.example.org, b.example.org").allowed_hosts()
        assert hosts == ["a.example.org", "b.example.org"]


class TestDatabaseUrl:
    @pytest.mark.parametrize("url", ["", "nonsense", "x://", "postgis://host/", "postgis://h:x/n"])
    def test_refuses_what_names_no_database(self, url: str) -> None:
        with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
            Environment({"DIMING_ENV": "development", "DATABASE_URL": url}).database()

    def test_always_speaks_postgis(self) -> None:
        parsed = Environment({"DATABASE_URL": "postgres://u:p@h:5433/n"}).database()
        assert parsed["ENGINE"] == "config.postgis"
        assert (parsed["HOST"], parsed["PORT"], parsed["NAME"]) == ("h", 5433, "n")
