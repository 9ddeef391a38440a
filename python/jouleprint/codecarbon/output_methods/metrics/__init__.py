"""Outputs for monitoring systems."""
