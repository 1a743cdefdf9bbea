"""What Prometheus reads: GET /metrics."""
