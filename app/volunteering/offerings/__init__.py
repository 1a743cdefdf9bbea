"""What people can sign up for: activities (活动) with shifts, services (服务) with slots."""
