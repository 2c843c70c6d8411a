"""Geppo (月報): a policy-intelligence pipeline for a monthly bulletin on China's air policy."""
