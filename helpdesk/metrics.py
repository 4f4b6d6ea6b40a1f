"""What the operator's monitoring sees. Every metric is described in docs/operators.md, which a test compares."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """One registry a service, so that tests may run several."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"helpdesk_{name}", text, labels, registry=self.registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"helpdesk_{name}", text, labels, registry=self.registry)

        def histogram(name: str, text: str, *labels: str) -> Histogram:
            return Histogram(f"helpdesk_{name}", text, labels, registry=self.registry, buckets=_SECONDS)

        self.events = counter("events", "Events heard", "network")
        self.replays = counter("replays", "Events heard again and passed over", "network")
        self.dead_letters = counter("dead_letters", "Events set aside because handling them failed", "network")
        self.batch = histogram("batch_seconds", "Time to decide and commit a batch of events")
        self.questions = counter("questions", "Questions by what the knowledge base made of them", "outcome")
        self.outcomes = counter("outcomes", "What came of questions: said by askers, done by volunteers", "outcome")
        self.asking = histogram("answer_seconds", "Time the knowledge base took for a question")
        self.sent = counter("sent", "Actions a network confirmed", "network")
        self.retries = counter("send_retries", "Sends that failed for now and are tried again", "network")
        self.undeliverable = counter("undeliverable", "Actions that can never be done", "network")
        self.lag = histogram("delivery_seconds", "From an action being promised to its being confirmed", "network")
        self.outbox = gauge("outbox", "Actions promised and not yet done", "network", "status")
        self.up = gauge("network_up", "Whether the network works (1) or not (0)", "network")
        self.loops = counter("relay_loops", "Times the relay's circuit breaker held somebody back", "network")
        self.restarts = counter("network_restarts", "Times a network's task failed and was started again", "network")
        self.tickets = gauge("tickets", "Active tickets", "status")
        self.articles = gauge("articles", "Articles that are served")

    def text(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self.registry)
