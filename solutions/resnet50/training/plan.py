"""How long, how fast and how wide to train."""

import math
from dataclasses import dataclass

WARM_UP = 2  # epochs of small steps at the start


@dataclass(frozen=True)
class Plan:
    """The settings of one training run; a checkpoint belongs to exactly one."""

    epochs: int = 100
    batch: int = 32
    rate: float = 1.5e-3  # highest step size of Adam
    divisor: int = 4  # the network that learns has 1 / divisor of the channels in its blocks
    seed: int = 2015

    def rate_at(self, epoch):
        """Step size of an epoch (from 0): two to warm up, then half a cosine down to 1 %."""
        if epoch < WARM_UP:
            return self.rate * (epoch + 1) / (WARM_UP + 1)
        share = (epoch - WARM_UP) / max(self.epochs - WARM_UP, 1)
        return self.rate * (0.01 + 0.495 * (1 + math.cos(math.pi * share)))
