"""What WeChat pushes to us (微信消息推送): taken in at once, handled by a sweep."""
