"""No container engine runs here: the Compose file is held against the Compose specification, as implemented by
compose-spec, which refuses what the specification does not know and names the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

ROOT = Path(__file__).parents[3]
COMPOSE = (ROOT / "docker-compose.yml").read_text("utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SERVICES = yaml.safe_load(COMPOSE)["services"]
DECLARED_SETTINGS = set(re.findall(r"`(VIVA_[A-Z_]+)`", (ROOT / "README.md").read_text("utf-8")))


def test_the_compose_file_follows_the_specification() -> None:
    compose = PyCompose.from_yaml(COMPOSE)
    compose.validate_networks()
    compose.validate_volumes()
    assert set(compose.service_names()) == {"app", "asr-worker", "redis", "postgres", "turn", "proxy"}


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("cap_drop:", "cap_dropp:", "cap_dropp"),
        ('"443:443"', '"443:443443"', "port"),
        ("interval: 5s", "interval: soon", "duration"),
        ("condition: service_healthy", "condition: service_happy", "service_happy"),
    ],
)
def test_the_check_can_fail(right: str, wrong: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        PyCompose.from_yaml(COMPOSE.replace(right, wrong))


def test_what_services_name_is_declared_and_there() -> None:
    whole = yaml.safe_load(COMPOSE)
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        assert set(service.get("networks", ())) <= set(whole["networks"]), name
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            assert source in whole["volumes"] or (ROOT / source).is_file(), mount


def test_no_secret_has_a_default() -> None:
    variables = re.findall(r"\$\{([A-Z_]*(?:PASSWORD|SECRET)[A-Z_]*)(.*?)\}", COMPOSE)
    assert {name for name, _ in variables} == {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "TURN_SECRET"}
    assert all(rest.startswith(":?") for _, rest in variables), "each stops `docker compose` when it is not set"
    example = (ROOT / "deploy" / "example.env").read_text()
    names = {name for name, value in re.findall(r"^([A-Z_]+)=(.*)$", example, re.MULTILINE) if value == ""}
    assert names == {name for name, _ in variables} | {"VIVA_HOST"}
    assert "=" not in re.sub(r"^[A-Z_]+=$", "", example, flags=re.MULTILINE)


def test_the_server_is_given_settings_that_exist() -> None:
    given = set(SERVICES["app"]["environment"])
    given |= set(re.findall(r"\b(VIVA_[A-Z_]+)=", DOCKERFILE))
    assert given <= DECLARED_SETTINGS


def test_only_the_proxy_and_the_relay_can_be_reached_from_outside() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy", "turn"}


def test_the_relay_speaks_to_the_server_only() -> None:
    address = SERVICES["app"]["networks"]["front"]["ipv4_address"]
    options = SERVICES["turn"]["command"]
    assert "--denied-peer-ip=0.0.0.0-255.255.255.255" in options
    assert [option for option in options if option.startswith("--allowed-peer-ip")] == [f"--allowed-peer-ip={address}"]


def test_the_proxy_hands_on_to_the_server() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text()
    assert "reverse_proxy app:8400" in caddyfile
    assert (
        SERVICES["app"]["environment"]["VIVA_HTTP_TRUSTED_PROXIES"]
        == SERVICES["proxy"]["networks"]["front"]["ipv4_address"]
    )
    assert caddyfile.count("{") == caddyfile.count("}")


def test_the_image_runs_without_root_and_tells_its_health() -> None:
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root|0)\w+", last_stage, re.MULTILINE)
    assert "HEALTHCHECK" in last_stage
    assert "EXPOSE 8400" in last_stage


def test_everything_the_image_copies_is_there_and_not_ignored() -> None:
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source in kept, source
