"""What the yearly review asks and the application knows (domain reference §6.2): one function per question, by its code."""

from evaluation.computed.facts import governance, identity, money, plan

__all__ = ["governance", "identity", "money", "plan"]
