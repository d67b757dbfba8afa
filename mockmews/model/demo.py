"""The public demo environment as data: eight token pairs, each its own world (contract.md 2)."""

from __future__ import annotations

from mockmews.model.identifiers import integration_id_of
from mockmews.model.integrations import Enterprise, Integration

GROSS = Enterprise("851df8c8-90f2-4c4a-8e01-a4fc46b25178", "Connector API Hotel")
NET = Enterprise("c65ea6e9-2340-42f4-9136-ab3a00b6da22", "Connector API Hotel (Net Pricing) TEST")

_PAIRS = (
    (
        "Are you ready to integrate with Mews?",
        "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
        "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
        "4D6C7ABE0E6A4681B0AFB16900AE5D86-DF50CBC89E1D4FF5859DDF021649ED5",
    ),
    (
        "Connector API Test Client 2",
        "E916C341431C4D28A866AD200152DBD3-A046EB5583FFBE94DE1172237763712",
        "CC150C355D6A4048A220AD20015483AB-B6D09C0C84B09538077CB8FFBB907B4",
        "1AEFA58C55E74D65BDC7AD2001564C12-66633E0B736F523379B9E5966165A55",
    ),
    (
        "Connector API Test Client 3",
        "2CC71B0660F345019882AD200155B4FE-4A1FC9080A4DD2A404734003674F77E",
        "5F56B9903A834F199E28AD20015E58CA-5C6A1A00550634911534AD6A098E8B7",
        "682C235379B64D909941AD2001577525-BFC60A026081F1350FAA99CAB9F7510",
    ),
    (
        "Connector API Test Client 4",
        "07AB1F14B55C49B8BDD6AD200158423B-273A4497AFF5E20566D7199DB3DC2BA",
        "39E301DD5A1C4A569087AD20015F60DD-50DC28896E9090CCA0995C9BBD90351",
        "BFD4298010F54B069F3DAD20015D53EA-D5561FADFBA4EFC8EA4C179C6BC461F",
    ),
)


def pairs() -> list[tuple[str, str, Enterprise, Integration]]:
    """Name, ClientToken, enterprise and integration of each demo pair: gross, then net, of each client."""
    return [
        (
            f"{client} ({pricing})",
            client_token,
            enterprise,
            Integration(integration_id_of(access_token), access_token, (enterprise.id,)),
        )
        for client, client_token, gross, net in _PAIRS
        for pricing, enterprise, access_token in (("gross", GROSS, gross), ("net", NET, net))
    ]
