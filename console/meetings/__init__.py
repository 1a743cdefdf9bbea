"""The meeting desk (业主大会) up to the close of voting."""
