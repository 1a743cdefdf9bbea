"""WeChat's server API, one module a topic. Each handler takes the simulator and a call, and returns the reply."""
