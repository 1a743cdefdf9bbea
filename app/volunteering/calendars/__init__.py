"""Calendar feeds (日历订阅)."""
