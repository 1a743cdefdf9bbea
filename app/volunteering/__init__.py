"""Volunteering (志愿服务): posts, activities with shifts, services with bookable slots, hours, certificates."""
