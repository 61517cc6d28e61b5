"""The demo floor: a Feed and a Switch over a seeded simulation of a customer-service centre."""

from console.feeds.demo.feed import DemoClock, DemoFeed
from console.feeds.demo.people import demo_people, demo_rows
from console.feeds.demo.policy import demo_policy, demo_profile
from console.feeds.demo.switch import DemoSwitch

__all__ = ["DemoClock", "DemoFeed", "DemoSwitch", "demo_people", "demo_policy", "demo_profile", "demo_rows"]
