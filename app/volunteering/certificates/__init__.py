"""Certificates of volunteer service (志愿服务记录证明). MCA order 67."""
