"""What the pods of simulators and streams have in common: volumes and Pod Security `restricted`."""

from typing import Any

from cityroute_contracts import names

from .site import SecretKey, Site

Manifest = dict[str, Any]

CONFIG_VOLUME = "config"
SECRET_VOLUME = "secrets"
USER_ID = 10001


def pod_security() -> Manifest:
    """The security context of every pod."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER_ID,
        "runAsGroup": USER_ID,
        "fsGroup": USER_ID,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> Manifest:
    """The security context of every container."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def secret_volume(route: str, role: str, cluster: str, site: Site) -> Manifest | None:
    """One volume with everything secret that a role reads; None where nothing is.

    Strimzi keeps the user's key in the user's Secret, and the authority that signed the brokers in
    the cluster's: the `ca.crt` beside the user's key is that of clients.
    """
    sources = []
    if site.kafka.secret_dir is not None:
        sources.append(_source(names.user(route, role), ("user.crt", "user.crt"), ("user.key", "user.key")))
        sources.append(_source(f"{cluster}-cluster-ca-cert", ("ca.crt", "ca.crt")))
    if role == names.ROLE_STREAMS:
        sources.extend(_of_site(key) for key in site.stream_secrets)
    return {"name": SECRET_VOLUME, "projected": {"sources": sources}} if sources else None


def mount(volume: str, path: str) -> Manifest:
    """A read-only mount of a volume."""
    return {"name": volume, "mountPath": path, "readOnly": True}


def _of_site(key: SecretKey) -> Manifest:
    return _source(key.secret, (key.key, key.file))


def _source(secret: str, *items: tuple[str, str]) -> Manifest:
    return {"secret": {"name": secret, "items": [{"key": key, "path": file} for key, file in items]}}
