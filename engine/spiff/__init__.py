"""The only place that knows SpiffWorkflow: reads diagrams, says what may be deployed, moves one case."""
