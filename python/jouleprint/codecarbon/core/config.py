"""Options outside the program: ~/.codecarbon.config, ./.codecarbon.config, CODECARBON_* variables; the last wins."""

import configparser
import os
from typing import Any, Dict, List, Optional

from ..external.logger import logger

FILE_NAME = ".codecarbon.config"
SECTION = "codecarbon"
PREFIX = "codecarbon_"


def parse_env_config() -> Dict[str, Dict[str, str]]:
    """The CODECARBON_* variables, in any case, as a section: {"codecarbon": {"project_name": "x"}}."""
    found = {
        name[len(PREFIX) :].lower(): value for name, value in os.environ.items() if name.lower().startswith(PREFIX)
    }
    return {SECTION: found}


def _file_options(path: str) -> Dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)  # a token may have a % in it
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        logger.warning("%s cannot be read and is left out: %s", path, str(error).replace("\n", " "))
        return {}
    return dict(parser[SECTION]) if parser.has_section(SECTION) else {}


def get_hierarchical_config() -> Dict[str, str]:
    """All options that the files and variables give, as text. A file that cannot be read is left out with a warning."""
    options: Dict[str, str] = {}
    for folder in _folders():
        options.update(_file_options(os.path.join(folder, FILE_NAME)))
    options.update(parse_env_config()[SECTION])
    return options


def _folders() -> List[str]:
    home = os.path.expanduser("~")
    try:
        return [home, os.getcwd()]
    except OSError:  # the current folder was removed
        return [home]


def parse_gpu_ids(gpu_ids: Any) -> Optional[List[str]]:
    """Indices and identifiers, as text, of "0, 1", "GPU-1a2b", [0, "1"]; None, with a warning, of anything else."""
    if isinstance(gpu_ids, str):
        return [part.strip(" \t'\"[]()") for part in gpu_ids.split(",") if part.strip(" \t'\"[]()")]
    if isinstance(gpu_ids, int) and not isinstance(gpu_ids, bool):
        return [str(gpu_ids)]
    if isinstance(gpu_ids, (list, tuple)) and all(isinstance(each, (int, str)) for each in gpu_ids):
        return [part for each in gpu_ids for part in parse_gpu_ids(each) or []]
    logger.warning(
        "gpu_ids is %r, and may be a list of indices and identifiers, or text with commas; all GPUs count", gpu_ids
    )
    return None
