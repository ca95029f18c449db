"""Renders a parametric car in every view, light and paint."""
