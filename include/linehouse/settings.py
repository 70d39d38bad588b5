"""Every setting, in one place: read from the environment and from an `.env` file.

Names follow the environment variable in capitals; the prefix `LINEHOUSE_` marks what concerns
running Linehouse itself, names without it are those that users of such systems already have.
"""

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[2]

CommaSeparated = Annotated[tuple[str, ...], NoDecode]


class Mode(StrEnum):
    """Which upstreams are asked and which database is written; never mixed."""

    SANDBOX = "sandbox"
    LIVE = "live"


class Settings(BaseSettings):
    """All settings with their defaults; lists are comma-separated in the environment."""

    model_config = SettingsConfigDict(
        env_file=PROJECT_ROOT / ".env", env_ignore_empty=True, extra="ignore"
    )

    # Running
    home: Path = Field(PROJECT_ROOT / ".linehouse", validation_alias="LINEHOUSE_HOME")
    seeds: Path = Field(PROJECT_ROOT / "local_seeds", validation_alias="LINEHOUSE_SEEDS")
    """A folder with own rows beside the project's seeds (`teams.csv`, `markets.csv`, ...)."""
    mode_override: Mode | None = Field(None, validation_alias="LINEHOUSE_MODE")
    airflow_port: int = Field(8080, validation_alias="LINEHOUSE_AIRFLOW_PORT")
    postgres_port: int = Field(5433, validation_alias="LINEHOUSE_POSTGRES_PORT")
    sandbox_port: int = Field(8090, validation_alias="LINEHOUSE_SANDBOX_PORT")
    sandbox_url_override: str | None = Field(None, validation_alias="LINEHOUSE_SANDBOX_URL")
    sandbox_seed: int = Field(20260418, validation_alias="LINEHOUSE_SANDBOX_SEED")
    minimum_free_mb: int = Field(1024, validation_alias="LINEHOUSE_MINIMUM_FREE_MB")
    admin_password: SecretStr | None = Field(None, validation_alias="LINEHOUSE_ADMIN_PASSWORD")
    log_level: str = Field("INFO", validation_alias="LOG_LEVEL")
    log_file: Path | None = Field(None, validation_alias="LOG_FILE")
    """Where the project's own log is written as lines of JSON; the day is put into the name."""

    # Database: empty means the embedded server of `linehouse up`
    database_url: SecretStr | None = Field(None, validation_alias="DATABASE_URL")
    owner_password: SecretStr | None = Field(None, validation_alias="LINEHOUSE_OWNER_PASSWORD")
    etl_password: SecretStr | None = Field(None, validation_alias="LINEHOUSE_ETL_PASSWORD")
    analyst_password: SecretStr | None = Field(None, validation_alias="LINEHOUSE_ANALYST_PASSWORD")
    database_pool_size: int = Field(5, validation_alias="DATABASE_POOL_SIZE")

    # The Odds API
    odds_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("ODDS_API_KEY", "THE_ODDS_API_KEY")
    )
    odds_api_base_url: str = Field(
        "https://api.the-odds-api.com", validation_alias="ODDS_API_BASE_URL"
    )
    odds_api_quota: int = Field(20_000, validation_alias="ODDS_API_QUOTA")
    """Credits that the simulated upstream grants a month; the real one says its own."""
    sports: CommaSeparated = Field(("basketball_nba", "baseball_mlb"), validation_alias="SPORTS")
    bookmakers: CommaSeparated = Field(
        (
            "pinnacle",
            "circasports",
            "draftkings",
            "fanduel",
            "betmgm",
            "williamhill_us",
            "betrivers",
            "bovada",
        ),
        validation_alias="BOOKMAKERS",
    )
    markets: CommaSeparated = Field(("h2h", "spreads", "totals"), validation_alias="MARKETS")
    regions: CommaSeparated = Field(("us",), validation_alias="REGIONS")

    # What the public bets
    action_network_enabled: bool = Field(False, validation_alias="ACTION_NETWORK_ENABLED")
    action_network_base_url: str = Field(
        "https://api.actionnetwork.com", validation_alias="ACTION_NETWORK_BASE_URL"
    )
    action_network_books: CommaSeparated = Field(
        ("15", "30", "68", "69", "71", "75", "79", "123", "2988"),
        validation_alias="ACTION_NETWORK_BOOKS",
    )
    """Its ids: consensus, opening, then the books of one state; each state has ids of its own."""
    sbd_base_url: str = Field(
        "https://srfeeds.sportsbettingdime.com", validation_alias="SBD_BASE_URL"
    )
    sbd_books: CommaSeparated = Field(
        ("betmgm", "bet365", "fanatics", "draftkings", "caesars", "fanduel"),
        validation_alias="SBD_BOOKS",
    )
    vsin_enabled: bool = Field(False, validation_alias="VSIN_ENABLED")
    vsin_base_url: str = Field("https://data.vsin.com", validation_alias="VSIN_BASE_URL")

    # Scores and injuries
    mlb_stats_api_enabled: bool = Field(False, validation_alias="MLB_STATS_API_ENABLED")
    mlb_stats_api_base_url: str = Field(
        "https://statsapi.mlb.com", validation_alias="MLB_STATS_API_BASE_URL"
    )
    espn_base_url: str = Field("https://site.api.espn.com", validation_alias="ESPN_BASE_URL")

    # Results and statistics
    api_basketball_key: SecretStr | None = Field(None, validation_alias="API_BASKETBALL_KEY")
    api_basketball_base_url: str = Field(
        "https://v1.basketball.api-sports.io", validation_alias="API_BASKETBALL_BASE_URL"
    )
    goalserve_key: SecretStr | None = Field(None, validation_alias="GOALSERVE_KEY")
    goalserve_base_url: str = Field(
        "https://www.goalserve.com", validation_alias="GOALSERVE_BASE_URL"
    )
    nba_stats_base_url: str = Field("https://stats.nba.com", validation_alias="NBA_STATS_BASE_URL")
    nba_cdn_base_url: str = Field("https://cdn.nba.com", validation_alias="NBA_CDN_BASE_URL")

    # When to fetch
    scheduler_lookahead_days: int = Field(
        7, ge=1, le=31, validation_alias="SCHEDULER_LOOKAHEAD_DAYS"
    )
    scheduler_dry_run: bool = Field(False, validation_alias="SCHEDULER_DRY_RUN")
    """Scheduled runs say what they would ask, and ask nothing."""
    scheduler_reserve_pct: int = Field(4, ge=0, le=100, validation_alias="SCHEDULER_RESERVE_PCT")
    """Per cent of the month's credits that no schedule spends: for what a person asks."""
    watch_prices: bool = Field(False, validation_alias="WATCH_PRICES")
    """Look at a free source all the time, and fetch odds when a price of it changed."""
    watch_prices_source: str = Field("espn", validation_alias="WATCH_PRICES_SOURCE")
    watch_prices_feed: str = Field("scoreboard", validation_alias="WATCH_PRICES_FEED")
    watch_prices_seconds: float = Field(60.0, gt=0, validation_alias="WATCH_PRICES_SECONDS")
    backfill_pause_seconds: float = Field(1.0, ge=0, validation_alias="BACKFILL_PAUSE_SECONDS")
    """Least time between two requests of a backfill."""

    # Zones and gates
    enable_staging: bool = Field(
        True, validation_alias=AliasChoices("ENABLE_STAGING", "STAGING_ENABLED")
    )
    enable_curated: bool = Field(
        True, validation_alias=AliasChoices("ENABLE_CURATED", "CURATED_ENABLED")
    )
    auto_promotion: bool = Field(True, validation_alias="AUTO_PROMOTION")
    reject_invalid_odds: bool = Field(False, validation_alias="REJECT_INVALID_ODDS")

    # Strategies
    sharp_bookmakers: CommaSeparated = Field(
        ("pinnacle", "circasports"), validation_alias="SHARP_BOOKMAKERS"
    )
    minimum_ev_pct: float = Field(3.0, validation_alias="MINIMUM_EV_PCT")
    flat_stake_units: float = Field(1.0, gt=0, le=10, validation_alias="FLAT_STAKE_UNITS")
    card_strategies: CommaSeparated = Field(("positive_ev",), validation_alias="CARD_STRATEGIES")
    bankroll_units: float = Field(100.0, gt=0, validation_alias="BANKROLL_UNITS")
    """What the limits of the card are shares of."""
    limit_per_bet: float | None = Field(None, gt=0, le=1, validation_alias="LIMIT_PER_BET")
    limit_per_day: float | None = Field(None, gt=0, le=1, validation_alias="LIMIT_PER_DAY")
    limit_per_game: float | None = Field(None, gt=0, le=1, validation_alias="LIMIT_PER_GAME")
    limit_per_book: float | None = Field(None, gt=0, le=1, validation_alias="LIMIT_PER_BOOK")

    @field_validator(
        "sports",
        "bookmakers",
        "markets",
        "regions",
        "sharp_bookmakers",
        "card_strategies",
        "action_network_books",
        "sbd_books",
        mode="before",
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("odds_api_key", "api_basketball_key", "goalserve_key", mode="before")
    @classmethod
    def _without_line_end(cls, value: object) -> object:
        """A key that was read from a file often has one."""
        return value.strip() if isinstance(value, str) else value

    @field_validator("home", "seeds", "log_file")
    @classmethod
    def _from_project_root(cls, value: Path | None) -> Path | None:
        return PROJECT_ROOT / value.expanduser() if value is not None else None

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
        if value.upper() not in levels:
            raise ValueError(f"it is one of {', '.join(levels)}")
        return value.upper()

    @property
    def mode(self) -> Mode:
        """The mode asked for, else `live` when an odds key is set, else `sandbox`."""
        if self.mode_override is not None:
            return self.mode_override
        return Mode.LIVE if self.odds_api_key else Mode.SANDBOX

    @property
    def sandbox_url(self) -> str:
        """Where the upstream simulator listens."""
        return self.sandbox_url_override or f"http://127.0.0.1:{self.sandbox_port}"


class SettingsError(ValueError):
    """A setting that cannot be used; says which, and what is allowed."""


@lru_cache
def get_settings() -> Settings:
    """Settings of this process; `get_settings.cache_clear()` reads them anew.

    Raises `SettingsError`; values are left out of its text, because some are secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()
        )
        raise SettingsError(
            f"a setting in the environment or .env cannot be used: {wrong}"
        ) from None
