"""Service brands (服务品牌)."""
