"""EmissionsTracker and OfflineEmissionsTracker: they differ in who says where the machine stands."""

from typing import Any, Optional

from ._base import BaseEmissionsTracker
from ._options import UNSET
from .external.logger import logger


class EmissionsTracker(BaseEmissionsTracker):
    """Measures from start to stop. Where the machine stands is not asked of the network: see docs/codecarbon.md."""


class OfflineEmissionsTracker(BaseEmissionsTracker):
    """As EmissionsTracker, and told where it is: a country by its ISO code, or a cloud provider and its region."""

    def __init__(
        self,
        *args: Any,
        country_iso_code: Optional[str] = UNSET,
        region: Optional[str] = UNSET,
        cloud_provider: Optional[str] = UNSET,
        cloud_region: Optional[str] = UNSET,
        country_2letter_iso_code: Optional[str] = UNSET,
        **kwargs: Any,
    ) -> None:
        self._location = {
            "country_iso_code": country_iso_code,
            "region": region,
            "cloud_provider": cloud_provider,
            "cloud_region": cloud_region,
            "country_2letter_iso_code": country_2letter_iso_code,
        }
        super().__init__(*args, **kwargs)
        if not any(self._options[name] for name in ("country_iso_code", "country_2letter_iso_code", "cloud_provider")):
            logger.warning(
                "OfflineEmissionsTracker wants country_iso_code, such as 'FRA'; without, the place is not known"
            )
