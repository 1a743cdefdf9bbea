"""The words of posts, activities and services, checked before residents see them."""
