"""Every metric of the service, declared in one place and documented in `docs/metrics.md`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Counters of one process; a registry of its own so that tests can build many."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "klinik_turns_total",
            "Turns by channel and outcome",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "klinik_turn_seconds",
            "Seconds from the start of a turn to its commit",
            ["channel"],
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
        )
        self.deliveries = Counter(
            "klinik_deliveries_total",
            "Attempts to send by outcome",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.dead_jobs = Counter(
            "klinik_dead_jobs_total",
            "Jobs set aside after their last attempt",
            ["kind"],
            registry=self.registry,
        )
        self.jobs_waiting = Gauge(
            "klinik_jobs_waiting", "Jobs that are due and not done", ["kind"], registry=self.registry
        )
        self.open_streams = Gauge("klinik_open_streams", "Open web-chat streams", registry=self.registry)
        self.breaches = Counter(
            "klinik_limit_breaches_total",
            "Limits found breached at their due instant",
            ["kind"],
            registry=self.registry,
        )
        self.verdicts_checked = Counter(
            "klinik_verdicts_checked_total",
            "Limits judged again by the nightly check",
            registry=self.registry,
        )
        self.verdict_differences = Counter(
            "klinik_verdict_differences_total",
            "Stored verdicts that differ from what the events give",
            registry=self.registry,
        )
        self.removed = Counter(
            "klinik_removed_total",
            "Rows removed because their term was over",
            ["what"],
            registry=self.registry,
        )
        self.requests = Counter(
            "klinik_http_requests_total",
            "HTTP requests by route and status",
            ["route", "status"],
            registry=self.registry,
        )
